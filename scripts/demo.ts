/**
 * The demo: echo servers as state machines, under Bun and Deno, with real TCP traffic.
 *
 *     npm run demo        (or: bun run demo, deno task demo)
 *
 * Each server is started, checked byte by byte, and loaded for a few seconds; so is what the
 * runtime brings, Bun.listen or Deno.listen, for comparison. Exit code 1 if a byte was wrong, or a
 * server of ours failed.
 */
import process from "node:process";
import { LibraryError, openLibrary } from "../ffi/mod.ts";
import { type Contender, contendersOf, findRuntimes } from "./demo/contender.ts";
import { chooseCores } from "./demo/cores.ts";
import { renderSummary, whole } from "./demo/summary.ts";
import { Trial, type TrialSettings } from "./demo/trial.ts";

const ROUNDS = 3;
const TITLE_COLUMNS = 18;
const load = { connections: 50, warmupMs: 700, measuredMs: 1300 };

/** Whether one of ours has. */
let hasFailed = false;

/** Opens libuv here too, to say which it is, or why there is none. */
function describeLibuv(): string {
  try {
    const { version: { major, minor, patch }, path } = openLibrary();
    return `libuv ${major}.${minor}.${patch} (${path})`;
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** Does something for a contender; if that fails, says why, and returns undefined. */
async function attempt<T>(contender: Contender, body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.log(`\n    ${contender.title} has failed. ${why}`);
    hasFailed ||= contender.isOurs;
    return undefined;
  }
}

async function startAll(settings: TrialSettings, contenders: Contender[]): Promise<Trial[]> {
  const trials: Trial[] = [];
  console.log("Starting each server; four clients of node:net check 1 MiB each; warming up");
  for (const contender of contenders) {
    process.stdout.write(`  ${contender.title.padEnd(TITLE_COLUMNS)}`);
    const trial = await attempt(contender, () => Trial.start(contender, settings));
    if (trial === undefined) continue;
    trials.push(trial);
    console.log(` ${whole(trial.check.bytes)} bytes, ${whole(trial.check.wrongBytes)} wrong`);
  }
  return trials;
}

/**
 * The servers take turns, so that what else happens on the machine is shared out among all. One
 * that fails is out. Returns the others, ended.
 */
async function runRounds(started: readonly Trial[]): Promise<Trial[]> {
  let trials = [...started];
  for (let round = 1; round <= ROUNDS; round++) {
    console.log(`\nRound ${round} of ${ROUNDS}`);
    trials = await keepThose(trials, async (trial) => {
      process.stdout.write(`  ${trial.contender.title.padEnd(TITLE_COLUMNS)}`);
      const rate = await trial.measure();
      console.log(` ${whole(rate).padStart(9)} messages/s`);
    });
  }
  return await keepThose(trials, (trial) => trial.end());
}

/** The trials for which something works. */
async function keepThose(
  trials: readonly Trial[],
  body: (trial: Trial) => Promise<void>,
): Promise<Trial[]> {
  const kept: Trial[] = [];
  for (const trial of trials) {
    const works = await attempt(trial.contender, () => body(trial).then(() => true));
    if (works) kept.push(trial);
    else await trial.end().catch(() => {}); // Why it failed has been said.
  }
  return kept;
}

// By exit(), so that the servers end with us.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const runtimes = findRuntimes();
const [loadRuntime] = runtimes;
if (loadRuntime === undefined) throw new Error("There is neither Bun nor Deno");
const cores = chooseCores();
console.log(`Echo servers on ${describeLibuv()}, ${load.connections} TCP connections to each,`);
console.log(`driven by machines of this library on ${loadRuntime.name}; ${cores.note}.\n`);

const progress = () => void process.stdout.write(".");
const settings = { load, loadRuntime, cores, progress };
const trials = await runRounds(await startAll(settings, contendersOf(runtimes)));
console.log(`\n${renderSummary(trials, load.connections)}`);
if (hasFailed) console.log("But a server of ours has failed: see above.");
hasFailed ||= trials.some(({ wrongBytes }) => wrongBytes > 0);
process.exit(hasFailed ? 1 : 0);
