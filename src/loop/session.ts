import { ClosedError } from "../error/closed_error.ts";
import { abortSignal, optionsObject } from "../handle/argument.ts";
import type { IoEvent } from "../io/event.ts";
import type { IoRequest } from "../io/request.ts";
import type { Machine } from "../machine/machine.ts";
import { done, ok, type Response } from "../machine/response.ts";
import type { EarlyScope, Notifier } from "../machine/scope.ts";
import { BaseRequest } from "../request/request.ts";
import type { Loop } from "./loop.ts";

/** How a session waits for a request. */
export interface SessionRequestOptions {
  /**
   * Its abort cancels the request; the promise rejects with the signal's reason at once. What the
   * request opens nevertheless, where it was too late, is closed.
   */
  readonly signal?: AbortSignal;
}

/** What waits for a request. */
interface Waiting {
  settle(request: IoRequest): void;
  reject(reason: unknown): void;
}

/**
 * Requests of a loop as promises, for a loop that is pumped: a machine that makes the requests it
 * is asked for, and owns what comes of them. It lives, and keeps the pump going, until `close()`.
 *
 * ```ts
 * using session = Session.open(loop);
 * const running = loop.pump();
 * const [first] = await session.request((scope) => scope.resolve("localhost"));
 * session.close();
 * await running;
 * ```
 */
export class Session implements Disposable {
  readonly #scope: EarlyScope;
  readonly #notifier: Notifier;
  readonly #waiting = new Map<IoRequest, Waiting>();
  #isClosed = false;

  private constructor(scope: EarlyScope) {
    this.#scope = scope;
    this.#notifier = scope.notifier();
  }

  /**
   * Opens a session on a loop of this thread.
   *
   * @throws {SpawnError} when the loop has no slot for a machine left
   * @throws {ClosedError} when the loop is closed
   * @throws {TypeError} for anything but a loop
   */
  static open(loop: Loop<unknown>): Session {
    if (typeof loop?.addMachine !== "function") {
      throw new TypeError("A session is opened on a loop");
    }
    let session: Session | undefined;
    loop.addMachine((scope) => {
      session = new Session(scope);
      return ok(session.#machine());
    });
    return session as Session;
  }

  /**
   * Makes a request, and waits for its answer while the loop is pumped.
   *
   * @param start makes the request: `(scope) => scope.resolve("localhost")`; called at once
   * @returns rejects with what `start` throws, with the error of the request, with the signal's
   *   reason, and with `ClosedError` when the session ends before the answer
   */
  request<T>(
    start: (scope: EarlyScope) => IoRequest<T>,
    options: SessionRequestOptions = {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const signal = abortSignal(optionsObject(options).signal);
      if (this.#isClosed) throw new ClosedError("session", "make a request");
      signal?.throwIfAborted();
      const request = typeof start === "function" ? start(this.#scope) : undefined;
      if (!(request instanceof BaseRequest)) {
        throw new TypeError("request() takes a function that makes a request of its scope");
      }
      const abort = (): void => {
        request.cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      const end = (): void => {
        this.#waiting.delete(request);
        signal?.removeEventListener("abort", abort);
      };
      this.#waiting.set(request, {
        settle: () => {
          end();
          if (signal?.aborted && request instanceof BaseRequest) request.giveUp();
          settle(request, resolve, reject);
        },
        reject: (reason) => {
          end();
          reject(reason);
        },
      });
    });
  }

  /** Ends the session; requests that are not answered yet reject. May be called again. */
  close(): void {
    this.#end();
    this.#notifier.wakeup();
  }

  /** Ends the session. */
  [Symbol.dispose](): void {
    this.close();
  }

  #machine(): Machine {
    return {
      ready: (event) => this.#ready(event),
      wakeup: () => this.#isClosed ? done() : ok(),
      dispose: () => this.#end(),
    };
  }

  #ready(event: IoEvent): Response {
    if (event.handle === undefined) this.#waiting.get(event.request)?.settle(event.request);
    return ok();
  }

  #end(): void {
    this.#isClosed = true;
    const reason = new ClosedError("session", "answer a request");
    for (const { reject } of [...this.#waiting.values()]) reject(reason);
  }
}

function settle<T>(
  request: IoRequest<T>,
  resolve: (value: T) => void,
  reject: (reason: unknown) => void,
): void {
  let value: T;
  try {
    value = request.result;
  } catch (error) {
    return reject(error);
  }
  resolve(value);
}
