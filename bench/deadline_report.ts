/** What `deadline_pairs.ts` tells `deadlines.ts`. */

/** The cases, with whether the limit is asked of them; the others are there to be known. */
export const cases = {
  "at once, later than all": true,
  "at once, in no order": true,
  "at once, earlier than all": false,
  "all set, all cleared": false,
  "all set, all cleared, in no order": false,
  "wake-ups: ok().deadline(), ok()": false,
  "wake-ups: ok(), ok()": false,
} as const;

export type CaseName = keyof typeof cases;

/** One round of one case. */
export interface DeadlineCase {
  readonly name: CaseName;
  /** Deadlines that are pending meanwhile. */
  readonly pending: number;
  /** Deadlines set and cleared. */
  readonly pairs: number;
  readonly nsPerPair: number;
  /** Calls of libuv in that time, by the loop's own count; its turns are among them. */
  readonly ffiCalls: number;
  readonly turns: number;
}
