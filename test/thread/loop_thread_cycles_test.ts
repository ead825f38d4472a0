import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { openFds, test } from "../harness.ts";
import { startFunctions } from "./threads.ts";

/** As many as there is time for; a thousand once in a while. */
const USUAL_CYCLES = 60;
const CYCLES = Number(process.env["ROTOR_THREAD_CYCLES"] ?? USUAL_CYCLES);
/** The runtimes need some until their own threads and memory are all there. */
const WARM_UP = 20;
const GROWTH_KIB_MAX = 64 * 1024;
/** Threads that start and stop side by side: a start is the work of one processor. */
const LANES = 2;
/**
 * A cycle takes 0.1 s in both runtimes, nearly all of it the start: a bare Worker is a third of
 * that in Deno, and the rest loads modules and opens libuv. A busy machine needs 0.7 s.
 */
const CYCLE_MS_MAX = 3000;

/** A number of `/proc/self/status`. */
function status(name: string): number {
  const text = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(text)?.[1]);
}

async function cycle(): Promise<void> {
  await using thread = await startFunctions();
  assert.equal(await thread.call("sum", [1, 2]), 3);
}

/**
 * Starts and stops so many threads.
 *
 * @returns the least memory that the process had meanwhile, in KiB: what waits to be collected
 *   comes and goes, in Deno by 40 MiB also for bare Workers
 */
async function cycles(count: number): Promise<number> {
  let left = count;
  let rssKib = Infinity;
  await Promise.all(Array.from({ length: LANES }, async () => {
    while (left-- > 0) {
      await cycle();
      rssKib = Math.min(rssKib, status("VmRSS"));
    }
  }));
  return rssKib;
}

test("starting and stopping threads again and again leaves nothing behind", async () => {
  if (process.platform !== "linux") return;
  await cycles(WARM_UP);
  const before = { fds: openFds(), threads: status("Threads") };
  const startMs = performance.now();
  const earlyRssKib = await cycles(Math.ceil(CYCLES / 2));
  const lateRssKib = await cycles(Math.floor(CYCLES / 2));
  const cycleMs = Math.round((performance.now() - startMs) * LANES / CYCLES);
  const growth = {
    fds: openFds() - before.fds,
    threads: status("Threads") - before.threads,
    rssKib: lateRssKib - earlyRssKib,
  };
  const text = JSON.stringify(growth);
  if (CYCLES > USUAL_CYCLES) console.log(`${CYCLES} cycles of ${cycleMs} ms: ${text}`);
  assert.ok(growth.fds <= 8, text); // the last threads may be ending
  assert.ok(growth.threads <= 4, text);
  assert.ok(growth.rssKib <= GROWTH_KIB_MAX, text);
}, (WARM_UP + CYCLES) * CYCLE_MS_MAX);
