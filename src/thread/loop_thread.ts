import { clearTimeout, setTimeout } from "node:timers";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { LoopMetrics } from "../loop/loop_metrics.ts";
import {
  type CallOptions,
  type LoopThreadOptions,
  type PostOptions,
  stopDeadlineMs,
  type StopOptions,
  type StopOutcome,
  type ThreadSettings,
  threadSettings,
} from "./loop_thread_options.ts";
import type {
  AnyThreadModule,
  CallArguments,
  FunctionName,
  FunctionResult,
} from "./loop_thread_scope.ts";
import { closeOrphanedLoop } from "./orphaned_loop.ts";
import { OwnerCalls } from "./owner_calls.ts";
import { decodeError } from "./remote_error.ts";
import { assertDescriptors } from "./spare_descriptors.ts";
import { type LineEvents, ThreadLine } from "./thread_line.ts";
import { isResult, type NativeLoopAddresses, type Report, stage } from "./thread_messages.ts";

/** `starting` is seen by nobody: `start` resolves when it is over. */
export type LoopThreadState = "starting" | "running" | "stopping" | "closed";

/** A thread that has closed its loop, but has timers or servers of its own, is ended after this. */
const EXIT_MS = 100;
/** A start that is given up has this long to close what it has opened. */
const CANCEL_MS = 500;
/** A thread that is ended by force is left to itself when it is still there after this. */
const FORCE_MS = 400;
/** Deno must not end a thread by force that may be well: see `thread_lock.ts`. */
const PATIENCE_MS = runtime().name === "deno" ? 500 : 0;

/**
 * A loop on a thread of its own. Its module's functions are called from here: `post` and `call`.
 *
 * It runs until it is stopped, a machine shuts the loop down, or an error is not caught. Until then
 * it keeps the process alive, unless `unref` was called.
 */
export class LoopThread<M = AnyThreadModule> implements AsyncDisposable, LineEvents {
  /**
   * Resolves when the thread has ended; rejects with the error that ended it, if nobody caught one.
   */
  readonly closed: Promise<void>;
  readonly #settings: ThreadSettings;
  readonly #line: ThreadLine;
  readonly #calls: OwnerCalls;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #state: LoopThreadState = "starting";
  #native: NativeLoopAddresses | undefined;
  #waiter: SharedArrayBuffer | undefined;
  #failure: { readonly error: unknown } | undefined;
  #hasSaidGoodbye = false;
  #outcome: StopOutcome = "closed";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Made by `start`. */
  constructor(settings: ThreadSettings) {
    this.#settings = settings;
    this.closed = this.#ended.promise;
    this.#line = new ThreadLine(settings, this);
    this.#calls = new OwnerCalls(this.#line, settings.module);
    this.#after(settings.startTimeoutMs, () => this.#giveUpStart());
  }

  /**
   * Starts a loop on a new thread, and loads a module there.
   *
   * The module exports functions; the first argument of each is a `CallScope`, the others are the
   * caller's. Three exports are hooks, and optional: `context(creator, data)` makes the context of
   * the loop, `setup(scope, data)` adds its first machines, `stopping(scope)` asks machines to end.
   *
   * @param module a URL: `new URL("./worker.ts", import.meta.url)`, `import.meta.resolve("x/y")`;
   *   or relative to the option `base`
   * @returns resolves when `setup` is done
   * @throws what the module or a hook has thrown; `LibraryError` where libuv cannot be used;
   *   `UvError` EMFILE without free descriptors; a `TimeoutError`
   */
  static async start<M = AnyThreadModule>(
    module: string | URL,
    options: LoopThreadOptions = {},
  ): Promise<LoopThread<M>> {
    const settings = threadSettings(module, options);
    openLibrary(); // several threads that open it for the first time can crash Bun
    assertDescriptors(`a loop thread of ${settings.module}`);
    const thread = new LoopThread<M>(settings);
    await thread.#ready.promise;
    return thread;
  }

  /** Where the thread is in its life. */
  get state(): LoopThreadState {
    return this.#state;
  }

  /**
   * Calls a function of the module, and does not wait: an error reaches `onError`.
   *
   * @throws {TypeError} when the module exports no such function
   * @throws {DOMException} DataCloneError for an argument that cannot be cloned
   * @throws {ClosedError} when the thread is stopping or has ended
   */
  post<K extends FunctionName<M>>(
    name: K,
    ...[args, { transfer } = {}]: CallArguments<M[K], PostOptions>
  ): void {
    this.#assertRunning("post", name);
    this.#calls.post(name, args ?? [], transfer);
  }

  /**
   * Calls a function of the module, and waits for its result, or that of the promise it returns.
   *
   * @returns rejects with what the function threw, its stack in front of this one; with a
   *   `DataCloneError` for arguments or a result that cannot be cloned; with the signal's reason;
   *   with `ClosedError` or the thread's own error when that ends before the result has come
   */
  call<K extends FunctionName<M>>(
    name: K,
    ...[args, options]: CallArguments<M[K], CallOptions>
  ): Promise<FunctionResult<M[K]>> {
    try {
      this.#assertRunning("call", name);
      return this.#calls.call(name, args ?? [], options) as Promise<FunctionResult<M[K]>>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** What the loop holds and has done; a snapshot. */
  async metrics(): Promise<LoopMetrics> {
    this.#assertRunning("read its metrics");
    return await this.#calls.metrics();
  }

  /**
   * Ends the thread, in stages. First `stopping` of the module and all calls under way are told,
   * and machines have a third of the time to end. Then the loop closes, with all that is left.
   * If that has not come to an end by the deadline, the thread is ended by force, for which it has
   * 400 ms; then it is left to itself.
   *
   * May be called again, by several.
   *
   * @returns how it has ended; rejects with the error that ended the thread
   */
  async stop(options: StopOptions = {}): Promise<StopOutcome> {
    const deadlineMs = stopDeadlineMs(options);
    if (this.#state === "running") {
      this.#state = "stopping";
      this.#line.send({ kind: "stop", askMs: deadlineMs / 3 });
      this.#after(Math.max(deadlineMs, PATIENCE_MS), () => this.#force());
    }
    await this.closed;
    return this.#outcome;
  }

  /** Stops the thread: see `stop`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The thread keeps the process alive: so it does from the start. */
  ref(): this {
    if (this.#state !== "closed") this.#line.keepsAlive = true;
    return this;
  }

  /** The thread does not keep the process alive. */
  unref(): this {
    if (this.#state !== "closed") this.#line.keepsAlive = false;
    return this;
  }

  /** For the thread's line only. */
  reported(report: Report): void {
    if (isResult(report)) return this.#calls.resolve(report[0], report[1]);
    switch (report.kind) {
      case "opened":
        this.#native = report;
        break;
      case "waiter":
        this.#waiter = report.words;
        break;
      case "ready":
        this.#isReady(report);
        break;
      case "metrics":
        this.#calls.resolve(report.id, report.value);
        break;
      case "failure":
        this.#calls.reject(report.id, report.error);
        break;
      case "error":
        this.#tellError(report);
        break;
      case "ended":
        this.#hasSaidGoodbye = true;
        if (report.error !== undefined) this.#failure ??= { error: decodeError(report.error) };
        this.#after(EXIT_MS, () => this.#line.terminate());
    }
  }

  /** For the thread's line only. */
  exited(code: number, error: unknown): void {
    if (!this.#hasSaidGoodbye) this.#hasDied(code, error);
    this.#end();
  }

  #isReady({ address, names }: Extract<Report, { kind: "ready" }>): void {
    this.#line.connect(address);
    if (this.#failure !== undefined) { // too late, and it does not look whether that is so
      this.#line.send({ kind: "stop", askMs: 0 });
      return;
    }
    clearTimeout(this.#timer);
    this.#calls.names = names;
    this.#state = "running";
    this.#ready.resolve();
  }

  #giveUpStart(): void {
    const { module, startTimeoutMs } = this.#settings;
    const text = `Cannot start a loop thread of ${module}: not ready after ${startTimeoutMs} ms`;
    this.#failure = { error: new DOMException(text, "TimeoutError") };
    this.#line.cancel();
    this.#after(CANCEL_MS, () => this.#force());
  }

  /**
   * The thread did not end in time. It computes, or has begun to close: then it may wait in libuv,
   * and is left to come to its end.
   */
  #force(): void {
    this.#after(FORCE_MS, () => this.#abandon());
    if (!this.#line.forbidClosing()) return;
    this.#outcome = "terminated";
    this.#line.terminate(); // exited() follows
  }

  #abandon(): void {
    this.#outcome = "abandoned";
    this.#line.keepsAlive = false;
    this.#end();
  }

  /** The thread is gone without a word: by force, an exit inside, or a fault of the runtime. */
  #hasDied(code: number, error: unknown): void {
    if (this.#outcome === "closed") {
      const text = `The loop thread of ${this.#settings.module} has exited with code ${code}`;
      this.#failure ??= { error: error ?? new Error(text) };
    }
    if (this.#native !== undefined && this.#line.stage < stage.closing) {
      closeOrphanedLoop(this.#native, this.#waiter);
    }
  }

  /** It ends once: a thread that was abandoned may be gone later. */
  #end(): void {
    clearTimeout(this.#timer);
    if (this.#state === "closed") return;
    const isStarting = this.#state === "starting";
    this.#state = "closed";
    const failure = this.#failure;
    this.#calls.rejectAll((place) => failure?.error ?? new ClosedError("loop thread", place));
    if (failure === undefined) this.#ended.resolve();
    else this.#ended.reject(failure.error);
    if (!isStarting) return;
    this.closed.catch(() => {}); // whoever starts it is told
    this.#ready.reject(failure?.error ?? new ClosedError("loop thread", "start"));
  }

  #tellError({ error, handler }: Extract<Report, { kind: "error" }>): void {
    this.#settings.onError?.({ error: decodeError(error), handler });
  }

  #after(timeMs: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, timeMs);
  }

  #assertRunning(operation: string, name?: unknown): void {
    if (this.#state === "running") return;
    throw new ClosedError("loop thread", name === undefined ? operation : `${operation} ${name}`);
  }
}
