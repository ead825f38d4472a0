/**
 * Calls of a function in another thread, one after the other: of a loop thread, and by hand with
 * `postMessage`.
 *
 *     bun calls.ts COUNT
 */

import process from "node:process";
import { Worker } from "node:worker_threads";
import { LoopThread } from "../../src/mod.ts";
import { percentile, tell } from "./reading.mjs";

const WARM_UP = 500;

const count = Number(process.argv[2]);
const runtime = "Bun" in globalThis ? "bun" : "deno";

async function measure(contender: string, call: (value: number) => Promise<number>) {
  const tookUs: number[] = [];
  for (let i = -WARM_UP; i < count; i++) {
    const startMs = performance.now();
    const answer = await call(i);
    if (i >= 0) tookUs.push((performance.now() - startMs) * 1e3);
    if (answer !== i + 1) throw new Error(`${contender} has answered ${answer} to ${i}`);
  }
  const name = `${contender}-${runtime}`;
  tell({ contender: name, metric: "call p50", unit: "µs", value: percentile(tookUs, 0.5) });
  tell({ contender: name, metric: "call p99", unit: "µs", value: percentile(tookUs, 0.99) });
}

async function measurePosts(): Promise<void> {
  const worker = new Worker(new URL("./posting_thread.ts", import.meta.url));
  let answered = (_: number): void => {};
  worker.on("message", (answer: number) => answered(answer));
  await measure("postmessage", (value) =>
    new Promise((resolve) => {
      answered = resolve;
      worker.postMessage(value);
    }));
  await worker.terminate();
}

async function measureThread(contender: string, mode: "run" | "pump"): Promise<void> {
  const module = new URL("./calls_thread.ts", import.meta.url);
  await using thread = await LoopThread.start<typeof import("./calls_thread.ts")>(module, { mode });
  await measure(contender, (value) => thread.call("increment", [value]));
}

await measurePosts();
await measureThread("ours", "run");
await measureThread("pump", "pump");
process.exit(0);
