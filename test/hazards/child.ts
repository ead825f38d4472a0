/**
 * The process that a hazard would end: `child.ts ROW` does every act of `acts/ROW.ts`, and prints
 * one line of JSON for each: its name, and what came of it. After each act nothing may be open.
 *
 * What a process does for the first time comes before all else, in `firsts` of that file.
 */
import assert from "node:assert/strict";
import { writeSync } from "node:fs";
import process from "node:process";
import { setImmediate } from "node:timers";
import { LoopTest, openFds } from "../harness.ts";
import { warmUp } from "../fuzz/warm_up.ts";
import type { Act, Row } from "./act.ts";

/** Turns of the runtime that the thread of a short pump may need to come up, and to end. */
const CLOSING_TURNS_MAX = 50_000;

/** Straight to the descriptor: an abort must not swallow what was buffered. */
function print(name: string, events: readonly string[]): void {
  writeSync(1, `${JSON.stringify([name, events])}\n`);
}

/** Does one act, and proves that it has left nothing open. Returns what came of it. */
async function perform(name: string, { body }: Act): Promise<readonly string[]> {
  const fds = openFds();
  const t = new LoopTest();
  try {
    await body(t);
    t.assertNoErrors();
    if (t.loop.state !== "closed") assert.equal(t.loop.metrics().ring.lost, 0, "lost records");
    t.loop[Symbol.dispose](); // uv_loop_close: it throws where something is open
  } catch (error) {
    throw new Error(`${name} has failed after ${JSON.stringify(t.events)}`, { cause: error });
  }
  t.assertNoErrors();
  assert.deepEqual(t.leaks, [], "blocks that were held when the loop closed");
  for (let turn = 0; openFds() > fds && turn < CLOSING_TURNS_MAX; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(openFds() <= fds, `${name}: ${openFds()} descriptors are open, ${fds} were before`);
  return t.events;
}

/** Makes Deno open the sockets that it keeps for signals: a thread that ends may do so, too. */
function listenToSignals(): void {
  const listener = (): void => {};
  process.on("SIGWINCH", listener);
  process.off("SIGWINCH", listener);
}

const [row = ""] = process.argv.slice(2);
const { firsts = {}, acts }: Row = await import(`./acts/${row}.ts`);
for (const [name, { body }] of Object.entries(firsts)) print(name, body());
listenToSignals();
await warmUp();
for (const [name, act] of Object.entries(acts)) print(name, await perform(name, act));
