/**
 * What a pump and its waiter share: `Int32Array` indices.
 *
 * The pump sets `GO`; the waiter clears it, waits for the loop's descriptor or for a moment, and
 * sets `READY`. The pump clears `READY` and, when it has nothing to do again, sets `GO` again. Both
 * words are set in one thread and cleared in the other, so neither can miss the other's step.
 *
 * `LIFE` says whether the waiter's thread has come up. It changes once from `starting`: the thread
 * makes it `up`, or the pump, which is over before that, makes it `unwanted`. The thread makes `up`
 * `ended`, and has done with the descriptor then.
 */
export const waiterWords = { go: 0, ready: 1, stop: 2, life: 3, length: 4 } as const;

/** What `GO` can be: the waiter is to wait for the descriptor, or only for `NAP_MS`. */
export const order = { none: 0, poll: 1, nap: 2 } as const;

/** Long enough that the pump's thread sleeps by then: if it is awake still, it does not sleep. */
export const NAP_MS = 0.05;

/** What `LIFE` can be. */
export const life = { starting: 0, up: 1, unwanted: 2, ended: 3 } as const;

/** Tells a waiter to end. False if it has not come up: then it never will. */
export function endWaiter(words: Int32Array): boolean {
  const { starting, unwanted } = life;
  if (Atomics.compareExchange(words, waiterWords.life, starting, unwanted) === starting) {
    return false;
  }
  Atomics.store(words, waiterWords.stop, 1);
  Atomics.store(words, waiterWords.go, order.nap);
  Atomics.notify(words, waiterWords.go);
  return true;
}

/** What a waiter is started with. */
export interface WaiterData {
  readonly words: SharedArrayBuffer;
  /** `uv_backend_fd` of the loop. */
  readonly fd: number;
}
