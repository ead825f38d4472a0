import type { MessagePort, Transferable } from "node:worker_threads";
import { StateError } from "../error/state_error.ts";
import type { Loop } from "../loop/loop.ts";
import type { CallScope, LoopThreadScope } from "./loop_thread_scope.ts";
import { decodeError, encodeError } from "./remote_error.ts";
import type { Order, Report } from "./thread_messages.ts";

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
  readonly #functions: ReadonlyMap<string, ThreadFunction>;
  readonly #port: MessagePort;
  readonly #owner: CallsOwner;
  readonly #waiting = new Map<number, RemoteCall>();
  #posts = 0;

  /** @param functions what can be called, by name */
  constructor(functions: ReadonlyMap<string, unknown>, port: MessagePort, owner: CallsOwner) {
    this.#functions = functions as ReadonlyMap<string, ThreadFunction>;
    this.#port = port;
    this.#owner = owner;
  }

  /** Calls that wait for a promise. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls a function, and sends its result or error when there is one. */
  call({ id, name, args }: Extract<Order, { kind: "call" }>): void {
    const call = new RemoteCall(this.#owner.scope);
    try {
      const result = this.#function(name)(call, ...args);
      if (isPromise(result)) this.#wait(id, call, result);
      else this.#reply(id, call, result);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  /** Calls a function for nobody. */
  post({ name, args }: Extract<Order, { kind: "post" }>): void {
    const call = new RemoteCall(this.#owner.scope);
    const failed = (error: unknown) => this.#owner.report(error, `post of "${name}"`);
    try {
      const result = this.#function(name)(call, ...args);
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

  #function(name: string): ThreadFunction {
    const found = this.#functions.get(name);
    if (found === undefined) throw new TypeError(`The module exports no function ${name}`);
    return found;
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
      this.#port.postMessage({ kind: "result", id, value } satisfies Report, call.transfers);
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

  get transfers(): Transferable[] {
    return this.#transfers ?? [];
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
