import { decodeError, type EncodedError } from "./remote_error.ts";

/** A call that has no result yet. */
interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** What is called, for the stack of an error. */
  readonly place: string;
  /** Where it was called; the text is made only when an error comes. */
  readonly caller: Error;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: (() => void) | undefined;
}

/** The calls on a loop thread that its owner waits for. */
export class PendingCalls {
  readonly #calls = new Map<number, PendingCall>();
  #lastId = 0;

  /**
   * Makes one.
   *
   * @param place what is called: `call of "sum"`
   * @param send sends the order; an error that it throws is the call's
   * @param abort tells the thread that the call was taken back
   */
  make(
    place: string,
    send: (id: number) => void,
    signal?: AbortSignal,
    abort?: (id: number, reason: unknown) => void,
  ): Promise<unknown> {
    const caller = new Error();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      send(id);
      const onAbort = signal && (() => {
        this.#take(id)?.reject(signal.reason);
        abort?.(id, signal.reason);
      });
      if (onAbort !== undefined) signal?.addEventListener("abort", onAbort);
      this.#calls.set(id, { resolve, reject, place, caller, signal, onAbort });
    });
  }

  /** A result has come; one of a call that was taken back is ignored. */
  resolve(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  /** An error has come. */
  reject(id: number, error: EncodedError): void {
    const call = this.#take(id);
    call?.reject(decodeError(error, call.place, call.caller));
  }

  /** No result will come any more. */
  rejectAll(error: (place: string) => unknown): void {
    for (const id of [...this.#calls.keys()]) {
      const call = this.#take(id);
      call?.reject(error(call.place));
    }
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    this.#calls.delete(id);
    if (call.onAbort !== undefined) call.signal?.removeEventListener("abort", call.onAbort);
    return call;
  }
}
