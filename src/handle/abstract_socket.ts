import { address_families, socket_types } from "../../ffi/libuv/system_constants.ts";
import type { NativeLoop } from "../../ffi/native_loop.ts";
import { lastError, system } from "../../ffi/memory/system.ts";

/**
 * Sockets of Linux's abstract namespace. libuv knows their names only since 1.46
 * (`uv_pipe_bind2`), so they are bound and connected here, and then adopted.
 */

/**
 * A socket bound to an abstract name.
 *
 * @param name without the leading NUL
 * @returns the descriptor, or a negative error
 */
export function bindAbstract(native: NativeLoop, name: Uint8Array): number {
  return attach(native, name, system().bind);
}

/** A socket connected to an abstract name, at once: see `bindAbstract`. */
export function connectAbstract(native: NativeLoop, name: Uint8Array): number {
  return attach(native, name, system().connect);
}

function attach(
  { socketAddress }: NativeLoop,
  name: Uint8Array,
  call: ReturnType<typeof system>["bind"],
): number {
  const { SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC } = socket_types;
  const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = system().socket(address_families.AF_UNIX, type, 0);
  if (fd < 0) return lastError();
  if (call(fd, socketAddress.pointer, socketAddress.setAbstract(name)) === 0) return fd;
  const error = lastError();
  system().close(fd);
  return error;
}
