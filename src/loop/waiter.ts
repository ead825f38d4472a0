/**
 * Waits for a libuv loop without blocking the thread that runs it.
 *
 * Facts. The loop's descriptor (`uv_backend_fd`) is readable when the loop has something to do, but
 * neither runtime can watch a descriptor of ours. A callback from a foreign thread is reported to
 * corrupt Bun's heap; a non-blocking FFI call exists in Deno only, and keeps the process alive.
 * `Atomics.waitAsync` works in both, and in both a process ends by itself while a worker that was
 * unref'ed sits in a native call.
 *
 * So a worker waits in `poll(2)` on the descriptor, which it never reads, and rouses this thread by
 * `Atomics.notify`. It only waits when it was asked to, so it does nothing while the loop is busy.
 * Wake-ups of other threads do not go that way round: their senders notify this thread themselves
 * (`wakeups.ts`). Deadlines are timers of the runtime, and need no word with the worker.
 *
 * A thread that dies while it pumps cannot end its worker, and Deno does not: whoever has started
 * the thread does (`orphaned_loop.ts`).
 *
 * The worker needs a while to come up: Deno takes half a second for one that a worker starts. Until
 * then the loop is looked at every few milliseconds.
 */
import { clearTimeout, setTimeout } from "node:timers";
import type { Worker } from "node:worker_threads";
import { moduleWorker } from "../thread/module_worker.ts";
import { endWaiter, life, order, type WaiterData, waiterWords } from "./waiter_words.ts";
import type { Wakeups } from "./wakeups.ts";

const { go, ready } = waiterWords;

/** How often the loop is looked at while the thread is not up yet. */
const STARTING_WAIT_MS = 5;
/** A thread that was not up when it was no longer wanted has mostly come and gone by then. */
const UNWANTED_WAIT_MS = 100;

/** Node's timers can be told not to keep the process alive; both runtimes have them. */
type Timer = ReturnType<typeof setTimeout>;

/** One thread that waits, for one pump. */
export class Waiter {
  readonly #words = new Int32Array(new SharedArrayBuffer(waiterWords.length * 4));
  readonly #worker: Worker;
  readonly #hasExited: Promise<void>;
  readonly #wakeups: Wakeups;
  #isUp = false;
  /** Whether the thread has been given an order, and has not answered. */
  #isAsked = false;
  #isListening = false;
  #resolve: (() => void) | undefined;
  #timer: Timer | undefined;
  #keepsAlive = true;
  #failure: unknown;

  /**
   * @param fd `uv_backend_fd`; it must stay open until `stop` has resolved
   * @param wakeups of the loop: they end a wait, too
   */
  constructor(fd: number, wakeups: Wakeups) {
    this.#wakeups = wakeups;
    wakeups.setPumped(true);
    const workerData: WaiterData = { words: this.#words.buffer, fd };
    this.#worker = moduleWorker(new URL("./waiter_thread.ts", import.meta.url), { workerData });
    this.#worker.on("error", (error) => {
      this.#failure = error;
      this.rouse();
    });
    this.#hasExited = new Promise((resolve) => this.#worker.on("exit", () => resolve()));
  }

  /** What it shares with its thread: see `waiter_words.ts`. */
  get buffer(): SharedArrayBuffer {
    return this.#words.buffer;
  }

  /** Says whether the wait keeps the process alive. */
  set keepsAlive(value: boolean) {
    this.#keepsAlive = value;
    if (value) this.#worker.ref();
    else this.#worker.unref();
    if (value) this.#timer?.ref();
    else this.#timer?.unref();
  }

  /**
   * Waits until the loop has something to do, a time has passed, or `rouse` was called.
   *
   * @param timeoutMs Infinity for no such time
   * @throws the error that ended the thread
   */
  async wait(timeoutMs: number): Promise<void> {
    const done = new Promise<void>((resolve) => this.#resolve = resolve);
    this.#ask(order.poll);
    this.#listen();
    const limitMs = this.#hasComeUp ? timeoutMs : Math.min(timeoutMs, STARTING_WAIT_MS);
    if (limitMs !== Infinity) this.#startTimer(limitMs);
    if (this.#failure === undefined) await done;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Lets this thread sleep for a moment, whatever the loop has to do: tenths of a millisecond.
   *
   * @returns false when nobody could end that: the thread is not up yet, or waits for the loop
   * @throws the error that ended the thread
   */
  async nap(): Promise<boolean> {
    if (!this.#hasComeUp || this.#isAsked || this.#failure !== undefined) return false;
    const done = new Promise<void>((resolve) => this.#resolve = resolve);
    this.#ask(order.nap);
    await done;
    if (this.#failure !== undefined) throw this.#failure;
    return true;
  }

  /** Ends a wait; does nothing between waits. */
  rouse(): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.();
  }

  /**
   * Ends the thread, and a wait. A thread that is not up yet is not waited for long: it touches no
   * descriptor.
   *
   * @param interrupt makes the descriptor readable
   */
  async stop(interrupt: () => void): Promise<void> {
    this.rouse();
    this.#wakeups.rouse(); // or its wait would stay there
    this.#wakeups.setPumped(false);
    this.keepsAlive = true; // or the process could end before the thread has
    if (!endWaiter(this.#words)) return await this.#exitSoon();
    if (this.#isAsked) interrupt();
    await this.#hasExited;
  }

  async #exitSoon(): Promise<void> {
    const patience = new Promise<void>((resolve) => {
      this.#timer = setTimeout(() => resolve(), UNWANTED_WAIT_MS);
    });
    await Promise.race([this.#hasExited, patience]);
    clearTimeout(this.#timer);
  }

  /** Asks the thread to wait, for the loop or for a moment, unless it was asked already. */
  #ask(what: number): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    Atomics.store(this.#words, go, what);
    Atomics.notify(this.#words, go);
    const { async, value } = Atomics.waitAsync(this.#words, ready, 0);
    if (async) value.then(() => this.#isReady());
    else queueMicrotask(() => this.#isReady());
  }

  /** Waits for wake-ups of other threads. It cannot be taken back, so there is one such wait. */
  #listen(): void {
    if (this.#isListening) return;
    const rung = this.#wakeups.rung();
    if (rung === undefined) return queueMicrotask(() => this.rouse());
    this.#isListening = true;
    rung.then(() => {
      this.#isListening = false;
      this.rouse();
    });
  }

  get #hasComeUp(): boolean {
    return this.#isUp ||= Atomics.load(this.#words, waiterWords.life) === life.up;
  }

  #isReady(): void {
    Atomics.store(this.#words, ready, 0);
    this.#isAsked = false;
    this.rouse();
  }

  #startTimer(timeoutMs: number): void {
    this.#timer = setTimeout(() => this.rouse(), timeoutMs);
    if (!this.#keepsAlive) this.#timer.unref();
  }
}
