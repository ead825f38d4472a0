import { COUNT_MAX, SharedState } from "./shared_state.ts";

const STATE = 0;
const CLOSED = 1 << 30;

/** Tells a latch's memory from others. */
export const LATCH_KIND = 0x6c61;

/** The words of one latch: what is left to count stands in the state word, and 0 is closed. */
export class LatchState extends SharedState {
  /** @param source what is to be counted, or the buffer of another thread's */
  constructor(source: number | SharedArrayBuffer) {
    super(typeof source === "number" ? 0 : source, LATCH_KIND);
    if (typeof source === "number") this.words[STATE] = source === 0 ? CLOSED : source;
  }

  /** What is left to count. */
  get remaining(): number {
    return Atomics.load(this.words, STATE) & COUNT_MAX;
  }

  /** Counts down; the step to 0 is the one that opens the latch. Returns what is left. */
  countDown(by: number): number {
    for (;;) {
      const present = Atomics.load(this.words, STATE);
      const left = Math.max((present & COUNT_MAX) - by, 0);
      if ((present & CLOSED) !== 0) return present & COUNT_MAX;
      const next = left === 0 ? present - (present & COUNT_MAX) + CLOSED : left;
      if (Atomics.compareExchange(this.words, STATE, present, next) !== present) continue;
      if (left === 0) this.ringAll();
      return left;
    }
  }
}
