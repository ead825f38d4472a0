import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { passing } from "../../ffi/libuv/handle_passing.ts";
import { UvError } from "../error/uv_error.ts";
import type { Pipe } from "../io/pipe.ts";
import type { Tcp } from "../io/tcp.ts";
import type { Udp } from "../io/udp.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { PipeHandle } from "./pipe.ts";
import { TcpHandle } from "./tcp.ts";
import { UdpHandle } from "./udp.ts";

/** How many handles wait in a pipe to be accepted (`uv_pipe_pending_count`). */
export function pendingHandles(pipe: PipeHandle): number {
  return passing().uv_pipe_pending_count(pipe.pointer);
}

/**
 * Accepts a handle that waits in a pipe. libuv accepts any descriptor into a pipe; what it is, the
 * handle that then adopts a duplicate of it finds out.
 *
 * @param owner the machine that it will belong to
 * @throws {UvError} for what no handle can be made of: a file, a terminal (ENOTSUP), and EMFILE;
 *   the descriptor is closed then
 */
export function acceptHandle(pipe: PipeHandle, owner: MachineEntry): Tcp | Pipe | Udp {
  const { core } = pipe;
  const { uv } = core.native;
  const type = passing().uv_pipe_pending_type(pipe.pointer);
  const taken = new PipeHandle(core, undefined);
  try {
    const status = uv.uv_accept(pipe.pointer, taken.pointer);
    if (status < 0) throw new UvError(status, "accept a handle from", pipe.subject());
    return adopt(owner, type, core.native.fileno(taken.pointer), pipe.subject());
  } finally {
    taken.close();
  }
}

function adopt(owner: MachineEntry, type: number, fd: number, subject: string): Tcp | Pipe | Udp {
  const handle = make(owner, type);
  if (handle === undefined) {
    throw new UvError(errorNumber("UV_ENOTSUP"), "accept a handle from", subject);
  }
  try {
    handle.open(fd);
    handle.moveTo(owner);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

function make(
  { core }: MachineEntry,
  type: number,
): TcpHandle | PipeHandle | UdpHandle | undefined {
  switch (type) {
    case uv_handle_type.UV_TCP:
      return new TcpHandle(core, undefined);
    case uv_handle_type.UV_NAMED_PIPE:
      return new PipeHandle(core, undefined);
    case uv_handle_type.UV_UDP:
      return new UdpHandle(core, undefined);
    default:
      return undefined;
  }
}
