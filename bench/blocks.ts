/**
 * What it costs to lease a block and to return it, and whether anything is left behind.
 *
 *     bun bench/blocks.ts [--pairs 10000000] [--rounds 5] [--only bun,deno] [--json FILE]
 *
 * Exit code 1 if the default leak level is above the limit of its runtime, or memory has grown.
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { type BlockCase, levels } from "./block_report.ts";
import { columns } from "./columns.ts";
import { scriptCommand } from "./contestant.ts";
import { openLab, SERVER_CPU, writeJson } from "./lab.ts";
import { readOptions } from "./options.ts";
import type { Runtime } from "./runtime.ts";
import { type Spread, spreadOf } from "./spread.ts";

const NS_PER_PAIR_MAX: Readonly<Record<string, number>> = { bun: 20, deno: 30 };
/** What measuring itself leaves on the heap: the strings that were printed, compiled code. */
const HEAP_NOISE_BYTES = 64 * 1024;
const RUN_MS_MAX = 300_000;

interface Result extends BlockCase {
  readonly runtime: string;
  /** Of the rounds after the first, in which the code is compiled. */
  readonly spread: Spread;
  readonly firstNs: number;
  /** Undefined where the limit is not asked. */
  readonly holds: boolean | undefined;
}

const options = readOptions(process.argv.slice(2), {
  pairs: { preset: 10_000_000, min: 1_000, max: 1e9 },
  rounds: { preset: 5, min: 2, max: 100 },
}, ["bun", "deno"]);

function run(runtime: Runtime): BlockCase[] {
  const { pairs, rounds } = options.numbers;
  const args = [pairs, rounds].map(String);
  const script = scriptCommand(runtime, "block_pairs.ts", args, "--expose-gc");
  const command = ["-c", `${SERVER_CPU}`, ...script];
  const { status, stdout } = spawnSync("taskset", command, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: RUN_MS_MAX,
  });
  if (status !== 0) throw new Error(`${command.join(" ")} has failed with ${status}`);
  return stdout.trim().split("\n").map((line) => JSON.parse(line) as BlockCase);
}

/** One result for the rounds of each case. */
function summarise(runtime: string, rounds: readonly BlockCase[]): Result[] {
  const groups = Map.groupBy(rounds, ({ level, batch }) => `${level} ${batch}`);
  return [...groups.values()].map((group) => {
    const [first, ...later] = group as [BlockCase, ...BlockCase[]];
    const spread = spreadOf(later.map(({ nsPerPair }) => nsPerPair));
    const heapGrowthBytes = spreadOf(later.map((round) => round.heapGrowthBytes)).median;
    const mappedGrowthBytes = Math.max(...group.map((round) => round.mappedGrowthBytes));
    const holds = spread.median <= (NS_PER_PAIR_MAX[runtime] ?? 0) &&
      heapGrowthBytes <= HEAP_NOISE_BYTES && mappedGrowthBytes === 0;
    return {
      ...first,
      runtime,
      heapGrowthBytes,
      mappedGrowthBytes,
      spread,
      firstNs: first.nsPerPair,
      holds: first.level === levels[0] ? holds : undefined,
    };
  });
}

function row({ runtime, level, batch, pairs, spread, firstNs, ...rest }: Result): string[] {
  const limit = `≤ ${NS_PER_PAIR_MAX[runtime]} ns`;
  const verdict = rest.holds === undefined ? "–" : rest.holds ? "holds" : "DOES NOT HOLD";
  const [median, min, max] = [spread.median, spread.min, spread.max].map((ns) => ns.toFixed(1));
  const growth = [rest.heapGrowthBytes, rest.mappedGrowthBytes].map((bytes) => `${bytes}`);
  const cells = [runtime, level, `${batch}`, `${pairs}`, `${median} (${min}–${max})`];
  return [...cells, firstNs.toFixed(1), ...growth, `${limit}: ${verdict}`];
}

const lab = openLab();
const results = lab.runtimes
  .filter(({ name }) => options.only.includes(name))
  .flatMap((runtime) => summarise(runtime.name, run(runtime)));
const head = ["", "leak level", "held", "pairs", "ns/pair", "first round", "heap +", "mapped +"];
console.log(`\n${columns([[...head, "limit, no growth"], ...results.map(row)])}\n`);
console.log(
  "Median (min–max) of the rounds but the first. Growth in bytes: of the used heap, with",
);
console.log("all garbage collected before and after each round, and of the pool's mapped memory.");
writeJson(options.jsonFile, { options: options.numbers, versions: lab.versions, results });
if (results.some(({ holds }) => holds === false)) process.exitCode = 1;
