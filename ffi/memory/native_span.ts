import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { nativeAddress } from "./native_address.ts";

/** Memory that other native code owns: an address and a length, taken on trust. */
export class NativeSpan {
  /** The native address of the first byte. */
  readonly address: number;
  /** The size in bytes. */
  readonly byteLength: number;

  /**
   * Nothing is read here. To write memory that is not mapped fails with EFAULT, told by the kernel;
   * to look at it through `view()` ends the process.
   *
   * @param start the first byte: a pointer of the runtime's FFI, or its address
   * @throws {TypeError} for anything but a pointer or an address, and a number of bytes
   * @throws {RangeError} for address 0 or one that no process has, and for a range that wraps
   */
  constructor(start: Pointer | number | bigint, byteLength: number) {
    const address = nativeAddress(start);
    if (typeof byteLength !== "number") throw new TypeError("byteLength must be a number");
    if (!Number.isInteger(byteLength) || byteLength < 0) {
      throw new RangeError(`byteLength must be an integer from 0, not ${byteLength}`);
    }
    if (!Number.isSafeInteger(address + byteLength)) {
      throw new RangeError(`${byteLength} bytes at ${address} are beyond what can be addressed`);
    }
    this.address = address;
    this.byteLength = byteLength;
  }

  /**
   * The memory as bytes.
   *
   * SAFETY: it must be mapped, and stay so as long as the view is used. The view does not own it.
   */
  view(): Uint8Array<ArrayBuffer> {
    if (this.byteLength === 0) return new Uint8Array(0);
    const pointer = runtime().pointer(this.address) as Pointer;
    return new Uint8Array(runtime().arrayBuffer(pointer, this.byteLength));
  }
}
