/** Clients that send and never read, beside others that echo as usual. */

import { findContenders } from "../process/contender.ts";
import { takeTurnsOnServers } from "../process/rounds.ts";
import { WATCHED_SERVERS } from "../process/servers.ts";
import { measureStalled, QUIET_MS, type StalledWindow } from "../process/stalled_window.ts";
import type { Window } from "../process/window.ts";
import type { BenchContext, Experiment, Row } from "../result.ts";
import { spreadOf } from "../spread.ts";
import { type Metric, rowsOf } from "./rows.ts";
import { warnOfLimits } from "./limits.ts";

/** Beyond the mark a queue may have what one read brought. */
const READ_BYTES_MAX = 64 * 1024;
/** The heaps of the runtimes come and go. */
const GROWTH_BYTES_MAX = 8 * 2 ** 20;
const QUIET_CPU_SHARE_MAX = 0.01;
/** Slower than this in each round is no chance. */
const RATE_RATIO_MIN = 0.95;

const rateOf = ({ load }: Window) => load.messages / load.seconds;
const cpuOf = ({ load, cpu }: Window) => cpu.totalNs / load.messages;
const rateRatio = ({ alone, among }: StalledWindow) => rateOf(among) / rateOf(alone);
const growthOf = ({ rssBytes }: StalledWindow) => rssBytes.after - rssBytes.before;

const METRICS: readonly Metric<StalledWindow>[] = [
  {
    metric: "others alone",
    unit: "messages/s",
    better: "more",
    measure: ({ alone }) => rateOf(alone),
  },
  {
    metric: "others among them",
    unit: "messages/s",
    better: "more",
    measure: ({ among }) => rateOf(among),
  },
  { metric: "rate among / alone", unit: "×", better: "more", measure: rateRatio },
  {
    metric: "CPU among / alone",
    unit: "×",
    measure: ({ alone, among }) => cpuOf(among) / cpuOf(alone),
  },
  { metric: "longest queue", unit: "bytes", measure: ({ after }) => after.queueBytesMax },
  { metric: "memory growth", unit: "bytes", measure: growthOf },
  { metric: "CPU when stalled", unit: "µs/s", measure: ({ quietCpuNs }) => quietCpuNs / QUIET_MS },
];

function judge(context: BenchContext, name: string, samples: readonly StalledWindow[]): void {
  const most = (of: (sample: StalledWindow) => number) => Math.max(...samples.map(of));
  const claim = (holds: boolean, what: string) => context.claim(name, holds, what);
  const stalled = context.number("stalled");
  const held = -most(({ before }) => -before.congested);
  claim(held === stalled, `all ${stalled} that never read are held back: ${held}`);
  const queue = most(({ after }) => after.queueBytesMax);
  const mark = samples[0]?.after.highWaterBytes ?? 0;
  claim(queue <= mark + READ_BYTES_MAX, `queues keep to their mark of ${mark}: ${queue} bytes`);
  const growth = spreadOf(samples.map(growthOf)).median;
  claim(growth <= GROWTH_BYTES_MAX, `memory does not grow: ${growth} bytes`);
  const taken = most(({ takenLaterBytes }) => takenLaterBytes);
  claim(taken === 0, `nothing more is taken from them: ${taken} bytes`);
  if (context.isQuick) return;
  const share = spreadOf(samples.map(({ quietCpuNs }) => quietCpuNs)).median / 1e6 / QUIET_MS;
  const percent = (100 * share).toFixed(1);
  claim(share <= QUIET_CPU_SHARE_MAX, `a stalled server does nothing: ${percent} % of its CPU`);
  const ratio = most(rateRatio);
  claim(ratio >= RATE_RATIO_MIN, `others are not slowed: ${ratio.toFixed(2)} × at best`);
}

async function run(context: BenchContext): Promise<readonly Row[]> {
  const load = {
    connections: context.number("connections"),
    sizeBytes: 64,
    pipeline: 1,
    churn: false,
    seconds: context.number("seconds"),
    warmupSeconds: context.number("warmup"),
  };
  const courses = await takeTurnsOnServers(
    context,
    context.number("rounds"),
    findContenders(context, WATCHED_SERVERS, undefined, ["0"]),
    (server) => measureStalled(server, context.number("stalled"), load),
  );
  for (const { contender, samples } of courses) judge(context, contender.name, samples);
  warnOfLimits(
    context,
    courses.map(({ contender, samples }) => ({
      contender: contender.name,
      windows: samples.flatMap(({ alone, among }) => [alone, among]),
    })),
  );
  return rowsOf("stalled", METRICS, courses);
}

export const stalled: Experiment = {
  name: "stalled",
  title: "Clients that send and never read, beside others that echo as usual",
  about: "A server on streams, whose marks hold back who does not read. In each round the others " +
    "are measured alone, then among those that never read; in between the server is watched " +
    "while nothing can move.",
  lab: "io",
  charts: ["others alone", "others among them"],
  options: {
    rounds: { preset: 3, quick: 1, min: 1, max: 100, about: "of each contender" },
    seconds: { preset: 1, quick: 0.1, min: 0.05, max: 60, about: "of a window" },
    warmup: { preset: 0.3, quick: 0.05, min: 0.01, max: 60, about: "seconds before each window" },
    connections: { preset: 50, min: 1, max: 10_000, about: "that echo" },
    stalled: { preset: 200, quick: 50, min: 1, max: 10_000, about: "that never read" },
  },
  run,
};
