import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { openFds, test } from "../harness.ts";
import { startFunctions } from "./threads.ts";

/** As many as there is time for; a thousand once in a while. */
const CYCLES = Number(process.env["ROTOR_THREAD_CYCLES"] ?? 60);
/** The runtimes need some until their own threads and memory are all there. */
const WARM_UP = 20;
const GROWTH_KIB_MAX = 64 * 1024;
/** Far more than it takes, also on a machine that is busy. */
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

test("starting and stopping threads again and again leaves nothing behind", async () => {
  if (process.platform !== "linux") return;
  for (let i = 0; i < WARM_UP; i++) await cycle();
  const before = { fds: openFds(), threads: status("Threads"), rssKib: status("VmRSS") };
  for (let i = 0; i < CYCLES; i++) await cycle();
  const growth = {
    fds: openFds() - before.fds,
    threads: status("Threads") - before.threads,
    rssKib: status("VmRSS") - before.rssKib,
  };
  const text = JSON.stringify(growth);
  assert.ok(growth.fds <= 8, text); // the last threads may be ending
  assert.ok(growth.threads <= 4, text);
  assert.ok(growth.rssKib <= GROWTH_KIB_MAX, text);
}, (WARM_UP + CYCLES) * CYCLE_MS_MAX);
