import process from "node:process";
import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from "node:timers";
import type { MessagePort } from "node:worker_threads";
import { runtime } from "../../ffi/runtime/current.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { Loop, LoopCreator } from "../loop/loop.ts";
import type { MachineErrorReport } from "../loop/loop_options.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { ok } from "../machine/response.ts";
import { hookNames, type LoopThreadScope } from "./loop_thread_scope.ts";
import { Mailbox, type MailboxOwner } from "./mailbox.ts";
import { type CallsOwner, RemoteCalls } from "./remote_calls.ts";
import { encodeError } from "./remote_error.ts";
import { holdThreadLock } from "./thread_lock.ts";
import { ThreadLoopCreator } from "./thread_loop_creator.ts";
import {
  isCall,
  leaveRunning,
  type Order,
  type Report,
  stage,
  type ThreadData,
  threadWords,
} from "./thread_messages.ts";

/** What a module may export for the thread itself. */
interface Hooks {
  readonly context?: (creator: LoopCreator, data: unknown) => unknown;
  readonly setup?: (scope: LoopThreadScope, data: unknown) => unknown;
  readonly stopping?: (scope: LoopThreadScope) => unknown;
}

/** A loop that had to be pumped goes on so for a while: starting a pump costs a thread. */
const LINGER_MS = 1000;
/** A hook may wait for something that does not keep a thread alive: a timer does meanwhile. */
const HOLD_MS = 1000;

/**
 * A loop thread, seen from inside: loads the module, runs its loop, and does what its owner orders.
 *
 * While the loop runs, the thread does not return to its runtime: promises stand still. So a call
 * whose function returns a promise ends the run; the promise gets a turn of the runtime, which is
 * enough for most, then the loop is pumped until no call has waited for a while.
 */
export class ThreadHost implements LoopThreadScope, MailboxOwner, CallsOwner {
  readonly #data: ThreadData;
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  readonly #stopping = new AbortController();
  #hooks: Hooks = {};
  #calls: RemoteCalls | undefined;
  #creator: ThreadLoopCreator | undefined;
  #loop: Loop | undefined;
  /** The run ends to go on in another way. */
  #isTurning = false;
  #isPumping = false;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #isEnding = false;
  #unlock = () => {};
  #mailbox: MachineEntry | undefined;
  /** Machines are asked to end: until when, in milliseconds of the loop. */
  #isAsking = false;
  #askedUntilMs = Infinity;
  #failure: { readonly error: unknown } | undefined;
  #fail!: (error: unknown) => void;
  /** Rejects with the first error that nobody caught. */
  readonly #failed = new Promise<never>((_, reject) => this.#fail = reject);

  constructor(data: ThreadData) {
    this.#data = data;
    this.#port = data.port;
    this.#words = new Int32Array(data.words);
    this.#failed.catch(() => {});
  }

  get loop(): Loop {
    return this.#loop as Loop;
  }

  get scope(): LoopThreadScope {
    return this;
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Lives the thread's life. */
  async run(): Promise<void> {
    process.on("uncaughtException", (error) => this.#uncaught(error));
    process.on("unhandledRejection", (error) => this.#uncaught(error));
    const hold = setInterval(() => {}, HOLD_MS);
    try {
      await Promise.race([this.#start(), this.#failed, this.#cancelled()]);
      clearInterval(hold);
      await this.#drive();
    } catch (error) {
      this.#uncaught(error);
    }
    clearInterval(hold);
    await turnOfRuntime(); // a last chance for rejections that nobody handles
    this.#close();
  }

  take(order: Order): void {
    if (isCall(order)) return this.#calls?.take(order);
    switch (order.kind) {
      case "abort":
        return this.#calls?.abort(order);
      case "metrics":
        return this.#tell({ kind: "metrics", id: order.id, value: this.loop.metrics() });
      case "stop":
        return this.#ask(order.askMs);
    }
  }

  lookAtAsked(): number {
    if (!this.#isAsking || this.#isEnding) return Infinity;
    const haveEnded = this.loop.machines === 1 && this.#calls?.waiting === 0; // but the mailbox
    if (haveEnded || this.loop.now >= this.#askedUntilMs) this.#end();
    return this.#isEnding ? Infinity : this.#askedUntilMs;
  }

  stop(): void {
    this.#ask(Infinity);
  }

  report(error: unknown, handler: string): void {
    if (this.#data.tellsErrors) this.#tell({ kind: "error", handler, error: encodeError(error) });
    else console.error(`rotor-uv: ${handler} failed:`, error);
  }

  waitingChanged(): void {
    if (this.#isAsking) this.#look();
    if (this.#data.mode === "pump") return;
    clearTimeout(this.#lingering);
    if (this.#calls?.waiting !== 0) this.#turn();
    else this.#lingering = setTimeout(() => this.#turn(), LINGER_MS);
  }

  async #start(): Promise<void> {
    const { module, data } = this.#data;
    const exports = await import(module) as Readonly<Record<string, unknown>>;
    this.#hooks = exports as Hooks;
    const mailbox = this.#mailbox = this.#open();
    const { context, setup } = this.#hooks;
    const functions = callable(exports);
    this.#calls = new RemoteCalls(functions, this.#data, this);
    const creator = this.#creator as ThreadLoopCreator;
    this.#loop = creator.instantiate(await context?.(creator, data));
    await setup?.(this, data);
    Atomics.compareExchange(this.#words, threadWords.stage, stage.starting, stage.running);
    const address = mailbox.notifier().address();
    this.#unlock = holdThreadLock(this.#data.lock);
    this.#tell({ kind: "ready", address, names: functions.map(([name]) => name) });
  }

  /** Makes the loop, with the mailbox on it. */
  #open(): MachineEntry {
    if (this.#failure !== undefined) throw this.#failure.error; // while the module was loading
    const { loop, tellsErrors } = this.#data;
    const onError = ({ error, handler }: MachineErrorReport) => this.report(error, handler);
    this.#creator = new ThreadLoopCreator(tellsErrors ? { ...loop, onError } : loop);
    let mailbox!: MachineEntry;
    this.#creator.addMachine((scope) => {
      mailbox = scope as MachineEntry;
      return ok(new Mailbox(scope, this.#data, this));
    });
    const { native, wakeups } = mailbox.core;
    mailbox.core.onWaiter = (words) => this.#tell({ kind: "waiter", words });
    this.#tell({
      kind: "opened",
      loop: runtime().address(native.pointer),
      ring: native.ring.address,
      isIndependent: native.callbackMake === "machine code",
      wakeups: wakeups.buffer,
    });
    return mailbox;
  }

  /** Fails when the owner does not want to wait any longer. */
  async #cancelled(): Promise<never> {
    const { cancel } = threadWords;
    await Atomics.waitAsync(this.#words, cancel, 0).value;
    throw new ClosedError("loop thread", "start");
  }

  /** Runs the loop until the thread ends. */
  async #drive(): Promise<void> {
    while (!this.#isEnding) {
      this.#isTurning = false;
      this.#isPumping = this.#mustPump;
      if (this.#isPumping) await this.loop.pump();
      else this.loop.run();
      if (!this.#isTurning) return; // it ends, or a machine has shut the loop down
      await turnOfRuntime();
    }
  }

  /** The first stage of stopping: the module may ask its machines to end. */
  #ask(askMs: number): void {
    const untilMs = this.loop.now + askMs;
    if (this.#stopping.signal.aborted) { // it has stopped itself; its owner may wait for less
      this.#askedUntilMs = Math.min(this.#askedUntilMs, untilMs);
      return this.#look();
    }
    const reason = new DOMException("The loop thread stops", "AbortError");
    this.#stopping.abort(reason);
    this.#calls?.abortAll(reason);
    const { stopping } = this.#hooks;
    if (stopping === undefined && this.#calls?.waiting === 0) return this.#end();
    this.#askedUntilMs = untilMs;
    this.#isAsking = true;
    const { core } = this.#mailbox as MachineEntry;
    core.machines.oneIsLeft = () => this.#look();
    this.#look(); // it has a deadline from now on
    this.#callStopping(stopping);
  }

  /** Lets the mailbox look whether all have ended. */
  #look(): void {
    if (this.#mailbox?.alive) this.#mailbox.notifier().wakeup();
  }

  #callStopping(stopping: Hooks["stopping"]): void {
    try {
      const answer = stopping?.(this);
      if (answer instanceof Promise) answer.catch((error) => this.report(error, "stopping"));
    } catch (error) {
      this.report(error, "stopping");
    }
  }

  /** Ends the run, to go on in another way. */
  #turn(): void {
    if (this.#isPumping === this.#mustPump || this.#loop?.state !== "running") return;
    this.#isTurning = true;
    this.#loop.stop();
  }

  get #mustPump(): boolean {
    return this.#data.mode === "pump" || this.#calls?.waiting !== 0;
  }

  /** The run ends after this turn, and the thread with it. */
  #end(): void {
    this.#isEnding = true;
    if (this.#loop?.state === "running") this.#loop.stop();
  }

  #uncaught(error: unknown): void {
    this.#failure ??= { error };
    this.#fail(error);
    this.#end();
  }

  /** False when the owner ends the thread by force. */
  #mayClose(): boolean {
    return leaveRunning(this.#words, stage.closing) === stage.closing;
  }

  #close(): void {
    if (!this.#mayClose()) return;
    clearTimeout(this.#lingering);
    const reason = new DOMException("The loop thread has ended", "AbortError");
    if (!this.#stopping.signal.aborted) this.#stopping.abort(reason);
    this.#calls?.abortAll(reason);
    try {
      this.#creator?.[Symbol.dispose]();
    } catch (error) {
      this.#failure ??= { error };
    }
    Atomics.store(this.#words, threadWords.stage, stage.closed);
    this.#unlock();
    const error = this.#failure === undefined ? {} : { error: encodeError(this.#failure.error) };
    this.#tell({ kind: "ended", ...error });
    this.#port.close();
  }

  #tell(report: Report): void {
    this.#port.postMessage(report);
  }
}

function callable(exports: Readonly<Record<string, unknown>>): [name: string, unknown][] {
  const hooks: readonly string[] = hookNames;
  return Object.entries(exports).filter(([name, value]) =>
    typeof value === "function" && !hooks.includes(name)
  );
}

/** Lets the runtime advance its promises, timers and messages once. */
function turnOfRuntime(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
