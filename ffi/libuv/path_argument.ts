import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { errorNumber } from "./error_number.ts";

/** What Linux takes, the closing NUL included (`PATH_MAX`). */
const PATH_BYTES_MAX = 4096;

/**
 * Calls a function that takes a path, and copies it before it returns. Such calls are rare, so each
 * maps memory of its own.
 *
 * @param call is given the path with its closing NUL
 * @returns what `call` does, or ENAMETOOLONG
 */
export function withPath(path: string, call: (path: Pointer) => number): number {
  if (new TextEncoder().encode(path).length >= PATH_BYTES_MAX) {
    return errorNumber("UV_ENAMETOOLONG");
  }
  const memory = new Region(PATH_BYTES_MAX);
  memory.setText(0, path);
  const status = call(memory.pointer);
  // SAFETY: libuv keeps a copy of its own.
  memory.free();
  return status;
}
