import { Region } from "../memory/region.ts";
import { runtime } from "../runtime/current.ts";
import { family } from "./family.ts";
import { openLibrary } from "./library.ts";

/** libuv's own limits (`uv_queue_work`): threads of its pool, without and with the variable. */
const THREADS = 4;
const THREADS_MAX = 1024;
/** A `uv_sem_t` is smaller on every system; one page is the least that can be had anyway. */
const SEMAPHORE_BYTES = 64;
/** A `uv_thread_t`. */
const THREAD_BYTES = 8;

const functions = family([
  "uv_sem_init",
  "uv_sem_destroy",
  "uv_sem_post",
  "uv_thread_create",
  "uv_thread_join",
]);

let isPrepared = false;

/**
 * Makes sure that libuv can start the threads of its pool, which it does at the first request that
 * needs them: where the system refuses one, libuv ends the process (`abort`).
 *
 * It is tried out once, with twice as many threads as the pool has: those that end count against
 * the limit for a moment longer. Later calls only look at a variable.
 *
 * @returns 0, or the error with which a thread was refused: EAGAIN
 */
export function prepareThreadPool(): number {
  if (isPrepared) return 0;
  const status = tryThreads(2 * poolSize());
  isPrepared = status === 0;
  return status;
}

/** As libuv reads it, from an environment that may have other ideas than the runtime's copy. */
function poolSize(): number {
  const wanted = Number.parseInt(runtime().environment("UV_THREADPOOL_SIZE") ?? `${THREADS}`, 10);
  return Math.min(Math.max(Number.isNaN(wanted) ? 1 : wanted, THREADS), THREADS_MAX);
}

/** Starts so many threads that live at the same time: each waits for one semaphore. */
function tryThreads(count: number): number {
  const uv = functions();
  const memory = new Region(SEMAPHORE_BYTES + count * THREAD_BYTES);
  const wait = runtime().pointer(openLibrary().address("uv_sem_wait"));
  const threadPointer = (index: number) => memory.pointerTo(SEMAPHORE_BYTES + index * THREAD_BYTES);
  uv.uv_sem_init(memory.pointer, 0);
  let status = 0;
  let started = 0;
  while (status === 0 && started < count) {
    status = uv.uv_thread_create(threadPointer(started), wait, memory.pointer);
    if (status === 0) started++;
  }
  for (let i = 0; i < started; i++) uv.uv_sem_post(memory.pointer);
  for (let i = 0; i < started; i++) uv.uv_thread_join(threadPointer(i));
  // SAFETY: every thread that knew the semaphore has ended.
  uv.uv_sem_destroy(memory.pointer);
  memory.free();
  return status;
}
