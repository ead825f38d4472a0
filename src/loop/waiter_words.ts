/**
 * What a pump and its waiter share: `Int32Array` indices.
 *
 * The pump sets `GO`; the waiter clears it, waits for the loop's descriptor, sets `READY`. The pump
 * clears `READY` and, when it has nothing to do again, sets `GO` again. Both words go from 0 to 1
 * in one thread and back in the other, so neither can miss the other's step.
 */
export const waiterWords = { go: 0, ready: 1, stop: 2, length: 3 } as const;

/** What a waiter is started with. */
export interface WaiterData {
  readonly words: SharedArrayBuffer;
  /** `uv_backend_fd` of the loop. */
  readonly fd: number;
}
