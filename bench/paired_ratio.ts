import type { Turn } from "./rounds.ts";
import { type Spread, spreadOf } from "./spread.ts";

/**
 * How much more than the yardstick, round by round: what disturbs the machine for longer hits both
 * sides of a ratio. In a window that is too short the yardstick may be measured as 0; such a round
 * has no ratio.
 */
export function pairedRatio<T extends Turn>(
  measure: (sample: T) => number,
  own: readonly T[],
  yardstick: readonly T[],
): Spread | undefined {
  const ratios: number[] = [];
  for (const sample of own) {
    const pair = yardstick.find(({ round }) => round === sample.round);
    const base = pair === undefined ? 0 : measure(pair);
    if (base > 0) ratios.push(measure(sample) / base);
  }
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}
