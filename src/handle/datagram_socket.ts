import { errorNumber } from "../../ffi/libuv/error_number.ts";
import {
  address_families,
  socket_options,
  socket_types,
} from "../../ffi/libuv/system_constants.ts";
import { udpFunctions } from "../../ffi/libuv/udp.ts";
import { bindSystem, duplicateFd, lastError, system } from "../../ffi/memory/system.ts";
import type { NativeLoop } from "../../ffi/native_loop.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { UvError } from "../error/uv_error.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import { closeFd, FD_MAX } from "./adopted_fd.ts";
import { integer } from "./argument.ts";
import { sharePort } from "./port_sharing.ts";

const { SOL_SOCKET, SO_TYPE, SO_REUSEADDR } = socket_options;
const INT_BYTES = 4;

let bound: ReturnType<typeof bindOptions> | undefined;

function bindOptions() {
  return bindSystem({
    /** `int getsockopt(int sockfd, int level, int optname, void* optval, socklen_t* optlen)` */
    getsockopt: { parameters: ["i32", "i32", "i32", "pointer", "pointer"], result: "i32" },
  });
}

/**
 * A duplicate of a datagram socket, which a handle may own: of IP, or of the unix domain, which
 * `uv_guess_handle` does not know as such.
 *
 * @throws {UvError} EBADF for a closed descriptor, ENOTSOCK for anything but a datagram socket
 */
export function adoptedDatagramFd(core: LoopCore, fd: number): number {
  const own = duplicateFd(integer(fd, "fd", 0, FD_MAX));
  if (own < 0) throw new UvError(lastError(), "adopt", `fd ${fd}`);
  if (isDatagramSocket(core.native, own)) return own;
  closeFd(own);
  throw new UvError(errorNumber("UV_ENOTSOCK"), "adopt", `fd ${fd}`);
}

function isDatagramSocket({ socketAddress }: NativeLoop, fd: number): boolean {
  const { namePointer: value, lengthPointer } = socketAddress;
  bound ??= bindOptions();
  socketAddress.setRoom();
  if (bound.getsockopt(fd, SOL_SOCKET, SO_TYPE, value, lengthPointer) < 0) return false;
  return intAt(value)[0] === socket_types.SOCK_DGRAM;
}

/**
 * Lets a UDP handle share its port with others, before it is bound. libuv has a flag for it from
 * 1.49 on; this works with any.
 *
 * @param fd of the handle's socket; -1 where it has none: then it is given one
 * @returns 0, or an error
 */
export function shareDatagramPort(
  { socketAddress }: NativeLoop,
  udp: Pointer,
  fd: number,
  isIpv6: boolean,
): number {
  const scratch = socketAddress.namePointer;
  if (fd >= 0) return sharePort(fd, scratch);
  const { AF_INET, AF_INET6 } = address_families;
  const { SOCK_DGRAM, SOCK_CLOEXEC } = socket_types;
  const own = system().socket(isIpv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (own < 0) return lastError();
  const opened = udpFunctions().uv_udp_open(udp, own);
  if (opened < 0) {
    closeFd(own);
    return opened;
  }
  // libuv sets this on sockets that it adopts: anybody else with it could take the port over.
  intAt(scratch)[0] = 0;
  system().setsockopt(own, SOL_SOCKET, SO_REUSEADDR, scratch, INT_BYTES);
  return sharePort(own, scratch);
}

function intAt(pointer: Pointer): Int32Array {
  return new Int32Array(runtime().arrayBuffer(pointer, INT_BYTES));
}
