import { abortSignal, optionsObject } from "../handle/argument.ts";
import type { BellWatch } from "./bell_watch.ts";
import { lifeline } from "./lifeline.ts";

/** One that waits in a line. */
interface Waiting {
  /** Tries once more; false to go on waiting. Settles the promise itself. */
  attempt(): boolean;
  refuse(reason: unknown): void;
}

/** What an attempt may do with the promise that waits for it. */
export interface Settling<V> {
  resolve(value: V): void;
  reject(reason: unknown): void;
}

/** Promises that wait for one bell: they are served in the order in which they came. */
export class WaitingLine {
  readonly #bell: BellWatch;
  readonly #line: Waiting[] = [];
  #keepsAlive = true;

  /** @param bell armed by every attempt that fails */
  constructor(bell: BellWatch) {
    this.#bell = bell;
  }

  /** How many wait. */
  get length(): number {
    return this.#line.length;
  }

  /** Says whether those that wait keep the thread alive. */
  set keepsAlive(value: boolean) {
    if (value === this.#keepsAlive) return;
    if (this.length > 0) this.#hold(false);
    this.#keepsAlive = value;
    if (this.length > 0) this.#hold(true);
  }

  /**
   * Waits until an attempt has settled the promise.
   *
   * @param attempt settles it and returns true, or arms the bell and returns false
   * @param options their signal takes the attempt back
   * @throws (rejects) {TypeError} for options that are none
   */
  wait<V>(
    attempt: (promise: Settling<V>) => boolean,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<V> {
    return new Promise<V>((resolve, reject) => {
      const signal = abortSignal(optionsObject(options).signal);
      if (signal?.aborted) return reject(signal.reason);
      const promise = { resolve, reject };
      if (this.length === 0 && attempt(promise)) return;
      const leave = () => this.#leave(waiting, signal?.reason);
      const done = () => signal?.removeEventListener("abort", leave);
      const waiting: Waiting = {
        attempt: () => {
          if (!attempt(promise)) return false;
          done();
          return true;
        },
        refuse: (reason) => {
          done();
          reject(reason);
        },
      };
      signal?.addEventListener("abort", leave);
      this.#line.push(waiting);
      if (this.length > 1) return;
      this.#hold(true);
      this.#bell.add(this.#advance);
    });
  }

  /** Refuses all that wait. */
  refuseAll(reason: unknown): void {
    if (this.length === 0) return;
    this.#bell.remove(this.#advance);
    this.#hold(false);
    for (const waiting of this.#line.splice(0)) waiting.refuse(reason);
  }

  /** Kept as a value: it is what the bell calls. */
  readonly #advance = (): void => {
    while (this.length > 0) {
      if (!this.#line[0]?.attempt()) return this.#bell.add(this.#advance);
      this.#line.shift();
    }
    this.#hold(false);
  };

  #leave(waiting: Waiting, reason: unknown): void {
    const at = this.#line.indexOf(waiting);
    if (at < 0) return;
    this.#line.splice(at, 1);
    if (this.length === 0) {
      this.#bell.remove(this.#advance);
      this.#hold(false);
    }
    waiting.refuse(reason);
  }

  #hold(value: boolean): void {
    if (!this.#keepsAlive) return;
    if (value) lifeline.hold();
    else lifeline.release();
  }
}
