import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { FD_MAX } from "./adopted_fd.ts";
import { integer } from "./argument.ts";

/** What a descriptor is, as far as it matters for a handle. */
export type DescriptorType = "tcp" | "udp" | "pipe" | "tty" | "file" | "unknown";

const types: { readonly [type: number]: DescriptorType } = {
  [uv_handle_type.UV_TCP]: "tcp",
  [uv_handle_type.UV_UDP]: "udp",
  [uv_handle_type.UV_NAMED_PIPE]: "pipe",
  [uv_handle_type.UV_TTY]: "tty",
  [uv_handle_type.UV_FILE]: "file",
};

/**
 * Says what a descriptor is (`uv_guess_handle`): `tty` for a terminal, `pipe` for a pipe, a FIFO or
 * a unix domain socket, `file` for a file and for devices such as `/dev/null`. It is `unknown` when
 * it is closed, or anything else: a directory, an epoll descriptor.
 *
 * @throws {TypeError} unless `fd` is a number
 * @throws {RangeError} unless it is an integer from 0
 * @throws {LibraryError} where libuv cannot be used
 */
export function guessHandle(fd: number): DescriptorType {
  const number = integer(fd, "fd", 0, FD_MAX);
  return types[openLibrary().core.uv_guess_handle(number)] ?? "unknown";
}
