import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { UvError } from "../error/uv_error.ts";
import { closeFd, FD_MAX } from "./adopted_fd.ts";
import { integer } from "./argument.ts";

/** What `detach` has returned in this thread, and nobody has given back. */
const detached = new Set<number>();

/** Notes a descriptor that its caller is to close. */
export function noteDetached(fd: number): void {
  detached.add(fd);
}

/**
 * Closes a descriptor that `detach` has returned in this thread, once: another may have its number
 * by then. Descriptors of loops are refused: libuv ends the process when it misses one.
 *
 * @throws {UvError} EBADF for any other descriptor
 */
export function closeDetachedFd(fd: number): void {
  if (!detached.delete(integer(fd, "fd", 0, FD_MAX))) {
    throw new UvError(errorNumber("UV_EBADF"), "close", `fd ${fd}, which was not detached here`);
  }
  closeFd(fd);
}
