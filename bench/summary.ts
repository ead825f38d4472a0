/** From raw samples to one line for each contestant. */

import { YARDSTICK } from "./contestant.ts";
import { type Spread, spreadOf } from "./spread.ts";
import type { Window } from "./window.ts";

export interface Sample extends Window {
  readonly contestant: string;
  readonly round: number;
}

/** An item is a message, or a connection where each carries one message. */
export interface Summary {
  readonly contestant: string;
  readonly itemsPerSecond: Spread;
  readonly userNsPerItem: Spread;
  readonly totalNsPerItem: Spread;
  /** Against the yardstick's window in the same round; undefined where that has nothing. */
  readonly userRatio: Spread | undefined;
  readonly totalRatio: Spread | undefined;
  /** User time of all rounds by items of all rounds, × the yardstick's: the steadier one. */
  readonly userRatioPooled: number | undefined;
  readonly p50Us: Spread;
  readonly p99Us: Spread;
  /** The part of their CPUs that server and load program took. */
  readonly serverCpuShare: Spread;
  readonly loadCpuShare: Spread;
}

type Measure = (sample: Sample) => number;

const userNsPerItem: Measure = ({ cpu, load }) => cpu.userNs / load.messages;
const totalNsPerItem: Measure = ({ cpu, load }) => cpu.totalNs / load.messages;

/**
 * Ratios are made within a round, so that what disturbs the machine for longer hits both sides. In
 * a window that is too short the yardstick may be measured as 0; such a round has no ratio.
 */
function ratioOf(
  measure: Measure,
  own: readonly Sample[],
  all: readonly Sample[],
): Spread | undefined {
  const ratios: number[] = [];
  for (const sample of own) {
    const yardstick = all.find(({ contestant, round }) =>
      contestant === YARDSTICK && round === sample.round
    );
    const base = yardstick === undefined ? 0 : measure(yardstick);
    if (base > 0) ratios.push(measure(sample) / base);
  }
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}

/**
 * User time is counted by ticks, and a round has few of them: their sum over all rounds is subject
 * to less chance than the median of the rounds' ratios.
 */
function pooledUserRatio(
  own: readonly Sample[],
  yardstick: readonly Sample[],
): number | undefined {
  const base = pooledUserNsPerItem(yardstick);
  return base > 0 ? pooledUserNsPerItem(own) / base : undefined;
}

function pooledUserNsPerItem(samples: readonly Sample[]): number {
  const sum = (pick: Measure) => samples.reduce((total, sample) => total + pick(sample), 0);
  return sum(({ cpu }) => cpu.userNs) / sum(({ load }) => load.messages);
}

export function summarise(contestant: string, all: readonly Sample[]): Summary {
  const own = all.filter((sample) => sample.contestant === contestant);
  const yardstick = all.filter((sample) => sample.contestant === YARDSTICK);
  const spread = (measure: Measure) => spreadOf(own.map(measure));
  return {
    contestant,
    itemsPerSecond: spread(({ load }) => load.messages / load.seconds),
    userNsPerItem: spread(userNsPerItem),
    totalNsPerItem: spread(totalNsPerItem),
    userRatio: ratioOf(userNsPerItem, own, all),
    totalRatio: ratioOf(totalNsPerItem, own, all),
    userRatioPooled: pooledUserRatio(own, yardstick),
    p50Us: spread(({ load }) => load.p50Us),
    p99Us: spread(({ load }) => load.p99Us),
    serverCpuShare: spread(({ cpu, load }) => cpu.totalNs / 1e9 / load.seconds),
    loadCpuShare: spread(({ load }) => load.cpuShare),
  };
}
