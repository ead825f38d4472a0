import { type ErrorName, errorNumber } from "../../ffi/libuv/error_number.ts";
import { duplicateFd, lastError, system } from "../../ffi/memory/system.ts";
import { UvError } from "../error/uv_error.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import { integer } from "./argument.ts";

/** Descriptors are numbered by an `int`. */
export const FD_MAX = 2 ** 31 - 1;

/**
 * A duplicate of a descriptor that a handle may own. The caller keeps theirs: closing it under a
 * handle would make libuv abort.
 *
 * @param type what the descriptor must be, of `uv_handle_type`
 * @param refusal the error for one of another type
 * @throws {UvError} EBADF for a closed one
 */
export function adoptedFd(
  core: LoopCore,
  fd: number,
  type: number,
  refusal: ErrorName = "UV_ENOTSOCK",
): number {
  const own = duplicateFd(integer(fd, "fd", 0, FD_MAX));
  if (own < 0) throw new UvError(lastError(), "adopt", `fd ${fd}`);
  if (core.native.uv.uv_guess_handle(own) === type) return own;
  closeFd(own);
  throw new UvError(errorNumber(refusal), "adopt", `fd ${fd}`);
}

/** Closes a descriptor that is no handle's. Users of the library have `closeDetachedFd`. */
export function closeFd(fd: number): void {
  system().close(fd);
}
