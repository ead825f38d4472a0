/** The other thread of `wakeups.ts`. */

import { parentPort, workerData } from "node:worker_threads";
import { type NotifierAddress, notifierFrom } from "../../src/mod.ts";
import { monotonicUs } from "./monotonic.ts";
import { Gate } from "../../test/fixtures/gate.ts";

export interface WakingOrders {
  readonly address: NotifierAddress;
  /** Raised by the loop's thread: first to start, then once for each wake-up that it saw. */
  readonly seen: SharedArrayBuffer;
  /** When the last wake-up was sent: a number of `monotonicUs`. */
  readonly sentUs: SharedArrayBuffer;
  readonly count: number;
}

const { address, seen, sentUs, count } = workerData as WakingOrders;
const sent = new Float64Array(sentUs);
const notifier = notifierFrom(address);
const gate = new Gate(seen);
const tookUs: number[] = [];

parentPort?.postMessage("ready");
gate.wait(1);
for (let i = 0; i < count; i++) {
  const startMs = performance.now();
  sent[0] = monotonicUs();
  notifier.wakeup();
  gate.wait(i + 2);
  tookUs.push((performance.now() - startMs) * 1e3);
}
parentPort?.postMessage(tookUs);
