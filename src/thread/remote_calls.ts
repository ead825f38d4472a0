import type { MessagePort, Transferable } from "node:worker_threads";
import { StateError } from "../error/state_error.ts";
import type { Loop } from "../loop/loop.ts";
import type { CallScope, LoopThreadScope } from "./loop_thread_scope.ts";
import { decodeError, encodeError } from "./remote_error.ts";
import { ResultSender } from "./result_sender.ts";
import type { CallOrder, Order, Report, ResultReport, ThreadData } from "./thread_messages.ts";

type ThreadFunction = (scope: CallScope, ...args: readonly unknown[]) => unknown;

/** What the calls need of their thread. */
export interface CallsOwner {
  readonly scope: LoopThreadScope;
  /** Tells of the error of a post. */
  report(error: unknown, handler: string): void;
  /** The first call waits for a promise, or the last one has its result. */
  waitingChanged(): void;
}

/** The calls of a module's functions, on the loop's thread. */
export class RemoteCalls {
  readonly #functions: readonly (readonly [name: string, ThreadFunction])[];
  readonly #port: MessagePort;
  readonly #results: ResultSender;
  readonly #owner: CallsOwner;
  readonly #waiting = new Map<number, RemoteCall>();
  #posts = 0;

  /** @param functions what can be called, with names for errors */
  constructor(
    functions: readonly (readonly [name: string, unknown])[],
    data: ThreadData,
    owner: CallsOwner,
  ) {
    this.#functions = functions as readonly (readonly [name: string, ThreadFunction])[];
    this.#port = data.port;
    this.#results = new ResultSender(data);
    this.#owner = owner;
  }

  /** Calls that wait for a promise. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls a function, and sends its result or error, if that is wanted, when there is one. */
  take([id, at, ...args]: CallOrder): void {
    const [name, run] = this.#functions[at] as readonly [string, ThreadFunction];
    if (id === 0) this.#post(name, run, args);
    else this.#call(id, run, args);
  }

  #call(id: number, run: ThreadFunction, args: readonly unknown[]): void {
    const call = new RemoteCall(this.#owner.scope);
    try {
      const result = run(call, ...args);
      if (isPromise(result)) this.#wait(id, call, result);
      else this.#reply(id, call, result);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  /** Calls a function for nobody. */
  #post(name: string, run: ThreadFunction, args: readonly unknown[]): void {
    const call = new RemoteCall(this.#owner.scope);
    const failed = (error: unknown) => this.#owner.report(error, `post of "${name}"`);
    try {
      const result = run(call, ...args);
      if (!isPromise(result)) return;
      const id = -(++this.#posts); // calls have ids from 1
      this.#track(id, call);
      result.then(() => {}, failed).finally(() => this.#untrack(id));
    } catch (error) {
      failed(error);
    }
  }

  /** The caller has taken a call back. */
  abort({ id, reason }: Extract<Order, { kind: "abort" }>): void {
    this.#waiting.get(id)?.abort(decodeError(reason));
  }

  /** Tells all calls that wait that the thread stops. */
  abortAll(reason: unknown): void {
    for (const call of this.#waiting.values()) call.abort(reason);
  }

  #wait(id: number, call: RemoteCall, promise: Promise<unknown>): void {
    this.#track(id, call);
    promise.then((value) => this.#reply(id, call, value), (error) => this.#fail(id, error))
      .finally(() => this.#untrack(id));
  }

  #track(id: number, call: RemoteCall): void {
    this.#waiting.set(id, call);
    if (this.#waiting.size === 1) this.#owner.waitingChanged();
  }

  #untrack(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#owner.waitingChanged();
  }

  /** A result that cannot be cloned is the call's error, not the thread's. */
  #reply(id: number, call: RemoteCall, value: unknown): void {
    try {
      const report: ResultReport = [id, value];
      if (call.transfers !== undefined) this.#port.postMessage(report, call.transfers);
      else if (!this.#results.send(report)) this.#port.postMessage(report);
    } catch (error) {
      this.#fail(id, error);
    } finally {
      call.hasEnded = true;
    }
  }

  #fail(id: number, error: unknown): void {
    const report: Report = { kind: "failure", id, error: encodeError(error) };
    this.#port.postMessage(report);
  }
}

/** The scope of one call. Most need neither a signal nor a list of transfers. */
class RemoteCall implements CallScope {
  readonly #scope: LoopThreadScope;
  #transfers: Transferable[] | undefined;
  #abort: AbortController | undefined;
  hasEnded = false;

  constructor(scope: LoopThreadScope) {
    this.#scope = scope;
  }

  get loop(): Loop {
    return this.#scope.loop;
  }

  get stopping(): AbortSignal {
    return this.#scope.stopping;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get transfers(): Transferable[] | undefined {
    return this.#transfers;
  }

  stop(): void {
    this.#scope.stop();
  }

  transfer(...objects: Transferable[]): void {
    if (this.hasEnded) throw new StateError("transfer", "the call has its result");
    (this.#transfers ??= []).push(...objects);
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  get #controller(): AbortController {
    return this.#abort ??= new AbortController();
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
