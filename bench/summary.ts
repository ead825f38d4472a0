/** From raw samples to one line for each contestant. */

import { YARDSTICK } from "./contestant.ts";
import { pairedRatio } from "./paired_ratio.ts";
import type { Turn } from "./rounds.ts";
import { type Spread, spreadOf } from "./spread.ts";
import type { Window } from "./window.ts";

export type Sample = Turn & Window;

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
  /** The part of the time in which the server could have run, but others had its CPU. */
  readonly waitingShare: Spread;
}

type Measure = (sample: Sample) => number;

const userNsPerItem: Measure = ({ cpu, load }) => cpu.userNs / load.messages;
const totalNsPerItem: Measure = ({ cpu, load }) => cpu.totalNs / load.messages;

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
    userRatio: pairedRatio(userNsPerItem, own, yardstick),
    totalRatio: pairedRatio(totalNsPerItem, own, yardstick),
    userRatioPooled: pooledUserRatio(own, yardstick),
    p50Us: spread(({ load }) => load.p50Us),
    p99Us: spread(({ load }) => load.p99Us),
    serverCpuShare: spread(({ cpu, load }) => cpu.totalNs / 1e9 / load.seconds),
    loadCpuShare: spread(({ load }) => load.cpuShare),
    waitingShare: spread(({ cpu, load }) => cpu.waitingNs / 1e9 / load.seconds),
  };
}
