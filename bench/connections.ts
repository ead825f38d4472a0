/**
 * Many connections at once, each echoing; then all are closed, and nothing may be left of them.
 *
 *     bun bench/connections.ts [--connections 10000] [--messages 10] [--size 64]
 *       [--only ours-bun,ours-deno] [--json FILE]
 *
 * The baseline is the same server that never had a connection. Exit code 1 if something is left.
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoopMetrics } from "../src/mod.ts";
import { columns } from "./columns.ts";
import { type Contestant, ECHO_SERVERS, findContestants } from "./contestant.ts";
import { type Holding, holdingOf } from "./holding.ts";
import { LOAD_CPU, openLab, SERVER_CPU, writeJson } from "./lab.ts";
import { type LoadReport, startLoad } from "./load_process.ts";
import { readOptions } from "./options.ts";
import { type ServerEnd, type ServerProcess, startServer } from "./server_process.ts";

const CLOSING_MS_MAX = 10_000;
const LOAD_SECONDS_MAX = 60;

const LEGEND = `Starved: reads that found no free block and were started again. RSS: of the server
when all were open, more than when it was idle. Left: in the metrics at the end, compared with the
same server that never had a connection; its listener and the handles that it keeps ready are among
them. The exit code is 0 if uv_loop_close() returned 0.`;

/** The loop's own count of what it holds, when it has served. */
interface Left {
  readonly machines: number;
  readonly handles: number;
  readonly requests: number;
  readonly deadlines: number;
  /** Blocks that are not in the pool. */
  readonly blocks: number;
}

interface Ending extends ServerEnd {
  readonly metrics: LoopMetrics;
  readonly left: Left;
}

interface Result {
  readonly contestant: string;
  readonly load: LoadReport;
  readonly idle: Holding;
  readonly open: Holding;
  readonly closed: Holding;
  readonly closingMs: number;
  readonly end: Ending;
  /** Of a server that never had a connection. */
  readonly baseline: Ending;
  /** What does not hold. */
  readonly faults: readonly string[];
}

const options = readOptions(process.argv.slice(2), {
  connections: { preset: 10_000, min: 1, max: 28_000 },
  messages: { preset: 10, min: 1, max: 10_000 },
  size: { preset: 64, min: 1, max: 16_384 },
}, ["ours-bun", "ours-deno"]);
const { connections, messages, size } = options.numbers;

async function endServer(server: ServerProcess): Promise<Ending> {
  const end = await server.stop();
  const metrics = JSON.parse(server.lines.at(-1) ?? "") as LoopMetrics;
  const { machines, handles, requests, deadlines, blocks } = metrics;
  const left = { machines, handles, requests, deadlines, blocks: blocks.total - blocks.free };
  return { ...end, metrics, left };
}

/** Waits until the server has as few descriptors as before. */
async function awaitDescriptors(pid: number, count: number): Promise<number> {
  const start = performance.now();
  while (holdingOf(pid).descriptors > count && performance.now() < start + CLOSING_MS_MAX) {
    await sleep(10);
  }
  return performance.now() - start;
}

async function exercise(loadProgram: string, server: ServerProcess) {
  const idle = holdingOf(server.pid);
  using program = await startLoad(loadProgram, LOAD_CPU, server.port, {
    connections,
    sizeBytes: size,
    pipeline: 1,
    churn: false,
    seconds: LOAD_SECONDS_MAX,
    messagesMax: connections * messages,
    // Each connection echoes at least once in any warm-up, however short.
    warmupSeconds: 0.01,
  });
  const load = await program.run();
  const open = holdingOf(server.pid);
  await program.end();
  const closingMs = await awaitDescriptors(server.pid, idle.descriptors);
  return { idle, load, open, closingMs, closed: holdingOf(server.pid) };
}

async function measure(loadProgram: string, { name, command }: Contestant): Promise<Result> {
  const contestant = { name, command: ["env", "ECHO_METRICS=1", ...command] };
  const baseline = await endServer(await startServer(contestant, SERVER_CPU));
  const server = await startServer(contestant, SERVER_CPU);
  try {
    const found = await exercise(loadProgram, server);
    const end = await endServer(server);
    const result = { contestant: name, ...found, end, baseline, faults: [] };
    return { ...result, faults: findFaults(result) };
  } finally {
    await server.stop();
  }
}

function findFaults({ idle, open, closed, load, end, baseline }: Result): string[] {
  const faults: string[] = [];
  const expect = (what: string, found: unknown, expected: unknown) => {
    if (found !== expected) faults.push(`${what}: ${found}, not ${expected}`);
  };
  expect("messages echoed", load.messages, connections * messages);
  expect("descriptors when open", open.descriptors, idle.descriptors + connections);
  expect("descriptors when closed", closed.descriptors, idle.descriptors);
  expect("connections accepted", end.metrics.accepted, connections);
  for (const name of Object.keys(end.left) as (keyof Left)[]) {
    expect(name, end.left[name], baseline.left[name]);
  }
  expect("records lost", end.metrics.ring.lost, 0);
  // Loop.close() throws when uv_loop_close() does not return 0; so does a signal show.
  expect("exit code", end.exitCode, 0);
  expect("exit code without a connection", baseline.exitCode, 0);
  return faults;
}

function row({ contestant, load, idle, open, closed, closingMs, end, faults }: Result): string[] {
  const { machines, handles, requests, blocks } = end.left;
  return [
    contestant,
    (load.messages / load.seconds).toFixed(0),
    (load.p99Us / 1000).toFixed(0),
    (end.metrics.starvations / end.metrics.writes).toFixed(2),
    ((open.rssBytes - idle.rssBytes) / connections).toFixed(0),
    `${idle.descriptors} / ${open.descriptors} / ${closed.descriptors}`,
    closingMs.toFixed(0),
    `${machines} / ${handles} / ${requests} / ${blocks}`,
    `${end.metrics.blocks.total}`,
    `${end.exitCode}`,
    faults.length === 0 ? "holds" : "DOES NOT HOLD",
  ];
}

const lab = openLab();
const { present } = findContestants(options.only, ECHO_SERVERS, lab.programs.echo, lab.runtimes);
const results: Result[] = [];
for (const contestant of present) results.push(await measure(lab.programs.load, contestant));

const head = [`${connections} connections`, "messages/s", "p99 ms", "starved/write"];
head.push("RSS bytes/connection", "fds idle / open / closed", "closing ms");
head.push("machines / handles / requests / blocks left", "blocks", "exit code", "as before");
console.log(`\n${columns([head, ...results.map(row)])}\n`);
console.log(LEGEND);
for (const { contestant, faults } of results) {
  for (const fault of faults) console.log(`${contestant}: ${fault}`);
}
writeJson(options.jsonFile, { options: options.numbers, versions: lab.versions, results });
if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
