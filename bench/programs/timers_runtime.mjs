/** `setTimeout` of the runtime, as `bench/c/timers.c` does it: PAIRS PENDING COUNT MS. */

import process from "node:process";
import { percentile, tell } from "./reading.mjs";

const HOUR_MS = 3_600_000;
const GOLDEN = 0.6180339887498949;

const [pairs, pending, count, intervalMs] = process.argv.slice(2).map(Number);

function never() {}

function measurePairs(metric, others) {
  for (let i = 1; i <= others; i++) setTimeout(never, HOUR_MS * (1 + (i * GOLDEN) % 1));
  const run = () => {
    const startMs = performance.now();
    for (let i = 0; i < pairs; i++) {
      clearTimeout(setTimeout(never, 2 * HOUR_MS + Math.floor(i / 1_000)));
    }
    return (performance.now() - startMs) * 1e6 / pairs;
  };
  run(); // for the compiler
  tell({ metric, unit: "ns", value: run() });
}

async function measureLateness() {
  const lateUs = [];
  for (let i = 0; i < count; i++) {
    const dueMs = performance.now() + intervalMs;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
    lateUs.push(Math.max(0, performance.now() - dueMs) * 1e3);
  }
  tell({ metric: "late p50", unit: "µs", value: percentile(lateUs, 0.5) });
  tell({ metric: "late p99", unit: "µs", value: percentile(lateUs, 0.99) });
}

measurePairs("set and clear, alone", 0);
await measureLateness();
measurePairs("set and clear, many pending", pending);
process.exit(0);
