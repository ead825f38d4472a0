import { uv_run_mode } from "../../ffi/libuv/constants.ts";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { ring as ringLayout } from "../../ffi/memory/ring_layout.ts";
import { system } from "../../ffi/memory/system.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import type { NativeLoopAddresses } from "./thread_messages.ts";

/** Turns that all handles have to close in; one is enough unless a request is under way. */
const TURNS_MAX = 16;

/**
 * Closes the libuv loop of a thread that has died in the middle of a handler, so that its
 * descriptors and sockets do not stay for ever. Its memory stays mapped: late senders of wake-ups
 * may look there.
 *
 * Closing needs the loop's callbacks: machine code does without the thread, functions of a dead
 * runtime would crash.
 *
 * SAFETY: the thread has ended, and it was not inside `uv_run`: handlers run outside.
 *
 * @returns whether libuv has let go of everything
 */
export function closeOrphanedLoop({ loop, ring, isIndependent }: NativeLoopAddresses): boolean {
  if (!isIndependent) return false;
  const library = openLibrary();
  const { core } = library;
  const pointer = runtime().pointer(loop) as Pointer;
  const uvClose = runtime().pointer(library.address("uv_close"));
  // Lets handles end that are closing: libuv aborts where they are closed once more.
  core.uv_run(pointer, uv_run_mode.UV_RUN_NOWAIT);
  core.uv_walk(pointer, uvClose, null); // uv_close(handle, NULL)
  let status = core.uv_loop_close(pointer);
  for (let turns = 0; status < 0 && turns < TURNS_MAX; turns++) {
    core.uv_run(pointer, uv_run_mode.UV_RUN_NOWAIT);
    status = core.uv_loop_close(pointer);
  }
  closeReserve(ring);
  return status === 0;
}

function closeReserve(ring: number): void {
  const header = runtime().pointer(ring) as Pointer;
  const fd = new Int32Array(runtime().arrayBuffer(header, ringLayout.size))[
    ringLayout.reserve_fd / 4
  ] as number;
  if (fd >= 0) system().close(fd);
}
