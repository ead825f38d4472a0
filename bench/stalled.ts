/**
 * Clients that send and never read, beside others that echo as usual.
 *
 *     bun bench/stalled.ts [--stalled 200] [--connections 50] [--size 64] [--rounds 5]
 *       [--seconds 5] [--only ours-bun,ours-deno] [--json FILE]
 *
 * In each round the normal clients are measured alone, then among those that never read. Exit code
 * 1 if a queue grows beyond its mark, memory grows, the server works though nothing can move, or
 * the normal clients are slower.
 */

import process from "node:process";
import { cell, ratioCell } from "./cell.ts";
import { columns } from "./columns.ts";
import { findContestants, WATCHED_SERVERS } from "./contestant.ts";
import { openLab, writeJson } from "./lab.ts";
import { readOptions } from "./options.ts";
import { startServers, takeTurns, type Turn } from "./rounds.ts";
import type { ServerProcess } from "./server_process.ts";
import { type Spread, spreadOf } from "./spread.ts";
import { measureStalled, QUIET_MS, type StalledWindow } from "./stalled_window.ts";
import { renderWarnings } from "./warnings.ts";
import type { Window } from "./window.ts";

/** Beyond the mark a queue may have what one read brought. */
const READ_BYTES_MAX = 64 * 1024;
/** The heaps of the runtimes come and go. */
const GROWTH_BYTES_MAX = 8 * 2 ** 20;
const QUIET_CPU_SHARE_MAX = 0.01;
/** Slower than this in each round is no chance. */
const RATE_RATIO_MIN = 0.95;
const WARMUP_SECONDS = 1;

const LEGEND =
  `Median (min–max) of the rounds; the ratio is of the same round. Queue: the most output
that ever waited for a connection. Blocks: bytes of the pool's blocks that were out when all were
stalled. Growth: of the server's memory from then to the end of the window. Quiet CPU: time used in
${QUIET_MS} ms in which nothing could move. Taken later: bytes taken from those that never read
after the server had stopped to take.`;

const { numbers, only, jsonFile } = readOptions(process.argv.slice(2), {
  stalled: { preset: 200, min: 1, max: 10_000 },
  connections: { preset: 50, min: 1, max: 10_000 },
  size: { preset: 64, min: 1, max: 1 << 20 },
  rounds: { preset: 5, min: 1, max: 100 },
  seconds: { preset: 5, min: 0.1, max: 60 },
}, WATCHED_SERVERS.map(({ name }) => name));

type Sample = Turn & StalledWindow;

interface Summary {
  readonly contestant: string;
  readonly aloneRate: Spread;
  readonly amongRate: Spread;
  readonly rateRatio: Spread;
  readonly cpuRatio: Spread;
  readonly congestedMin: number;
  readonly queueBytesMax: number;
  readonly highWaterBytes: number;
  readonly heldBytes: Spread;
  readonly growthBytes: Spread;
  readonly quietCpuNs: Spread;
  readonly takenLaterBytes: Spread;
  /** Of both windows, for `renderWarnings`. */
  readonly loadCpuShare: Spread;
  readonly waitingShare: Spread;
}

const rateOf = ({ load }: Window) => load.messages / load.seconds;
const cpuOf = ({ load, cpu }: Window) => cpu.totalNs / load.messages;

/** Bytes of the blocks that were out. */
function heldBytes({ metrics }: StalledWindow["before"]): number {
  const { total, free, large, byteLength } = metrics.blocks;
  const small = { total: total - large.total, free: free - large.free };
  const heldLarge = (large.total - large.free) * READ_BYTES_MAX;
  const smallBytes = (byteLength - large.total * READ_BYTES_MAX) / small.total;
  return Math.round(heldLarge + (small.total - small.free) * smallBytes);
}

function summarise(contestant: string, all: readonly Sample[]): Summary {
  const own = all.filter((sample) => sample.contestant === contestant);
  const spread = (measure: (sample: Sample) => number) => spreadOf(own.map(measure));
  const windows = own.flatMap(({ alone, among }) => [alone, among]);
  return {
    contestant,
    aloneRate: spread(({ alone }) => rateOf(alone)),
    amongRate: spread(({ among }) => rateOf(among)),
    rateRatio: spread(({ alone, among }) => rateOf(among) / rateOf(alone)),
    cpuRatio: spread(({ alone, among }) => cpuOf(among) / cpuOf(alone)),
    congestedMin: spread(({ before }) => before.congested).min,
    queueBytesMax: spread(({ after }) => after.queueBytesMax).max,
    highWaterBytes: own[0]?.after.highWaterBytes ?? Number.NaN,
    heldBytes: spread(({ before }) => heldBytes(before)),
    growthBytes: spread(({ rssBytes }) => rssBytes.after - rssBytes.before),
    quietCpuNs: spread(({ quietCpuNs }) => quietCpuNs),
    takenLaterBytes: spread(({ takenLaterBytes }) => takenLaterBytes),
    loadCpuShare: spreadOf(windows.map(({ load }) => load.cpuShare)),
    waitingShare: spreadOf(windows.map(({ cpu, load }) => cpu.waitingNs / 1e9 / load.seconds)),
  };
}

/** What does not hold. */
function faultsOf(summary: Summary): string[] {
  const { queueBytesMax, highWaterBytes, growthBytes, quietCpuNs, rateRatio } = summary;
  const faults: string[] = [];
  const expect = (holds: boolean, what: string) => holds || faults.push(what);
  expect(summary.congestedMin === numbers.stalled, `only ${summary.congestedMin} were held back`);
  expect(queueBytesMax <= highWaterBytes + READ_BYTES_MAX, `a queue of ${queueBytesMax} bytes`);
  expect(growthBytes.median <= GROWTH_BYTES_MAX, `memory grew by ${growthBytes.median} bytes`);
  const quietShare = quietCpuNs.median / 1e6 / QUIET_MS;
  expect(quietShare <= QUIET_CPU_SHARE_MAX, `CPU share ${quietShare.toFixed(3)} when stalled`);
  expect(rateRatio.max >= RATE_RATIO_MIN, `others are slowed to ${rateRatio.median.toFixed(2)}`);
  expect(summary.takenLaterBytes.max === 0, "it took more after it had stopped to take");
  return faults;
}

function row(summary: Summary, faults: readonly string[]): string[] {
  const { contestant, growthBytes, quietCpuNs } = summary;
  return [
    contestant,
    cell(summary.aloneRate),
    cell(summary.amongRate),
    ratioCell(contestant, summary.rateRatio),
    ratioCell(contestant, summary.cpuRatio),
    `${summary.congestedMin}`,
    `${summary.queueBytesMax} / ${summary.highWaterBytes}`,
    `${summary.heldBytes.max}`,
    `${growthBytes.median} (${growthBytes.min}–${growthBytes.max})`,
    (quietCpuNs.median / 1e6).toFixed(2),
    `${summary.takenLaterBytes.max}`,
    faults.length === 0 ? "holds" : "DOES NOT HOLD",
  ];
}

const lab = openLab();
const servers: ServerProcess[] = [];
try {
  await startServers(findContestants(only, WATCHED_SERVERS, "", lab.runtimes), servers);
  const load = {
    connections: numbers.connections,
    sizeBytes: numbers.size,
    pipeline: 1,
    churn: false,
    seconds: numbers.seconds,
    warmupSeconds: WARMUP_SECONDS,
  };
  const samples = await takeTurns(
    numbers.rounds,
    servers,
    (server) => measureStalled(lab, server, numbers.stalled, load),
  );
  const results = servers.map(({ name }) => {
    const summary = summarise(name, samples);
    return { summary, faults: faultsOf(summary) };
  });
  const head = [`${numbers.stalled} never read`, "messages/s alone", "messages/s among them"];
  head.push("ratio", "CPU/message ratio", "held back", "queue / mark", "blocks", "growth");
  head.push("quiet CPU ms", "taken later", "");
  console.log(
    `\n${columns([head, ...results.map(({ summary, faults }) => row(summary, faults))])}\n`,
  );
  console.log(LEGEND);
  const warnings = renderWarnings(results.map(({ summary }) => summary), "load");
  for (const line of warnings) console.log(line);
  for (const { summary, faults } of results) {
    for (const fault of faults) console.log(`${summary.contestant}: DOES NOT HOLD: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
  writeJson(jsonFile, { options: numbers, versions: lab.versions, results, samples });
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
