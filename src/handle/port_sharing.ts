import { socket_options } from "../../ffi/libuv/system_constants.ts";
import { lastError, system } from "../../ffi/memory/system.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";

const AF_INET = 2;
const AF_INET6 = { linux: 10, darwin: 30 } as const;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = { linux: 0x80000, darwin: 0 } as const;
const OPTION = {
  linux: { level: socket_options.SOL_SOCKET, name: socket_options.SO_REUSEPORT },
  darwin: { level: 0xffff, name: 0x200 },
} as const;
const INT_BYTES = 4;

/** A TCP socket that is not bound; `-errno` on failure. */
export function tcpSocket(isIpv6: boolean): number {
  const os = runtime().os === "darwin" ? "darwin" : "linux";
  const domain = isIpv6 ? AF_INET6[os] : AF_INET;
  const fd = system().socket(domain, SOCK_STREAM | SOCK_CLOEXEC[os], 0);
  return fd < 0 ? lastError() : fd;
}

/**
 * Lets others bind to the same address and port (`SO_REUSEPORT`), which they must want too. libuv
 * has a flag for it from 1.49 on; this works with any.
 *
 * @param scratch four bytes of native memory
 * @returns 0, or `-errno`
 */
export function sharePort(fd: number, scratch: Pointer): number {
  const { level, name } = OPTION[runtime().os === "darwin" ? "darwin" : "linux"];
  new Int32Array(runtime().arrayBuffer(scratch, INT_BYTES))[0] = 1;
  return system().setsockopt(fd, level, name, scratch, INT_BYTES) < 0 ? lastError() : 0;
}
