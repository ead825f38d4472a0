/** The HTTP client of `pump_load.ts`: one request after the other. */

import { parentPort, workerData } from "node:worker_threads";

const { port, seconds } = workerData as { port: number; seconds: number };
const tookMs: number[] = [];
const endMs = performance.now() + seconds * 1000;
for (let startMs = performance.now(); startMs < endMs; startMs = performance.now()) {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  if (await response.text() !== "ok") throw new Error(`HTTP answered ${response.status}`);
  tookMs.push(performance.now() - startMs);
}
parentPort?.postMessage(tookMs);
