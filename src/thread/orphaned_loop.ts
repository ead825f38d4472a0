import { setTimeout } from "node:timers";
import { uv_handle_type, uv_run_mode } from "../../ffi/libuv/constants.ts";
import type { Core } from "../../ffi/libuv/core.ts";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { Region } from "../../ffi/memory/region.ts";
import { batch, ring as ringLayout } from "../../ffi/memory/ring_layout.ts";
import { system } from "../../ffi/memory/system.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { endWaiter, life, waiterWords } from "../loop/waiter_words.ts";
import { Wakeups } from "../loop/wakeups.ts";
import type { NativeLoopAddresses } from "./thread_messages.ts";

/** A request under way in libuv's pool is waited for: a short time first, then twice as long. */
const WAIT_MS = 5;
/** How long the thread of a pump is waited for. Bun ends it with the one that pumped. */
const WAITER_MS = 1000;

/**
 * Closes the libuv loop of a thread that has died in the middle of a handler, so that its
 * descriptors and sockets do not stay for ever. Its notifiers answer `closed` from now on. Its
 * memory stays mapped: late senders of wake-ups may look there.
 *
 * Closing needs the loop's callbacks: machine code does without the thread, functions of a dead
 * runtime would crash.
 *
 * SAFETY: the thread has ended, and it was not inside `uv_run`: handlers run outside.
 *
 * A request that a thread of libuv's pool works on cannot be taken back: what is left of the loop
 * is closed when that has come to its end, if the process lives so long.
 *
 * @param waiter what it shared with the thread that waits for its pump: that is ended first
 */
export async function closeOrphanedLoop(
  { loop, ring, isIndependent, wakeups }: NativeLoopAddresses,
  waiter: SharedArrayBuffer | undefined,
): Promise<void> {
  const isQuiet = new Wakeups(wakeups).close(); // libuv aborts when a closed loop is woken
  const library = openLibrary();
  const { core } = library;
  const pointer = runtime().pointer(loop) as Pointer;
  if (waiter !== undefined) await waiterHasEnded(core, pointer, new Int32Array(waiter));
  if (!isIndependent || !isQuiet) return;
  const uvClose = runtime().pointer(library.address("uv_close"));
  // Lets handles end that are closing: libuv aborts where they are closed once more.
  core.uv_run(pointer, uv_run_mode.UV_RUN_NOWAIT);
  core.uv_walk(pointer, uvClose, null); // uv_close(handle, NULL)
  finish(core, pointer, ring, WAIT_MS);
}

/** Ends the thread of a pump, which may sit in `poll` on the loop's descriptor. */
async function waiterHasEnded(core: Core, loop: Pointer, words: Int32Array): Promise<void> {
  if (!endWaiter(words)) return;
  const async = new Region(Number(core.uv_handle_size(uv_handle_type.UV_ASYNC))); // stays mapped
  core.uv_async_init(loop, async.pointer, null);
  core.uv_async_send(async.pointer);
  await Atomics.waitAsync(words, waiterWords.life, life.up, WAITER_MS).value;
}

/** Closes the loop as soon as nothing is under way. */
function finish(core: Core, loop: Pointer, ring: number, waitMs: number): void {
  core.uv_run(loop, uv_run_mode.UV_RUN_NOWAIT);
  if (core.uv_loop_close(loop) === 0) return closeDescriptors(ring);
  setTimeout(() => finish(core, loop, ring, waitMs * 2), waitMs).unref();
}

/** Closes the descriptors that native code has of its own, unless there are none. */
function closeDescriptors(ring: number): void {
  const header = runtime().pointer(ring) as Pointer;
  const words = new Int32Array(runtime().arrayBuffer(header, ringLayout.size));
  for (const at of [ringLayout.reserve_fd, ringLayout.batch + batch.fd]) {
    const fd = words[at / 4] as number;
    if (fd >= 0) system().close(fd);
  }
}
