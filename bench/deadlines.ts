/**
 * What it costs to set a deadline and to clear it.
 *
 *     bun bench/deadlines.ts [--pairs 1000000] [--pending 1000000] [--rounds 5]
 *       [--only bun,deno] [--json FILE]
 *
 * Exit code 1 if a case that the limit is asked of is above it, or calls libuv for each pair.
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { columns } from "./columns.ts";
import { scriptCommand } from "./contestant.ts";
import { cases, type DeadlineCase } from "./deadline_report.ts";
import { openLab, SERVER_CPU, writeJson } from "./lab.ts";
import { readOptions } from "./options.ts";
import type { Runtime } from "./runtime.ts";
import { type Spread, spreadOf } from "./spread.ts";

const NS_PER_PAIR_MAX = 150;
const RUN_MS_MAX = 300_000;

interface Result extends DeadlineCase {
  readonly runtime: string;
  /** Of the rounds after the first. */
  readonly spread: Spread;
  /** The first: names and nodes are made, and the code is compiled. */
  readonly firstNs: number;
  /** Undefined where the limit is not asked. */
  readonly holds: boolean | undefined;
}

const options = readOptions(process.argv.slice(2), {
  pairs: { preset: 1_000_000, min: 1_000, max: 1e8 },
  pending: { preset: 1_000_000, min: 1, max: 1_000_000 },
  rounds: { preset: 5, min: 2, max: 100 },
}, ["bun", "deno"]);

function run(runtime: Runtime): DeadlineCase[] {
  const { pairs, pending, rounds } = options.numbers;
  const args = [pairs, pending, rounds].map(String);
  const command = ["-c", `${SERVER_CPU}`, ...scriptCommand(runtime, "deadline_pairs.ts", args)];
  const { status, stdout } = spawnSync("taskset", command, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: RUN_MS_MAX,
  });
  if (status !== 0) throw new Error(`${command.join(" ")} has failed with ${status}`);
  return stdout.trim().split("\n").map((line) => JSON.parse(line) as DeadlineCase);
}

/** One result for the rounds of each case. */
function summarise(runtime: string, rounds: readonly DeadlineCase[]): Result[] {
  const groups = Map.groupBy(rounds, ({ name, pending }) => `${name} ${pending}`);
  return [...groups.values()].map((group) => {
    const [first, ...later] = group as [DeadlineCase, ...DeadlineCase[]];
    const spread = spreadOf(later.map(({ nsPerPair }) => nsPerPair));
    const ffiCalls = Math.max(...group.map((round) => round.ffiCalls));
    const holds = spread.median <= NS_PER_PAIR_MAX && ffiCalls === 0;
    const isAsked = cases[first.name];
    const firstNs = first.nsPerPair;
    return { ...first, runtime, ffiCalls, spread, firstNs, holds: isAsked ? holds : undefined };
  });
}

function row({ runtime, name, pending, pairs, spread, firstNs, ...rest }: Result): string[] {
  const verdict = rest.holds === undefined ? "–" : rest.holds ? "holds" : "DOES NOT HOLD";
  const [median, min, max] = [spread.median, spread.min, spread.max].map((ns) => ns.toFixed(0));
  const cells = [runtime, name, `${pending}`, `${pairs}`, `${median} (${min}–${max})`];
  return [...cells, firstNs.toFixed(0), `${rest.ffiCalls}`, `${rest.turns}`, verdict];
}

const lab = openLab();
const results = lab.runtimes
  .filter(({ name }) => options.only.includes(name))
  .flatMap((runtime) => summarise(runtime.name, run(runtime)));
const head = ["", "case", "pending", "pairs", "ns/pair", "first round", "FFI calls", "turns"];
console.log(
  `\n${columns([[...head, `≤ ${NS_PER_PAIR_MAX} ns, no FFI call`], ...results.map(row)])}\n`,
);
console.log(
  "Median (min–max) of the rounds but the first, in which names are made and code is compiled.",
);
console.log(
  "At once: a named deadline is cleared before the next machine sets its own. Later, in no",
);
console.log(
  "order, earlier: among those pending. A wake-up pair is two wake-ups of a machine; what the",
);
console.log(
  "second of these lines costs less is the deadline's. FFI calls: the most of any round.",
);
writeJson(options.jsonFile, { options: options.numbers, versions: lab.versions, results });
if (results.some(({ holds }) => holds === false)) process.exitCode = 1;
