/** Whether the heap stays as it is: after a warm-up, and after many more messages. */

import { compile } from "../process/compile.ts";
import { type Contender, findContenders, type Script } from "../process/contender.ts";
import { LOAD_CPU, SERVER_CPU } from "../process/cpus.ts";
import { startLoad } from "../process/load_process.ts";
import { takeTurns } from "../process/rounds.ts";
import { startServer } from "../process/server_process.ts";
import type { HeapReport } from "../programs/heap_report.ts";
import type { BenchContext, Experiment, Row } from "../result.ts";
import { type Metric, rowsOf } from "./rows.ts";

const FILE = "servers/heap_echo.ts";
const SERVERS: readonly Script[] = [
  { name: "ours-bun", runtime: "bun", file: FILE },
  { name: "ours-deno", runtime: "deno", file: FILE, denoFlags: ["--v8-flags=--expose-gc"] },
];

const GROWTH_BYTES_MAX = 1e6;
const LOAD_SECONDS_MAX = 60;
const CONNECTIONS = 50;

const growth = ({ before, after }: HeapReport) => after.heapUsed - before.heapUsed;

const METRICS: readonly Metric<HeapReport>[] = [
  { metric: "heap growth", unit: "bytes", measure: growth },
  {
    metric: "external growth",
    unit: "bytes",
    measure: ({ before, after }) => after.external - before.external,
  },
  {
    metric: "RSS growth",
    unit: "bytes",
    measure: ({ before, after }) => after.rss - before.rss,
  },
  { metric: "collections", unit: "of garbage", measure: ({ collections }) => collections },
  {
    metric: "garbage",
    unit: "bytes/message",
    measure: ({ garbagePerMessage }) => garbagePerMessage ?? Number.NaN,
  },
];

async function measure(context: BenchContext, contender: Contender): Promise<HeapReport> {
  const server = await startServer(contender, SERVER_CPU);
  try {
    using load = await startLoad(compile("load"), LOAD_CPU, server.port, {
      connections: CONNECTIONS,
      sizeBytes: 64,
      pipeline: 1,
      churn: false,
      seconds: LOAD_SECONDS_MAX,
      // So many more that the connections are at work at both marks.
      messagesMax: context.number("warmup") + context.number("messages") + CONNECTIONS * 10,
      warmupSeconds: 0,
    });
    await load.run();
    await load.end();
  } finally {
    await server.stop();
  }
  return JSON.parse(server.lines.at(-1) ?? "") as HeapReport;
}

async function run(context: BenchContext): Promise<readonly Row[]> {
  const args = ["0", `${context.number("warmup")}`, `${context.number("messages")}`];
  const contenders = findContenders(context, SERVERS, undefined, args);
  const rounds = context.number("rounds");
  const courses = await takeTurns(context, rounds, contenders, (each) => measure(context, each));
  for (const { contender, samples } of courses) {
    const most = Math.max(...samples.map(growth));
    const text = `the heap grows by less than ${GROWTH_BYTES_MAX} bytes: ${most}`;
    context.claim(contender.name, most < GROWTH_BYTES_MAX, text);
  }
  return rowsOf("heap", METRICS, courses);
}

export const heap: Experiment = {
  name: "heap",
  title: "The heap of an echo server, after many more messages",
  about: "What is in use after a forced collection, at the end of a warm-up and after so many " +
    "messages more. Collections are those that the runtime made in between. Garbage is found by " +
    "sampling, which itself makes 0.3 bytes a message; Bun cannot tell any.",
  lab: "io",
  charts: [],
  options: {
    rounds: { preset: 1, min: 1, max: 100, about: "servers of each contender" },
    warmup: { preset: 100_000, quick: 5_000, min: 1_000, max: 1e8, about: "messages before" },
    messages: { preset: 500_000, quick: 10_000, min: 1_000, max: 1e8, about: "messages more" },
  },
  run,
};
