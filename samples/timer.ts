/**
 * A counter: a deadline of 100 ms, five times, then done.
 *
 * Deadlines are absolute. The next one counts from the last, not from when the handler happened to
 * run, so that delays do not add up.
 *
 *     bun samples/timer.ts
 *     deno run --allow-ffi --allow-env samples/timer.ts
 */
import { done, type EarlyScope, Loop, type Machine, ok, type Response } from "../src/mod.ts";

const INTERVAL_MS = 100;
const TICKS = 5;

class Counter implements Machine {
  #ticks = 0;
  #deadlineMs: number;

  constructor(scope: EarlyScope) {
    this.#deadlineMs = scope.after(INTERVAL_MS);
  }

  /** A deadline holds for one answer: `ok()` alone would mean that none is wanted any more. */
  wait(): Response {
    return ok(this).deadline(this.#deadlineMs);
  }

  timeout(scope: EarlyScope): Response {
    if (scope.now < this.#deadlineMs) throw new Error("A deadline came early");
    this.#ticks++;
    console.log(`tick ${this.#ticks} of ${TICKS}`);
    if (this.#ticks === TICKS) return done();
    this.#deadlineMs += INTERVAL_MS;
    return this.wait();
  }
}

Loop.create()
  .addMachine((scope) => new Counter(scope).wait())
  .run(undefined);
console.log("done");
