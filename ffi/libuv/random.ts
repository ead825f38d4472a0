import type { Pointer } from "../runtime/contract.ts";
import { family } from "./family.ts";

const functions = family(["uv_random"]);

/** Starts to fill memory with random bytes (`uv_random`). Returns 0 or an error. */
export function startRandom(
  loop: Pointer,
  request: Pointer,
  bytes: Pointer,
  byteLength: number,
  callback: Pointer,
): number {
  return functions().uv_random(loop, request, bytes, byteLength, 0, callback);
}
