/** Medians, and what is around them. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** With so many values, one that stands out says nothing any more: the middle half counts. */
const MANY = 8;

/**
 * The median, and the range of all values; of the middle half of them where there are eight or
 * more.
 *
 * @param values at least one
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const last = sorted.length - 1;
  const median = (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2;
  const outside = sorted.length >= MANY ? Math.floor(last / 4) : 0;
  return { median, min: at(outside), max: at(last - outside) };
}
