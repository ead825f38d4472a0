/** Times cases in turn: A B C, B C A, … so that what else happens on the machine hits all alike. */

import { Bench } from "tinybench";
import type { Case } from "./case.ts";

export interface MeasureSettings {
  readonly rounds: number;
  /** Of one case in one round; their median counts for the round. */
  readonly samples: number;
  /** How long a sample shall take, and with it how often a case runs in one. */
  readonly sampleMs: number;
  readonly warmUpMs: number;
}

export interface Measured {
  readonly contender: string;
  readonly metric: string;
  /** Nanoseconds for each event, one a round. */
  readonly samplesNs: readonly number[];
  readonly note?: string;
}

const TIMES_MAX = 2 ** 28;

/** Results end here: exported, so that no engine takes them for unneeded. */
export let lastResult: unknown;

async function timeMs(it: Case, times: number): Promise<number> {
  const startMs = performance.now();
  lastResult = it.isAsync === true ? await it.run(times) : it.run(times);
  return performance.now() - startMs;
}

/** Runs a case until it is warm. Returns how often it runs in `sampleMs`. */
async function warmUp(it: Case, { sampleMs, warmUpMs }: MeasureSettings): Promise<number> {
  const endMs = performance.now() + warmUpMs;
  let times = 1;
  let tookMs = 0;
  do {
    tookMs = await timeMs(it, times);
    if (tookMs < sampleMs / 2) times = Math.min(times * 2, TIMES_MAX);
  } while (performance.now() < endMs);
  const fitting = Math.round(times * sampleMs / Math.max(tookMs, sampleMs / 1000));
  return Math.max(1, Math.min(fitting, TIMES_MAX));
}

/** Measures the cases of one metric. */
async function measureMetric(
  cases: readonly Case[],
  settings: MeasureSettings,
): Promise<Measured[]> {
  const entries: { it: Case; times: number; samplesNs: number[] }[] = [];
  for (const it of cases) entries.push({ it, times: await warmUp(it, settings), samplesNs: [] });
  for (let round = 0; round < settings.rounds; round++) {
    const first = round % entries.length;
    const bench = new Bench({
      iterations: settings.samples,
      time: 0,
      warmup: false,
      throws: true,
    });
    const order = [...entries.slice(first), ...entries.slice(0, first)];
    order.forEach(({ it, times }, index) => {
      const isAsync = it.isAsync === true;
      const task = isAsync
        ? async () => void (lastResult = await it.run(times))
        : () => void (lastResult = it.run(times));
      bench.add(`${index}`, task, { async: isAsync });
    });
    await bench.run();
    order.forEach(({ it, times, samplesNs }, index) => {
      const result = bench.getTask(`${index}`)?.result;
      if (result?.state !== "completed") throw new Error(`${it.name} was not measured`);
      samplesNs.push(result.latency.p50 * 1e6 / times / (it.eventsEach ?? 1));
    });
  }
  return entries.map(({ it: { name, metric, note }, samplesNs }) => ({
    contender: name,
    metric,
    samplesNs,
    ...(note === undefined ? {} : { note }),
  }));
}

/** Measures metric by metric. */
export async function measure(
  cases: readonly Case[],
  settings: MeasureSettings,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const group of Map.groupBy(cases, ({ metric }) => metric).values()) {
    measured.push(...await measureMetric(group, settings));
  }
  return measured;
}
