/** What a contender is to the reader: the yardstick, one of ours, or another. */

import type { Comparison } from "../comparison.ts";

export type Kind = "yardstick" | "ours" | "other";

/** What the names of ours begin with, in the I/O lab, and how they end in the FFI lab. */
const OURS =
  /^(ours|pump|fallback|streams|machine|channel|channel-unbounded|byte-ring|pin)-|: ring/;

export function kindOf({ isYardstick, row }: Comparison): Kind {
  if (isYardstick) return "yardstick";
  return OURS.test(row.contender) ? "ours" : "other";
}
