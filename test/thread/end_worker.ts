import type { MessagePort } from "node:worker_threads";
import { Worker } from "node:worker_threads";
import type { EndOrders } from "../fixtures/end_worker.ts";

/** A thread that uses one end of something, as `test/fixtures/end_worker.ts` is told. */
export class EndWorker {
  readonly worker: Worker;
  readonly #reports: unknown[] = [];
  readonly #hasExited: Promise<void>;
  #waiting: ((report: unknown) => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;

  constructor(orders: EndOrders) {
    const transferList: MessagePort[] = [...orders.address.ports];
    this.worker = new Worker(new URL("../fixtures/end_worker.ts", import.meta.url), {
      workerData: orders,
      transferList,
    });
    this.worker.on("error", (error) => this.#failed?.(error));
    this.worker.on("message", (report: unknown) => {
      if (this.#waiting === undefined) this.#reports.push(report);
      else this.#waiting(report);
      this.#waiting = undefined;
    });
    this.#hasExited = new Promise((resolve) => this.worker.on("exit", () => resolve()));
  }

  /** The next report of the thread. */
  next<T>(): Promise<T> {
    if (this.#reports.length > 0) return Promise.resolve(this.#reports.shift() as T);
    return new Promise<T>((resolve, reject) => {
      this.#waiting = resolve as (report: unknown) => void;
      this.#failed = reject;
    });
  }

  /** Waits until the thread has ended by itself: nothing of its ends keeps it alive. */
  async exit(): Promise<void> {
    await this.#hasExited;
  }

  /** Ends the thread, wherever it is. */
  async kill(): Promise<void> {
    await this.worker.terminate();
  }
}
