/** Measurements as the text of a table's cells. */

import { YARDSTICK } from "./contestant.ts";
import type { Spread } from "./spread.ts";

/** The median, and the range behind it. */
export function cell(spread: Spread, digits = 0): string {
  const [median, min, max] = [spread.median, spread.min, spread.max].map((n) => n.toFixed(digits));
  return `${median} (${min}–${max})`;
}

/** A ratio whose spread lies on both sides of 1 says nothing about who is faster: `~`. */
export function ratioCell(contestant: string, ratio: Spread | undefined): string {
  if (ratio === undefined) return "–";
  if (contestant === YARDSTICK) return "1";
  return (ratio.min <= 1 && ratio.max >= 1 ? "~" : "") + cell(ratio, 2);
}
