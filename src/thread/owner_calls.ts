import type { Transferable } from "node:worker_threads";
import type { LoopMetrics } from "../loop/loop_metrics.ts";
import type { CallOptions } from "./loop_thread_options.ts";
import { decodeError, type EncodedError, encodeError } from "./remote_error.ts";
import type { ThreadLine } from "./thread_line.ts";

/** A call that has no result yet. */
interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** What is called, for errors. */
  readonly place: string;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: (() => void) | undefined;
}

/** An error of the thread's, as it came. */
class RemoteFailure {
  readonly error: EncodedError;

  constructor(error: EncodedError) {
    this.error = error;
  }
}

/** The functions of a loop thread's module, as its owner calls them. */
export class OwnerCalls {
  readonly #line: ThreadLine;
  readonly #module: string;
  /** The places of the functions, by name. */
  #places: ReadonlyMap<string, number> = new Map();
  readonly #pending = new Map<number, PendingCall>();
  #lastId = 0;

  /** @param module for errors */
  constructor(line: ThreadLine, module: string) {
    this.#line = line;
    this.#module = module;
  }

  /** What can be called: the thread has told. */
  set names(names: readonly string[]) {
    this.#places = new Map(names.map((name, at) => [name, at]));
  }

  /** @throws {TypeError} when there is no such function; what cloning the arguments throws */
  post(name: string, args: readonly unknown[], transfer?: readonly Transferable[]): void {
    this.#line.send([0, this.#place(name), ...args], transfer);
  }

  /**
   * Calls a function.
   *
   * The stack of an error ends with this one's, which is that of who awaits it: to take it down
   * beforehand would cost as much as the rest of a call.
   *
   * @throws (rejects) {TypeError} when there is no such function; what cloning the arguments throws
   */
  async call(name: string, args: readonly unknown[], options?: CallOptions): Promise<unknown> {
    const at = this.#place(name);
    const { signal, transfer } = options ?? {};
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    const place = `call of "${name}"`;
    this.#line.send([id, at, ...args], transfer);
    try {
      return await this.#result(id, place, signal);
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      throw decodeError(error.error, place, new Error());
    }
  }

  /** Asks for a snapshot. */
  metrics(): Promise<LoopMetrics> {
    const id = ++this.#lastId;
    this.#line.send({ kind: "metrics", id });
    return this.#result(id, "metrics") as Promise<LoopMetrics>;
  }

  /** A result has come; one of a call that was taken back is ignored. */
  resolve(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  /** An error has come. */
  reject(id: number, error: EncodedError): void {
    this.#take(id)?.reject(new RemoteFailure(error));
  }

  /** No result will come any more. */
  rejectAll(error: (place: string) => unknown): void {
    for (const id of [...this.#pending.keys()]) {
      const call = this.#take(id);
      call?.reject(error(call.place));
    }
  }

  #place(name: string): number {
    if (typeof name !== "string") throw new TypeError("The name of a function is a string");
    const at = this.#places.get(name);
    if (at !== undefined) return at;
    throw new TypeError(`${this.#module} exports no function ${name}`);
  }

  #result(id: number, place: string, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onAbort = signal && (() => this.#takeBack(id, signal.reason));
      if (onAbort !== undefined) signal?.addEventListener("abort", onAbort);
      this.#pending.set(id, { resolve, reject, place, signal, onAbort });
    });
  }

  #takeBack(id: number, reason: unknown): void {
    this.#take(id)?.reject(reason);
    this.#line.send({ kind: "abort", id, reason: encodeError(reason) });
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    if (call === undefined) return undefined;
    this.#pending.delete(id);
    if (call.onAbort !== undefined) call.signal?.removeEventListener("abort", call.onAbort);
    return call;
  }
}
