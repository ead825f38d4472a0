/** Deadlines of machines, as `bench/c/timers.c` does it: PAIRS PENDING COUNT MS. */

import process from "node:process";
import { done, Loop, type Machine, ok, type Response, type Scope } from "../../src/mod.ts";
import { percentile, tell } from "./reading.mjs";

const HOUR_MS = 3_600_000;
const GOLDEN = 0.6180339887498949;

const [pairs = 1, pending = 1, count = 1, intervalMs = 1] = process.argv.slice(2).map(Number);

class Waiting implements Machine {
  timeout(): Response {
    return ok();
  }
}

/** A loop with so many machines, each with a deadline. */
function measurePairs(metric: string, machines: number): void {
  using loop = Loop.create({ slabCapacity: 2 ** 20 }).instantiate(undefined);
  let scope!: Scope;
  for (let i = 0; i <= machines; i++) {
    loop.addMachine((its) => {
      if (i === 0) scope = its;
      else its.setDeadline("pending", its.after(HOUR_MS * (1 + (i * GOLDEN) % 1)));
      return ok(new Waiting());
    });
  }
  const run = (): number => {
    const startMs = performance.now();
    for (let i = 0; i < pairs; i++) {
      scope.setDeadline("pair", scope.after(2 * HOUR_MS + Math.floor(i / 1_000)));
      scope.clearDeadline("pair");
    }
    return (performance.now() - startMs) * 1e6 / pairs;
  };
  run(); // for the compiler
  tell({ metric, unit: "ns", value: run() });
}

class Ticker implements Machine {
  readonly lateUs: number[] = [];
  #dueMs = 0;

  next(scope: Scope): Response {
    this.#dueMs = performance.now() + intervalMs;
    return ok(this).deadline(scope.after(intervalMs));
  }

  timeout(scope: Scope): Response {
    this.lateUs.push(Math.max(0, performance.now() - this.#dueMs) * 1e3);
    return this.lateUs.length === count ? done() : this.next(scope);
  }
}

function measureLateness(): void {
  using loop = Loop.create().instantiate(undefined);
  const ticker = new Ticker();
  loop.addMachine((scope) => ticker.next(scope));
  loop.run();
  tell({ metric: "late p50", unit: "µs", value: percentile(ticker.lateUs, 0.5) });
  tell({ metric: "late p99", unit: "µs", value: percentile(ticker.lateUs, 0.99) });
}

measurePairs("set and clear, alone", 0);
measureLateness();
measurePairs("set and clear, many pending", pending);
