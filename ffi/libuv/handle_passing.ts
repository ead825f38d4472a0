/** `uv_write2`, `uv_accept` on a pipe for handles, and libuv's makers of connected descriptors. */
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { uv_stdio_flags } from "./constants.ts";
import { family } from "./family.ts";
import { socket_types } from "./system_constants.ts";

/** What passing handles takes. */
export const passing = family([
  "uv_write2",
  "uv_try_write2",
  "uv_pipe_pending_count",
  "uv_pipe_pending_type",
]);

const makers = family(["uv_pipe", "uv_socketpair"]);

/** Two descriptors, or an error. */
export type DescriptorPair = readonly [number, number] | number;

/** A pipe (`uv_pipe`): the end to read, then the end to write. */
export function makePipe(): DescriptorPair {
  const { UV_NONBLOCK_PIPE: flags } = uv_stdio_flags;
  return makePair((fds) => makers().uv_pipe(fds, flags, flags));
}

/** Two connected unix domain sockets (`uv_socketpair`). */
export function makeSocketPair(): DescriptorPair {
  const { UV_NONBLOCK_PIPE: flags } = uv_stdio_flags;
  return makePair((fds) => makers().uv_socketpair(socket_types.SOCK_STREAM, 0, fds, flags, flags));
}

function makePair(make: (fds: Pointer) => number): DescriptorPair {
  const memory = new Region(8);
  const status = make(memory.pointer);
  const fds = [memory.i32[0] as number, memory.i32[1] as number] as const;
  memory.free();
  return status < 0 ? status : fds;
}
