/** How long it takes until a server listens. */

import { compile } from "../process/compile.ts";
import { findContenders, type Script, YARDSTICK } from "../process/contender.ts";
import { SERVER_CPU } from "../process/cpus.ts";
import { sampleCpu } from "../process/cpu_time.ts";
import { holdingOf } from "../process/holding.ts";
import { takeTurns } from "../process/rounds.ts";
import { startServer } from "../process/server_process.ts";
import { ECHO_SERVERS } from "../process/servers.ts";
import type { BenchContext, Experiment, Row } from "../result.ts";
import { type Metric, rowsOf } from "./rows.ts";

const EMPTY = "servers/empty.mjs";

/** What a runtime takes by itself. */
const EMPTY_SCRIPTS: readonly Script[] = [
  { name: "empty-bun", runtime: "bun", file: EMPTY },
  { name: "empty-deno", runtime: "deno", file: EMPTY },
  { name: "empty-node", runtime: "node", file: EMPTY },
];

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
  readonly rssMib: number;
}

const METRICS: readonly Metric<Start>[] = [
  { metric: "time", unit: "ms", measure: ({ ms }) => ms },
  { metric: "CPU", unit: "ms", measure: ({ cpuMs }) => cpuMs },
  { metric: "memory", unit: "MiB", measure: ({ rssMib }) => rssMib },
];

async function run(context: BenchContext): Promise<readonly Row[]> {
  const scripts = [...EMPTY_SCRIPTS, ...ECHO_SERVERS];
  const contenders = findContenders(context, scripts, compile("echo"), ["0"]);
  const rounds = context.number("rounds") + 1;
  const courses = await takeTurns(context, rounds, contenders, async (contender) => {
    const startMs = performance.now();
    const server = await startServer(contender, SERVER_CPU);
    const ms = performance.now() - startMs;
    const cpu = [...sampleCpu(server.pid).totalNsByThread.values()];
    const cpuMs = cpu.reduce((total, ns) => total + ns, 0) / 1e6;
    const rssMib = holdingOf(server.pid).rssBytes / 2 ** 20;
    await server.stop();
    return { ms, cpuMs, rssMib } satisfies Start;
  });
  return rowsOf(
    "start-up",
    METRICS,
    courses.map(({ contender, samples }) => ({ contender, samples: samples.slice(1) })),
  );
}

export const startUp: Experiment = {
  name: "start-up",
  title: "Start-up: from the start of the process until the echo server listens",
  about: "empty-… is a script of one line in the same runtime: what the library adds is the " +
    "difference. The first start of each, from a cold disk or cache, is left out. CPU is that of " +
    "all threads that were there at the end.",
  lab: "io",
  yardstick: YARDSTICK,
  charts: ["time", "CPU", "memory"],
  options: {
    rounds: { preset: 5, quick: 1, min: 1, max: 1_000, about: "starts, after the first" },
  },
  run,
};
