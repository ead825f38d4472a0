/**
 * What a connection costs that does nothing: each has echoed one message, then all are silent.
 *
 *     bun bench/idle.ts [--connections 10000] [--size 64] [--only ours-bun,ours-deno] [--json FILE]
 *
 * Exit code 1 if an idle connection holds a block.
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { columns } from "./columns.ts";
import { type Contestant, findContestants, WATCHED_SERVERS } from "./contestant.ts";
import { holdingOf } from "./holding.ts";
import { LOAD_CPU, openLab, SERVER_CPU, writeJson } from "./lab.ts";
import { startLoad } from "./load_process.ts";
import { readOptions } from "./options.ts";
import { startServer } from "./server_process.ts";
import type { WatchReport } from "./watch_report.ts";
import { askServer } from "./watched_server.ts";

/** How long the server keeps blocks that nobody needs; then so long twice, until they are gone. */
const SLAB_IDLE_MS = 1000;
const SETTLE_MS = 3 * SLAB_IDLE_MS;

const LEGEND = `Bytes for each connection, more than the server had before the first. RSS: of the
process, when all had echoed, and ${SETTLE_MS} ms later. Pool: mapped for blocks, likewise. Arena:
for libuv's handles and requests. Held: blocks that are out while all are idle.`;

interface Result {
  readonly contestant: string;
  readonly before: Moment;
  readonly busy: Moment;
  readonly idle: Moment;
}

interface Moment {
  readonly rssBytes: number;
  readonly report: WatchReport;
}

const { numbers, only, jsonFile } = readOptions(process.argv.slice(2), {
  connections: { preset: 10_000, min: 1, max: 28_000 },
  size: { preset: 64, min: 1, max: 16_384 },
}, WATCHED_SERVERS.map(({ name }) => name));

async function measure(loadProgram: string, contestant: Contestant): Promise<Result> {
  const server = await startServer(contestant, SERVER_CPU);
  const look = async (): Promise<Moment> => {
    const report = await askServer(server);
    return { rssBytes: holdingOf(server.pid).rssBytes, report };
  };
  try {
    const before = await look();
    using _load = await startLoad(loadProgram, LOAD_CPU, server.port, {
      connections: numbers.connections,
      sizeBytes: numbers.size,
      pipeline: 1,
      churn: false,
      seconds: 1,
      // Each connection echoes at least once in any warm-up, however short.
      warmupSeconds: 0.01,
    });
    const busy = await look();
    await sleep(SETTLE_MS);
    const idle = await look();
    return { contestant: contestant.name, before, busy, idle };
  } finally {
    await server.stop();
  }
}

function row({ contestant, before, busy, idle }: Result): string[] {
  const each = (measure: (moment: Moment) => number, moment: Moment) =>
    ((measure(moment) - measure(before)) / numbers.connections).toFixed(0);
  const rss = ({ rssBytes }: Moment) => rssBytes;
  const pool = ({ report }: Moment) => report.metrics.blocks.byteLength;
  const arena = ({ report }: Moment) => report.metrics.arenaBytes;
  return [
    contestant,
    `${idle.report.connections}`,
    `${each(rss, busy)} / ${each(rss, idle)}`,
    `${each(pool, busy)} / ${each(pool, idle)}`,
    each(arena, idle),
    `${idle.report.metrics.blocks.held}`,
  ];
}

const lab = openLab();
const args = ["0", `${SLAB_IDLE_MS}`];
const { present } = findContestants(only, WATCHED_SERVERS, "", lab.runtimes, args);
const results: Result[] = [];
for (const contestant of present) {
  console.error(contestant.name);
  results.push(await measure(lab.programs.load, contestant));
}
const head = [
  "",
  "connections",
  "RSS after echo / idle",
  "pool after echo / idle",
  "arena",
  "held",
];
console.log(`\n${columns([head, ...results.map(row)])}\n`);
console.log(LEGEND);
for (const { contestant, idle } of results) {
  const { connections, metrics } = idle.report;
  if (connections === numbers.connections && metrics.blocks.held === 0) continue;
  console.log(`${contestant}: DOES NOT HOLD: ${metrics.blocks.held} blocks held`);
  process.exitCode = 1;
}
writeJson(jsonFile, { options: numbers, versions: lab.versions, results });
