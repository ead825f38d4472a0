/**
 * Wake-ups of a sleeping loop by another thread, in step, as `bench/c/wakeups.c` does it:
 *
 *     bun wakeups.ts run|pump COUNT
 */

import process from "node:process";
import { Worker } from "node:worker_threads";
import { done, Loop, ok } from "../../src/mod.ts";
import { Gate } from "../../test/fixtures/gate.ts";
import { monotonicUs } from "./monotonic.ts";
import { percentile, tell } from "./reading.mjs";
import type { WakingOrders } from "./waking_thread.ts";

const [mode, countText] = process.argv.slice(2);
const count = Number(countText);

function nextMessage<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

const seen = new Gate();
const sentUs = new Float64Array(new SharedArrayBuffer(8));
const wakeupsUs: number[] = [];
using loop = Loop.create().instantiate(undefined);
let orders!: WakingOrders;
let woken = 0;
loop.addMachine((scope) => {
  orders = { address: scope.notifier().address(), seen: seen.buffer, sentUs: sentUs.buffer, count };
  return ok({
    wakeup: () => {
      wakeupsUs.push(monotonicUs() - (sentUs[0] as number));
      woken++;
      seen.raise();
      return woken === count ? done() : ok();
    },
  });
});
const worker = new Worker(new URL("./waking_thread.ts", import.meta.url), { workerData: orders });
await nextMessage(worker);
const report = nextMessage<readonly number[]>(worker); // it may come before the loop has ended
seen.raise(); // it may begin
if (mode === "pump") await loop.pump();
else loop.run();
const tookUs = await report;
tell({ metric: "wake-up p50", unit: "µs", value: percentile(wakeupsUs, 0.5) });
tell({ metric: "wake-up p99", unit: "µs", value: percentile(wakeupsUs, 0.99) });
tell({ metric: "round trip p50", unit: "µs", value: percentile(tookUs, 0.5) });
tell({ metric: "round trip p99", unit: "µs", value: percentile(tookUs, 0.99) });
process.exit(0);
