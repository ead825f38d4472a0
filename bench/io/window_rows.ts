/** From windows of load on servers to rows. */

import { YARDSTICK } from "../process/contender.ts";
import type { Course } from "../process/rounds.ts";
import type { Window } from "../process/window.ts";
import type { BenchContext, Row } from "../result.ts";
import { warnOfLimits } from "./limits.ts";
import { type Metric, rowsOf } from "./rows.ts";

/** Names of metrics that windows have in common. */
export const RATE = "throughput";
export const CPU = "CPU";
export const USER_CPU = "user CPU";
export const P99 = "latency p99";

type Measure = (window: Window) => number;

const METRICS: readonly (Omit<Metric<Window>, "unit"> & { unit(item: string): string })[] = [
  {
    metric: RATE,
    unit: (item) => `${item}s/s`,
    measure: ({ load }) => load.messages / load.seconds,
    better: "more",
  },
  {
    metric: CPU,
    unit: (item) => `ns/${item}`,
    measure: ({ cpu, load }) => cpu.totalNs / load.messages,
  },
  {
    metric: USER_CPU,
    unit: (item) => `ns/${item}`,
    measure: ({ cpu, load }) => cpu.userNs / load.messages,
  },
  {
    metric: "system CPU",
    unit: (item) => `ns/${item}`,
    measure: ({ cpu, load }) => cpu.systemNs / load.messages,
  },
  { metric: "latency p50", unit: () => "µs", measure: ({ load }) => load.p50Us },
  { metric: P99, unit: () => "µs", measure: ({ load }) => load.p99Us },
  { metric: "latency p99.9", unit: () => "µs", measure: ({ load }) => load.p999Us },
  { metric: "memory", unit: () => "MiB", measure: ({ rssBytes }) => rssBytes / 2 ** 20 },
];

/** `/proc` counts user time in ticks of 10 ms: with fewer than this it says nothing. */
const USER_NS_MIN = 20 * 1e7;

function pooledUserNs(samples: readonly Window[]): number {
  const sum = (measure: Measure) => samples.reduce((total, each) => total + measure(each), 0);
  const userNs = sum(({ cpu }) => cpu.userNs);
  return userNs < USER_NS_MIN ? Number.NaN : userNs / sum(({ load }) => load.messages);
}

/** Of user time a round has few ticks; the sum over all rounds has more. */
function pooledNote(courses: readonly Course<Window>[], base: Course<Window>): string | undefined {
  const ratios = courses.filter((course) => course !== base).map(({ contender, samples }) => ({
    name: contender.name,
    ratio: pooledUserNs(samples) / pooledUserNs(base.samples),
  })).filter(({ ratio }) => !Number.isNaN(ratio));
  if (ratios.length === 0) return undefined;
  const texts = ratios.map(({ name, ratio }) => `${name} ${ratio.toFixed(2)} ×`);
  return `all rounds together: ${texts.join(", ")}`;
}

/** @param item what is counted: `message`, `connection`, `datagram` */
export function windowRows(
  context: BenchContext,
  experiment: string,
  item: string,
  courses: readonly Course<Window>[],
): readonly Row[] {
  warnOfLimits(
    context,
    courses.map(({ contender, samples }) => ({ contender: contender.name, windows: samples })),
  );
  const base = courses.find(({ contender }) => contender.name === YARDSTICK);
  const note = base && pooledNote(courses, base);
  const metrics = METRICS.map(({ unit, ...rest }) => ({ ...rest, unit: unit(item) }));
  return rowsOf(experiment, metrics, courses).map((row) => {
    const isNoted = row.contender === YARDSTICK && row.metric === USER_CPU;
    return isNoted && note !== undefined ? { ...row, note } : row;
  });
}
