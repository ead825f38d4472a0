/**
 * The process that may crash: runs sequences, and prints one line for each hundred. The parent,
 * main.ts, starts it with a path for the trace.
 */
import { mkdirSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openFds } from "../harness.ts";
import { fuzzOptions } from "./command_line.ts";
import { families } from "./families.ts";
import { Sequence } from "./sequence.ts";
import { Stranger } from "./stranger.ts";
import { Trace } from "./trace.ts";
import { warmUp } from "./warm_up.ts";

const PROGRESS_EVERY = 50;
/** What the runtime may not have closed yet of the threads of the last pumps. */
const FDS_OF_THREADS = 8;

const { seed, sequences, from, only, trace: echo, keepGoing } = fuzzOptions();
const tracePath = process.env["ROTOR_FUZZ_TRACE"] ?? join(tmpdir(), `rotor-uv-fuzz-${process.pid}`);
const base = mkdtempSync(join(tmpdir(), "rotor-uv-fuzz-"));
const folder = join(base, "s");
const trace = new Trace(tracePath, echo);
const stranger = new Stranger();
const chosen = only.length === 0 ? families : families.filter(({ name }) => only.includes(name));
const surroundings = { folder, stranger, trace, families: chosen };

/** Straight to the descriptor: a crash must not swallow what was buffered. */
function print(line: string): void {
  writeSync(1, `${line}\n`);
}

/** The seed of one sequence: any of them can be run alone. */
function seedOf(index: number): number {
  return Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) | 0;
}

await warmUp();
const fdsBefore = openFds();
let actions = 0;
let failed = 0;
for (let index = from; index < from + sequences; index++) {
  trace.begin(index);
  mkdirSync(folder);
  const outcome = await new Sequence(surroundings, seedOf(index)).run();
  rmSync(folder, { recursive: true, force: true });
  actions += outcome.actions;
  for (const finding of outcome.findings) {
    failed++;
    print(`finding ${index} ${finding.message}`);
    const { cause } = finding;
    print(
      cause instanceof Error ? `${cause.name}: ${cause.stack ?? cause.message}` : String(cause),
    );
  }
  if (outcome.findings.length > 0 && !keepGoing) break;
  if ((index + 1) % PROGRESS_EVERY === 0) print(`at ${index + 1}`);
}
if (openFds() > fdsBefore + FDS_OF_THREADS) {
  failed++;
  print(`finding at the end: ${openFds()} descriptors, ${fdsBefore} before`);
}
stranger.close();
trace.close();
rmSync(base, { recursive: true, force: true });
print(`done ${actions} actions`);
process.exit(failed === 0 ? 0 : 1);
