import assert from "node:assert/strict";
import { runScript } from "../fixtures/script_drive.ts";
import { Trace } from "../fixtures/trace.ts";
import { test } from "../harness.ts";

const SCRIPTS = 10_000;

/**
 * What all scripts together did, by `Trace.hash`. It changes with what connections do, and with the
 * scripts; that it is the same in Bun and in Deno is the point.
 */
const EXPECTED = "d1c8c48a";

/** What must have come up in the scripts, so that they show anything. */
const events = [
  "connected",
  "bytesRead",
  "bytesFlushed",
  "timeout",
  "wakeup",
  "highWater",
  "lowWater",
  "exception endOfStream",
  "exception limitReached",
  "exception readTimeout",
  "exception readError",
  "fatal writeError",
  "fatal outputLimit",
  "fatal writeTimeout",
  "outcome done undefined",
  "outcome lost undefined",
  "outcome lost ConnectionError",
  "outcome lost UvError",
  "outcome failed ScriptError",
  "outcome failed TypeError",
  "outcome failed StateError",
  "open",
];

function run(seed: number, trace: Trace): void {
  try {
    runScript(seed, trace);
  } catch (cause) {
    const lines = trace.recent.slice(-30).join("\n");
    throw new Error(`script ${seed}: ${cause}, after\n${lines}`, { cause });
  }
}

test(`${SCRIPTS} random scripts keep all promises, with the same trace in every runtime`, () => {
  const trace = new Trace();
  for (let seed = 0; seed < SCRIPTS; seed++) run(seed, trace);
  for (const event of events) {
    assert.ok((trace.counts.get(event) ?? 0) >= 50, `${event} comes up`);
  }
  assert.equal(trace.hash, EXPECTED, JSON.stringify([...trace.counts]));
});

test("a script does the same every time, another one something else", () => {
  const [first, again, other] = [7, 7, 8].map((seed) => {
    const trace = new Trace();
    run(seed, trace);
    return trace.hash;
  });
  assert.equal(again, first);
  assert.notEqual(other, first);
});
