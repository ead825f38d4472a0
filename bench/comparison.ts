/** What may be said of a row, and of it beside its yardstick. */

import type { Row } from "./result.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** A ratio to the yardstick, and whether it says anything. */
export interface Ratio extends Spread {
  /**
   * `apart`: the spread is smaller than the distance from 1. `not told apart`: it is not.
   * `one round`: there is no spread, so nobody knows.
   */
  readonly verdict: "apart" | "not told apart" | "one round";
}

/** A row in numbers. */
export interface Comparison {
  readonly row: Row;
  readonly spread: Spread;
  readonly isYardstick: boolean;
  /** Undefined for the yardstick itself, and where there is none. */
  readonly ratio: Ratio | undefined;
}

/** Pairs what belongs to one round: what disturbs the machine for longer hits both sides. */
function pairedRatios(own: readonly number[], base: readonly number[]): Spread {
  return spreadOf(own.map((value, round) => value / (base[round] as number)));
}

function unpairedRatios(own: Spread, base: Spread): Spread {
  return { median: own.median / base.median, min: own.min / base.max, max: own.max / base.min };
}

function ratioOf(row: Row, yardstick: Row): Ratio | undefined {
  const base = spreadOf(yardstick.samples);
  if (!(base.min > 0)) return undefined;
  const ratio = row.samples.length === yardstick.samples.length
    ? pairedRatios(row.samples, yardstick.samples)
    : unpairedRatios(spreadOf(row.samples), base);
  if (Math.min(row.samples.length, yardstick.samples.length) < 2) {
    return { ...ratio, verdict: "one round" };
  }
  const isApart = ratio.max - ratio.min < Math.abs(ratio.median - 1);
  return { ...ratio, verdict: isApart ? "apart" : "not told apart" };
}

/**
 * Compares the rows of one experiment, metric by metric.
 *
 * @param yardstick of rows that name none
 */
export function compareRows(
  rows: readonly Row[],
  yardstick: string | undefined,
): readonly Comparison[] {
  return rows.filter(({ samples }) => samples.length > 0).map((row) => {
    const wanted = row.yardstick ?? yardstick;
    const base = rows.find(({ contender, metric }) =>
      contender === wanted && metric === row.metric
    );
    const isYardstick = base === row;
    const ratio = base === undefined || isYardstick ? undefined : ratioOf(row, base);
    return { row, spread: spreadOf(row.samples), isYardstick, ratio };
  });
}
