/** Many connections at once, each echoing; then all are closed, and nothing may be left of them. */

import { setTimeout as sleep } from "node:timers/promises";
import { compile } from "../process/compile.ts";
import { type Contender, findContenders } from "../process/contender.ts";
import { LOAD_CPU, SERVER_CPU } from "../process/cpus.ts";
import { type Ending, endServer, type Left } from "../process/ending.ts";
import { type Holding, holdingOf } from "../process/holding.ts";
import { type LoadReport, startLoad } from "../process/load_process.ts";
import { takeTurns } from "../process/rounds.ts";
import { type ServerProcess, startServer } from "../process/server_process.ts";
import { ECHO_SERVERS } from "../process/servers.ts";
import type { BenchContext, Experiment, Row } from "../result.ts";
import { type Metric, rowsOf } from "./rows.ts";

const CLOSING_MS_MAX = 10_000;
const LOAD_SECONDS_MAX = 60;
const OWN_SERVERS = ECHO_SERVERS.filter(({ name }) => name.startsWith("ours-"));

interface Life {
  readonly connections: number;
  /** On each connection. */
  readonly messages: number;
  readonly load: LoadReport;
  readonly idle: Holding;
  readonly open: Holding;
  readonly closed: Holding;
  readonly closingMs: number;
  readonly end: Ending;
  /** Of the same server that never had a connection. */
  readonly baseline: Ending;
}

const METRICS: readonly Metric<Life>[] = [
  {
    metric: "throughput",
    unit: "messages/s",
    better: "more",
    measure: ({ load }) => load.messages / load.seconds,
  },
  { metric: "latency p99", unit: "ms", measure: ({ load }) => load.p99Us / 1000 },
  {
    metric: "memory when open",
    unit: "bytes/connection",
    measure: ({ idle, open, connections }) => (open.rssBytes - idle.rssBytes) / connections,
  },
  {
    metric: "reads that found no block",
    unit: "of each write",
    measure: ({ end }) => end.metrics.starvations / end.metrics.writes,
  },
  { metric: "closing", unit: "ms", measure: ({ closingMs }) => closingMs },
];

/** Waits until the server has as few descriptors as before. */
async function awaitDescriptors(pid: number, count: number): Promise<number> {
  const startMs = performance.now();
  while (holdingOf(pid).descriptors > count && performance.now() < startMs + CLOSING_MS_MAX) {
    await sleep(10);
  }
  return performance.now() - startMs;
}

async function exercise(server: ServerProcess, connections: number, messages: number) {
  const idle = holdingOf(server.pid);
  using program = await startLoad(compile("load"), LOAD_CPU, server.port, {
    connections,
    sizeBytes: 64,
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
  return { connections, messages, idle, load, open, closingMs, closed: holdingOf(server.pid) };
}

async function measure(context: BenchContext, contender: Contender): Promise<Life> {
  const talkative = { ...contender, command: ["env", "ECHO_METRICS=1", ...contender.command] };
  const baseline = await endServer(await startServer(talkative, SERVER_CPU));
  const server = await startServer(talkative, SERVER_CPU);
  try {
    const connections = context.number("connections");
    const found = await exercise(server, connections, context.number("messages"));
    return { ...found, end: await endServer(server), baseline };
  } finally {
    await server.stop();
  }
}

/** What differs from what it should be. */
function faultsOf(life: Life): readonly string[] {
  const { connections, messages, load, idle, open, closed, end, baseline } = life;
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

async function run(context: BenchContext): Promise<readonly Row[]> {
  const contenders = findContenders(context, OWN_SERVERS, undefined, ["0"]);
  const rounds = context.number("rounds");
  const courses = await takeTurns(context, rounds, contenders, (each) => measure(context, each));
  for (const { contender, samples } of courses) {
    const faults = samples.flatMap(faultsOf);
    const what = "nothing is left of its connections";
    const text = faults.length === 0 ? what : `${what}: ${faults.join("; ")}`;
    context.claim(contender.name, faults.length === 0, text);
  }
  return rowsOf("connections", METRICS, courses);
}

export const connections: Experiment = {
  name: "connections",
  title: "Ten thousand connections that echo, then close",
  about: "At the end what the loop still holds is compared with the same server that never had a " +
    "connection, and its process with itself before the first one.",
  lab: "io",
  charts: [],
  options: {
    rounds: { preset: 1, min: 1, max: 100, about: "servers of each contender" },
    connections: { preset: 10_000, quick: 1_000, min: 1, max: 28_000, about: "at once" },
    messages: { preset: 10, quick: 3, min: 1, max: 10_000, about: "on each" },
  },
  run,
};
