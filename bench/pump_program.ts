/**
 * A pumped loop, for `pump.ts`:
 *
 *     bun bench/pump_program.ts wakeups COUNT     wakes the loop from another thread, in step
 *     bun bench/pump_program.ts busy SECONDS      keeps the loop busy, and watches the runtime
 *
 * Prints one line of JSON.
 */

import process from "node:process";
import { setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";
import { done, Loop, type Machine, ok } from "../src/mod.ts";
import { Gate } from "../test/loop/workers.ts";
import { collectGarbage } from "./collect_garbage.ts";
import { percentile, type PumpReport } from "./pump_report.ts";

/** Wake-ups between two collections of garbage. */
const COLLECT_EVERY = 10_000;
const TIMER_MS = 5;

/** Wakes a sleeping loop from another thread, each time when the last wake-up was seen. */
async function wakeups(count: number): Promise<PumpReport> {
  const seen = new Gate();
  const sent = new Gate();
  using loop = Loop.create().instantiate(undefined);
  let woken = 0;
  loop.addMachine((scope) => {
    const orders = { addresses: [scope.notifier().address()], seen: seen.buffer };
    const workerData = { ...orders, sent: sent.buffer, wakeups: count, manner: "in step" };
    const worker = new Worker(new URL("../test/fixtures/waking_worker.ts", import.meta.url), {
      workerData,
    });
    worker.once("message", () => seen.raise());
    return ok({
      wakeup: () => {
        woken++;
        if (woken % COLLECT_EVERY === 0) collectGarbage();
        seen.raise();
        return woken === count ? done() : ok();
      },
    });
  });
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const startMs = performance.now();
  await loop.pump();
  const seconds = (performance.now() - startMs) / 1000;
  collectGarbage();
  const heapGrowth = process.memoryUsage().heapUsed - heapBefore;
  return { kind: "wakeups", count: woken, seconds, heapGrowth };
}

/** A machine that always has something to do, beside timers of the runtime. */
async function busy(seconds: number): Promise<PumpReport> {
  using loop = Loop.create().instantiate(undefined);
  let turns = 0;
  const endMs = performance.now() + seconds * 1000;
  const machine: Machine = {
    timeout: ({ now }) => {
      turns++;
      return performance.now() < endMs ? ok().deadline(now) : done();
    },
  };
  loop.addMachine((scope) => ok(machine).deadline(scope.now));
  const latenessMs: number[] = [];
  let dueMs = performance.now() + TIMER_MS;
  const tick = (): void => {
    latenessMs.push(performance.now() - dueMs);
    dueMs = performance.now() + TIMER_MS;
    if (performance.now() < endMs) setTimeout(tick, TIMER_MS);
  };
  setTimeout(tick, TIMER_MS);
  await loop.pump();
  latenessMs.sort((a, b) => a - b);
  const [p50, p99] = [percentile(latenessMs, 0.5), percentile(latenessMs, 0.99)];
  return { kind: "busy", turns, seconds, timers: latenessMs.length, p50Ms: p50, p99Ms: p99 };
}

const [what, argument = "1"] = process.argv.slice(2);
const report = await (what === "busy" ? busy : wakeups)(Number(argument));
console.log(JSON.stringify(report));
