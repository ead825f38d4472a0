import { setInterval } from "node:timers";

/** The longest interval that timers take: its only use is to be there. */
const FOREVER_MS = 2 ** 31 - 1;

let timer: ReturnType<typeof setInterval> | undefined;
let holders = 0;

/**
 * Keeps this thread alive while somebody in it waits for another thread: Bun ends a thread whose
 * only hope is `Atomics.waitAsync`.
 */
export const lifeline = {
  hold(): void {
    if (holders++ > 0) return;
    timer ??= setInterval(() => {}, FOREVER_MS);
    timer.ref();
  },

  release(): void {
    if (--holders === 0) timer?.unref();
  },
};
