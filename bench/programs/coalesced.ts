/**
 * Another thread wakes a machine of a loop that runs, as fast as it can: most wake-ups find one
 * that is pending.
 *
 *     bun coalesced.ts COUNT
 */

import process from "node:process";
import { Worker } from "node:worker_threads";
import { done, Loop, ok } from "../../src/mod.ts";
import { tell } from "./reading.mjs";
import type { CoalescedOrders } from "./coalesced_thread.ts";

const wakeups = Number(process.argv[2]);
const ended = new Int32Array(new SharedArrayBuffer(4));

using loop = Loop.create().instantiate(undefined);
let orders!: CoalescedOrders;
loop.addMachine((scope) => {
  orders = { address: scope.notifier().address(), wakeups, ended: ended.buffer };
  return ok({ wakeup: () => Atomics.load(ended, 0) === 1 ? done() : ok() });
});
const url = new URL("./coalesced_thread.ts", import.meta.url);
const worker = new Worker(url, { workerData: orders });
await new Promise((resolve) => worker.once("message", resolve));
const report = new Promise<number>((resolve) => worker.once("message", resolve));
loop.run();
const perSecond = await report;
const { wakeups: woken } = loop.metrics();
tell({ metric: "wake-ups sent", unit: "wake-ups/s", value: perSecond, better: "more" });
tell({ metric: "sent for one that was seen", unit: "wake-ups", value: wakeups / woken });
process.exit(0);
