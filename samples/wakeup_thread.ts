/** The thread of wakeup.ts: runs a loop with one machine, and reports what happens to it. */
import { parentPort, workerData } from "node:worker_threads";
import { done, Loop, type Machine, type NotifierAddress, ok } from "../src/mod.ts";
import type { Response } from "../src/mod.ts";

/** What the thread tells. */
export type Report =
  | { readonly kind: "ready"; readonly address: NotifierAddress }
  | { readonly kind: "woken"; readonly count: number }
  | { readonly kind: "ended" };

/** Counts its wake-ups, up to the last one. */
class Counter implements Machine {
  readonly #last: number;
  #count = 0;

  constructor(last: number) {
    this.#last = last;
  }

  wakeup(): Response {
    this.#count++;
    report({ kind: "woken", count: this.#count });
    return this.#count < this.#last ? ok() : done();
  }
}

/** Messages leave at once, also while this thread runs the loop or sleeps in it. */
function report(message: Report): void {
  parentPort?.postMessage(message);
}

const loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => {
  report({ kind: "ready", address: scope.notifier().address() });
  return ok(new Counter(workerData as number));
});
loop.run();
loop.close();
report({ kind: "ended" });
