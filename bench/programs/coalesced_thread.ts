/** The other thread of `coalesced.ts`. */

import { parentPort, workerData } from "node:worker_threads";
import { type NotifierAddress, notifierFrom } from "../../src/mod.ts";
import { percentile } from "./reading.mjs";

export interface CoalescedOrders {
  readonly address: NotifierAddress;
  readonly wakeups: number;
  /** Becomes 1 before the last wake-up. */
  readonly ended: SharedArrayBuffer;
}

const WARM_UP = 100_000;
/** So few that the thread is mostly left alone meanwhile. */
const BLOCK = 10_000;

const { address, wakeups, ended } = workerData as CoalescedOrders;
const notifier = notifierFrom(address);

function wake(count: number): void {
  for (let i = 0; i < count; i++) notifier.wakeup();
}

parentPort?.postMessage("ready");
wake(WARM_UP);
const blocksMs: number[] = [];
for (let sent = 0; sent < wakeups; sent += BLOCK) {
  const startMs = performance.now();
  wake(BLOCK);
  blocksMs.push(performance.now() - startMs);
}
Atomics.store(new Int32Array(ended), 0, 1);
notifier.wakeup();
parentPort?.postMessage(BLOCK / percentile(blocksMs, 0.5) * 1000);
