/**
 * A pumped loop that is woken by another thread, in step, with all garbage collected now and then;
 * and one that is always busy, beside timers of the runtime.
 *
 *     bun pump_program.ts WAKEUPS SECONDS
 *     deno run -A --v8-flags=--expose-gc pump_program.ts WAKEUPS SECONDS
 */

import process from "node:process";
import { setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";
import { done, Loop, type Machine, ok } from "../../src/mod.ts";
import { Gate } from "../../test/fixtures/gate.ts";
import { collectGarbage } from "./collect_garbage.ts";
import { percentile, tell } from "./reading.mjs";

/** Wake-ups between two collections of garbage. */
const COLLECT_EVERY = 10_000;
const TIMER_MS = 5;

/** Wakes a sleeping loop from another thread, each time when the last wake-up was seen. */
async function wakeups(count: number): Promise<void> {
  const seen = new Gate();
  const sent = new Gate();
  using loop = Loop.create().instantiate(undefined);
  let woken = 0;
  loop.addMachine((scope) => {
    const orders = { addresses: [scope.notifier().address()], seen: seen.buffer };
    const workerData = { ...orders, sent: sent.buffer, wakeups: count, manner: "in step" };
    const worker = new Worker(new URL("../../test/fixtures/waking_worker.ts", import.meta.url), {
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
  tell({ metric: "wake-ups lost", unit: "wake-ups", value: count - woken });
  tell({ metric: "wake-up", unit: "µs", value: seconds / count * 1e6 });
  tell({ metric: "heap growth", unit: "MiB", value: heapGrowth / 2 ** 20 });
}

/** A machine that always has something to do, beside timers of the runtime. */
async function busy(seconds: number): Promise<void> {
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
  tell({ metric: "busy", unit: "turns/s", value: turns / seconds, better: "more" });
  tell({ metric: "timer late p50", unit: "ms", value: percentile(latenessMs, 0.5) });
  tell({ metric: "timer late p99", unit: "ms", value: percentile(latenessMs, 0.99) });
}

const [count = 1, seconds = 1] = process.argv.slice(2).map(Number);
await wakeups(count);
await busy(seconds);
