import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/**
 * A native address as a number.
 *
 * @param start a pointer of the runtime's FFI, or an address
 * @throws {TypeError} for anything else
 * @throws {RangeError} for address 0, or one that no process has
 */
export function nativeAddress(start: Pointer | number | bigint): number {
  const address = toNumber(start);
  if (!Number.isSafeInteger(address) || address <= 0) {
    throw new RangeError(`A native address is a positive integer below 2^53, not ${address}`);
  }
  return address;
}

function toNumber(start: unknown): number {
  if (typeof start === "number") return start;
  if (typeof start === "bigint") return Number(start);
  if (start === null || typeof start !== typeof runtime().pointer(1)) {
    throw new TypeError("Native code and memory start at a pointer or an address");
  }
  return runtime().address(start as Pointer); // Deno refuses other objects with a TypeError
}
