/** What a connection costs that does nothing: each has echoed one message, then all are silent. */

import { setTimeout as sleep } from "node:timers/promises";
import { compile } from "../process/compile.ts";
import { type Contender, findContenders, YARDSTICK } from "../process/contender.ts";
import { LOAD_CPU, SERVER_CPU } from "../process/cpus.ts";
import { holdingOf } from "../process/holding.ts";
import { startLoad } from "../process/load_process.ts";
import { takeTurns } from "../process/rounds.ts";
import { type ServerProcess, startServer } from "../process/server_process.ts";
import { ECHO_SERVERS, WATCHED_SERVERS } from "../process/servers.ts";
import { askServer } from "../process/watched_server.ts";
import type { WatchReport } from "../process/watch_report.ts";
import type { BenchContext, Experiment, Row } from "../result.ts";
import { type Metric, rowsOf } from "./rows.ts";

/** How long a watched server keeps blocks that nobody needs. */
const SLAB_IDLE_MS = 300;
/** So long twice, until they are gone. */
const SETTLE_MS = 3 * SLAB_IDLE_MS;

interface Moment {
  readonly rssBytes: number;
  /** Of servers that tell of themselves. */
  readonly report: WatchReport | undefined;
}

interface Idling {
  readonly connections: number;
  readonly before: Moment;
  /** Right after the last echo. */
  readonly busy: Moment;
  readonly idle: Moment;
}

async function look(server: ServerProcess): Promise<Moment> {
  const isWatched = WATCHED_SERVERS.some(({ name }) => name === server.name);
  const report = isWatched ? await askServer(server) : undefined;
  return { rssBytes: holdingOf(server.pid).rssBytes, report };
}

async function measure(contender: Contender, connections: number): Promise<Idling> {
  const server = await startServer(contender, SERVER_CPU);
  try {
    const before = await look(server);
    using _load = await startLoad(compile("load"), LOAD_CPU, server.port, {
      connections,
      sizeBytes: 64,
      pipeline: 1,
      churn: false,
      seconds: 1,
      // Each connection echoes at least once in any warm-up, however short.
      warmupSeconds: 0.01,
    });
    const busy = await look(server);
    await sleep(SETTLE_MS);
    return { connections, before, busy, idle: await look(server) };
  } finally {
    await server.stop();
  }
}

function metric(name: string, when: "busy" | "idle", of: (moment: Moment) => number) {
  const measure = (found: Idling) => (of(found[when]) - of(found.before)) / found.connections;
  return { metric: name, unit: "bytes/connection", measure } satisfies Metric<Idling>;
}

const rss = ({ rssBytes }: Moment) => rssBytes;
const pool = ({ report }: Moment) => report?.metrics.blocks.byteLength ?? Number.NaN;
const arena = ({ report }: Moment) => report?.metrics.arenaBytes ?? Number.NaN;

const OF_ALL = [metric("memory after echo", "busy", rss), metric("memory idle", "idle", rss)];
const OF_WATCHED = [
  metric("blocks after echo", "busy", pool),
  metric("blocks idle", "idle", pool),
  metric("handles", "idle", arena),
];

async function run(context: BenchContext): Promise<readonly Row[]> {
  const connections = context.number("connections");
  const plain = findContenders(context, ECHO_SERVERS, compile("echo"), ["0"]);
  const watchedArguments = ["0", `${SLAB_IDLE_MS}`];
  const watched = findContenders(context, WATCHED_SERVERS, undefined, watchedArguments);
  const courses = await takeTurns(
    context,
    context.number("rounds"),
    [...plain, ...watched],
    (contender) => measure(contender, connections),
  );
  const ofWatched = courses.filter(({ contender }) => watched.includes(contender));
  for (const { contender, samples } of ofWatched) {
    const held = Math.max(...samples.map(({ idle }) => idle.report?.metrics.blocks.held ?? 0));
    context.claim(contender.name, held === 0, `idle connections hold no block: ${held}`);
  }
  return [...rowsOf("idle", OF_ALL, courses), ...rowsOf("idle", OF_WATCHED, ofWatched)];
}

export const idle: Experiment = {
  name: "idle",
  title: "Idle connections: memory of each, of many that have echoed once",
  about: "How much more resident memory the server's process has than before the first " +
    `connection, right after all have echoed and ${SETTLE_MS} ms later. The kernel's own memory ` +
    "for sockets is not in it. streams-… are our servers on streams, which also tell what their " +
    "pool of blocks and libuv's handles take.",
  lab: "io",
  yardstick: YARDSTICK,
  charts: ["memory idle"],
  options: {
    rounds: { preset: 1, min: 1, max: 100, about: "servers of each contender" },
    connections: { preset: 10_000, quick: 1_000, min: 1, max: 28_000, about: "that are idle" },
  },
  run,
};
