import { ClosedError } from "../error/closed_error.ts";
import { SpawnError } from "../error/spawn_error.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import { abortSignal, optionsObject } from "../handle/argument.ts";
import { keepResponse, type Response } from "../machine/response.ts";
import type { EarlyScope, Scope } from "../machine/scope.ts";
import type { LeakReport } from "../memory/leak_tracker.ts";
import { type LoopMetrics, metricsOf } from "./loop_metrics.ts";
import { LoopCore } from "./loop_core.ts";
import { LoopHandles } from "./loop_handles.ts";
import { type LoopOptions, loopSettings } from "./loop_options.ts";
import type { MachineConstructor } from "./machine_table.ts";
import { Pump, type PumpOptions } from "./pump.ts";
import { turn } from "./turn.ts";

/** `idle` between runs; `stopping` when a run ends after this turn. */
export type LoopState = "idle" | "running" | "stopping" | "closed";

/**
 * The first stage of a loop: it has no context yet, but machines and their notifiers can be made,
 * so that notifiers can go into the context (rotor `LoopCreator`).
 */
export class LoopCreator implements Disposable {
  readonly #core: LoopCore;
  readonly #handles: LoopHandles;
  #isUsed = false;

  /** See `Loop.create`. */
  constructor(options: LoopOptions) {
    this.#core = new LoopCore(loopSettings(options));
    this.#handles = new LoopHandles(this.#core);
  }

  /**
   * Makes a machine at once.
   *
   * @param constructor answers with `ok(machine)`; its scope has no context yet
   * @throws {SpawnError} when there is no slot left; an error of the constructor is thrown as is
   */
  addMachine(constructor: (scope: EarlyScope) => Response): this {
    this.#assertUnused("add a machine");
    this.#core.native.readTime();
    addMachine(this.#core, constructor);
    return this;
  }

  /** Gives the loop its context (rotor `LoopCreator::instantiate`). */
  instantiate<C>(context: C): Loop<C> {
    this.#assertUnused("instantiate");
    this.#isUsed = true;
    return new Loop(this.#core, this.#handles, context);
  }

  /** Instantiates, runs until no machine is left, and closes (rotor `LoopCreator::run`). */
  run<C>(context: C): void {
    using loop = this.instantiate(context);
    loop.run();
  }

  /** Closes a loop that was never instantiated, with the machines made for it. */
  [Symbol.dispose](): void {
    if (!this.#isUsed) this.instantiate(undefined).close();
  }

  #assertUnused(operation: string): void {
    if (this.#isUsed) throw new StateError(operation, "the loop was instantiated before");
  }
}

/**
 * A loop of machines that share a context, on a libuv loop of its own (rotor `LoopInstance`).
 *
 * All of it belongs to one thread; only notifiers may be used from others.
 */
export class Loop<C = unknown> implements Disposable {
  readonly #core: LoopCore;
  readonly #handles: LoopHandles;
  #state: LoopState = "idle";
  #pump: Pump | undefined;
  #keepsAlive = true;

  /** Made by `Loop.create(...).instantiate(...)`. */
  constructor(core: LoopCore, handles: LoopHandles, context: C) {
    this.#core = core;
    this.#handles = handles;
    core.machines.context = context;
    core.machines.hasContext = true;
    core.wakeups.open();
  }

  /**
   * Opens a loop (`uv_loop_init`): the first of two stages.
   *
   * @throws {LibraryError} where libuv cannot be used
   * @throws {UvError} when libuv cannot make a loop: EMFILE without six free descriptors
   */
  static create(options: LoopOptions = {}): LoopCreator {
    return new LoopCreator(options);
  }

  /** What all machines share. */
  get context(): C {
    return this.#core.machines.context as C;
  }

  /** Where the loop is in its life. */
  get state(): LoopState {
    return this.#state === "running" && this.#core.stopRequested ? "stopping" : this.#state;
  }

  /** Machines that live. */
  get machines(): number {
    return this.#core.machines.size;
  }

  /** The time of the present turn, in milliseconds: see `Scope.now`. */
  get now(): number {
    this.#assertNotClosed("read its time");
    return this.#core.now;
  }

  /**
   * Makes a machine: before, between and during runs.
   *
   * @param constructor answers with `ok(machine)`
   * @throws {SpawnError} when there is no slot left; an error of the constructor is thrown as is
   * @throws {ClosedError} after `close`
   */
  addMachine(constructor: (scope: Scope<C>) => Response): this {
    this.#assertNotClosed("add a machine");
    if (this.#state === "idle") this.#core.native.readTime();
    addMachine(this.#core, constructor as (scope: Scope) => Response);
    this.#core.rouse?.();
    return this;
  }

  /**
   * Runs the machines on this thread until none is left, or the loop is stopped. The thread sleeps
   * in libuv in between; promises and timers of the runtime wait meanwhile. May be called again.
   *
   * @throws {StateError} inside a handler or a machine's constructor
   */
  run(): void {
    this.#start("run");
    try {
      keepResponse(() => this.#turn()); // a handler of another loop may have called
    } finally {
      this.#state = "idle";
    }
  }

  /**
   * Runs the machines on this thread and lets the runtime run beside them: promises, timers,
   * `fetch`, servers. It works in slices of a millisecond while there is work, and after each the
   * runtime has its turn (in Deno a nap follows every second one: it looks at its sockets then).
   * When there is none it sleeps until libuv, a deadline or a call from this thread has some.
   *
   * Handles, notifiers and `addMachine` may be used outside handlers meanwhile.
   *
   * @returns resolves when no machine is left, and after `stop()` or the abort of the signal
   * @throws {StateError} when the loop is running, and inside a machine's constructor
   * @throws {TypeError} for a signal that is none
   */
  async pump(options: PumpOptions = {}): Promise<void> {
    const signal = abortSignal(optionsObject(options).signal);
    this.#start("pump");
    const stop = () => this.stop();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      this.#pump = new Pump(this.#core, this.#handles);
      this.#pump.keepsAlive = this.#keepsAlive;
      await this.#pump.run();
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#pump = undefined;
      this.#state = "idle";
    }
  }

  /** The pump keeps the process alive: so it does from the start. */
  ref(): this {
    return this.#keepAlive(true);
  }

  /** The pump does not keep the process alive. */
  unref(): this {
    return this.#keepAlive(false);
  }

  /** Ends the run after this turn; the machines stay. Does nothing between runs. */
  stop(): void {
    this.#assertNotClosed("stop");
    if (this.#state === "running") this.#core.stopRequested = true;
    this.#core.rouse?.();
  }

  /** What the loop holds and has done; a snapshot. */
  metrics(): LoopMetrics {
    this.#assertNotClosed("read its metrics");
    return metricsOf(this.#core);
  }

  /**
   * The blocks that are held now, and where they were leased or retained as far as `leakLevel` had
   * that noted. `close` hands the same to `onLeak`.
   */
  leaks(): LeakReport {
    this.#assertNotClosed("look for leaks");
    return this.#core.pool.leaks();
  }

  /**
   * Ends all machines (`dispose` of each is called), closes all handles, and the libuv loop. Blocks
   * that are still held are told to `onLeak`; their views are empty from then on.
   *
   * @throws {ClosedError} the second time
   * @throws {StateError} inside a handler, and where a handle is left that will not close: the
   *   message says which, and where it was made if the loop traces handles
   */
  close(): void {
    this.#assertNotClosed("close");
    if (this.#state === "running") throw new StateError("close", "the loop is running");
    const core = this.#core;
    this.#state = "closed"; // first, for what dispose() may try
    keepResponse(() => core.machines.disposeAll());
    core.isOpen = false;
    for (const handle of core.background) handle.close();
    this.#handles.close();
    this.#settle();
    const status = core.native.close();
    if (status < 0) throw this.#leftOpen(status);
    core.reportLeaks();
    core.pool.close();
    core.native.free(this.#handles.hasStuckSender);
  }

  /** Closes the loop, unless it is closed. */
  [Symbol.dispose](): void {
    if (this.#state !== "closed") this.close();
  }

  #start(operation: string): void {
    this.#assertNotClosed(operation);
    if (this.#state === "running") throw new StateError(operation, "the loop is running");
    if (this.#core.machines.isMaking) throw new StateError(operation, "a machine is being made");
    this.#state = "running";
    this.#core.stopRequested = false;
  }

  #keepAlive(value: boolean): this {
    this.#assertNotClosed("keep the process alive");
    this.#keepsAlive = value;
    if (this.#pump !== undefined) this.#pump.keepsAlive = value;
    return this;
  }

  #turn(): void {
    const core = this.#core;
    core.native.readTime();
    while (core.machines.size > 0 && !core.stopRequested) turn(core, this.#handles, true);
    if (core.machines.size === 0) this.#settle(); // or they might go on closing for ever
  }

  /** Turns until libuv has let go of every handle that is closing, and of the requests. */
  #settle(): void {
    const core = this.#core;
    while (core.closing > 0) turn(core, this.#handles, true);
  }

  #leftOpen(status: number): Error {
    const left = [...this.#core.targets.values()].map((target) => target.describe());
    return new StateError(
      "close the loop",
      `${left.join("; ")} (${new UvError(status, "close", "it").code})`,
    );
  }

  #assertNotClosed(operation: string): void {
    if (this.#state === "closed") throw new ClosedError("loop", operation);
  }
}

/** The constructor's own error is more use than the wrapper that a spawning machine gets. */
function addMachine(core: LoopCore, constructor: (scope: Scope) => Response): void {
  if (typeof constructor !== "function") throw new TypeError("addMachine() takes a function");
  try {
    keepResponse(() => core.machines.add(constructor as MachineConstructor));
  } catch (error) {
    throw error instanceof SpawnError && error.cause !== undefined ? error.cause : error;
  }
}
