import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";

/** A thread that runs a script of `test/fixtures`. */
export class TestWorker {
  readonly #worker: Worker;
  readonly #messages: unknown[] = [];
  #waiting: ((message: unknown) => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;

  constructor(fixture: string, workerData: unknown) {
    this.#worker = new Worker(new URL(`../fixtures/${fixture}`, import.meta.url), { workerData });
    this.#worker.on("error", (error) => this.#failed?.(error));
    this.#worker.on("message", (message: unknown) => {
      if (this.#waiting === undefined) this.#messages.push(message);
      else this.#waiting(message);
      this.#waiting = undefined;
    });
  }

  /** The next message that the thread has posted or will post. */
  next<T>(): Promise<T> {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift() as T);
    return new Promise<T>((resolve, reject) => {
      this.#waiting = resolve as (message: unknown) => void;
      this.#failed = reject;
    });
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    await this.#worker.terminate();
    assert.deepEqual(this.#messages, []);
  }
}
