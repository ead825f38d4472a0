/**
 * Wake-ups of machines, from any thread.
 *
 * Facts. Native code can wake a sleeping loop only by `uv_async_send`, and sends coalesce: they
 * carry nothing. Threads share no objects, but a SharedArrayBuffer. A machine may end, and its slot
 * be used again, at any moment.
 *
 * So the wake-ups are state, not messages: per slot the generation that is to be woken, and one
 * bit that says "look at this slot". Waking twice sets the same bit; no queue can be full.
 *
 * No wake-up is lost. A sender sets its bit, then sets `PINGED`; only the one that changed it from
 * 0 sends. The loop clears `PINGED`, then looks at the bits. If a sender found `PINGED` set, the
 * loop had not yet cleared it, so its look comes after the bit was set.
 *
 * No wrong machine is woken. The sender compares its generation with the slot's; the loop compares
 * again when it looks. A late sender of an older generation never overwrites a newer one; and as
 * looking takes the generation away, a bit that comes late finds none.
 *
 * A look leaves nothing behind: every word that it reads it sets to 0 in the same step. So the loop
 * sleeps when all was said, and a wake-up makes one event, however often it was sent before.
 *
 * Nothing is touched after close. A sender counts itself in before it looks at the state, and out
 * when it has sent. Closing sets the state first, then waits until nobody is counted in, then
 * closes the async handle.
 *
 * Somebody who wakes what is kept already only looks. The loop takes a wanted generation away after
 * all else, so a sender that finds it there is followed by a look that wakes the machine, if both
 * bits and `PINGED` are still there, too: they are what leads the loop to it.
 *
 * A loop that is pumped does not sleep in libuv, but waits in its runtime for `PINGED` to change.
 * Whoever changed it notifies that wait then, instead of sending. The loop changes its manner of
 * sleeping only while it is awake, and looks at `PINGED` before it sleeps in either.
 *
 * A message for a machine goes into a queue of its own first, then the machine is woken: so by what
 * was said above its handler runs after the message is there (`src/thread/channel_state.ts`).
 *
 * `test/proof/wakeups_test.ts` runs these methods, with two senders and a loop that
 * sleeps, looks, replaces machines and closes, in every order of their atomic steps, and shows that
 * something goes wrong without any one of the steps.
 */

/** The control block of a loop; `Int32Array` indices. */
const STATE = 0;
const SENDERS = 1;
const PINGED = 2;
const CAPACITY = 3;
/** The address of the async handle, as two halves. */
const ASYNC_LOW = 4;
const ASYNC_HIGH = 5;
/** 1 while the loop is pumped: it sleeps in its runtime then, on `PINGED`, not in libuv. */
const PUMPED = 6;
const SLOTS = 8;

const EARLY = 0;
const OPEN = 1;
const CLOSED = 2;

const WAIT_STEP_MS = 5;
const WAIT_STEPS = 200;

/** What a sender found. */
export type WakeOutcome =
  /** The loop will look; `mustSend`: and it may be asleep. */
  | "kept"
  | "send"
  /** Kept, for a loop that has not been instantiated. */
  | "early"
  | "closed";

/** The shared half of a loop's wake-ups: the same in the loop's thread and in every sender's. */
export class Wakeups {
  /** What another thread needs to make this object again. */
  readonly buffer: SharedArrayBuffer;
  private readonly _words: Int32Array<SharedArrayBuffer>;
  private readonly _capacity: number;
  private readonly _generations: number;
  private readonly _wanted: number;
  private readonly _bits: number;
  private readonly _summary: number;

  /** @param source how many slots there are, or the buffer of another thread's */
  constructor(source: number | SharedArrayBuffer) {
    const capacity = typeof source === "number" ? source : new Int32Array(source)[CAPACITY] ?? 0;
    const bitWords = Math.ceil(capacity / 32);
    this._capacity = capacity;
    this._generations = SLOTS;
    this._wanted = this._generations + capacity;
    this._bits = this._wanted + capacity;
    this._summary = this._bits + bitWords;
    const length = this._summary + Math.ceil(bitWords / 32);
    this.buffer = typeof source === "number" ? new SharedArrayBuffer(length * 4) : source;
    this._words = new Int32Array(this.buffer);
    this._words[CAPACITY] = capacity;
  }

  /** Whether memory has the shape that a loop's wake-ups give it. */
  static hasShape(buffer: SharedArrayBuffer): boolean {
    if (buffer.byteLength < SLOTS * 4 || buffer.byteLength % 4 !== 0) return false;
    const wakeups = new Wakeups(buffer);
    const summary = Math.ceil((wakeups._summary - wakeups._bits) / 32);
    return wakeups._capacity > 0 && (wakeups._summary + summary) * 4 === buffer.byteLength;
  }

  /** The address of the loop's async handle; only good between `enter` and `leave`. */
  get asyncAddress(): number {
    const low = (this._words[ASYNC_LOW] as number) >>> 0;
    return (this._words[ASYNC_HIGH] as number) * 2 ** 32 + low;
  }

  set asyncAddress(address: number) {
    this._words[ASYNC_LOW] = address | 0;
    this._words[ASYNC_HIGH] = Math.floor(address / 2 ** 32);
  }

  /** The loop was instantiated: notifiers answer `ok`. */
  open(): void {
    Atomics.store(this._words, STATE, OPEN);
  }

  /** Says which machine lives in a slot; 0 for none. */
  setGeneration(slot: number, generation: number): void {
    Atomics.store(this._words, this._generations + slot, generation);
  }

  /**
   * Whether a machine is sure to be woken after this, since somebody else has woken it: only looks,
   * which cost less than changes. Nobody has to be counted in for that.
   */
  isKept(slot: number, generation: number): boolean {
    const words = this._words;
    if (slot >= this._capacity) return false;
    if (Atomics.load(words, this._wanted + slot) !== generation) return false;
    const bit = Atomics.load(words, this._bits + (slot >>> 5)) & (1 << (slot & 31));
    const group = Atomics.load(words, this._summary + (slot >>> 10)) & (1 << ((slot >>> 5) & 31));
    if (bit === 0 || group === 0 || Atomics.load(words, PINGED) === 0) return false;
    return Atomics.load(words, STATE) === OPEN &&
      Atomics.load(words, this._generations + slot) === generation;
  }

  /** Counts a sender in. Between this and `leave` the async handle stays. */
  enter(): void {
    Atomics.add(this._words, SENDERS, 1);
  }

  /** Counts a sender out; who closes may wait for that. */
  leave(): void {
    Atomics.sub(this._words, SENDERS, 1);
    if (Atomics.load(this._words, STATE) === CLOSED) Atomics.notify(this._words, SENDERS);
  }

  /** Keeps a wake-up. Between `enter` and `leave`. */
  wake(slot: number, generation: number): WakeOutcome {
    const words = this._words;
    const state = Atomics.load(words, STATE);
    if (state === CLOSED || slot >= this._capacity) return "closed";
    if (Atomics.load(words, this._generations + slot) !== generation) return "closed";
    this._want(this._wanted + slot, generation);
    Atomics.or(words, this._bits + (slot >>> 5), 1 << (slot & 31));
    Atomics.or(words, this._summary + (slot >>> 10), 1 << ((slot >>> 5) & 31));
    const pinged = Atomics.exchange(words, PINGED, 1);
    if (state === EARLY) return "early";
    return pinged === 0 ? "send" : "kept";
  }

  /**
   * Ends the waits of `rung`: for a sender whose `wake` has answered `send`.
   *
   * @returns false if it is not pumped: then it may be asleep in libuv
   */
  rouse(): boolean {
    if (Atomics.load(this._words, PUMPED) === 0) return false;
    Atomics.notify(this._words, PINGED);
    return true;
  }

  /** Says where the loop sleeps from now on: in its runtime, or in libuv. */
  setPumped(value: boolean): void {
    Atomics.store(this._words, PUMPED, value ? 1 : 0);
  }

  /** Resolves when there is something to look at; undefined if there is already. */
  rung(): Promise<unknown> | undefined {
    const { async, value } = Atomics.waitAsync(this._words, PINGED, 0);
    return async ? value : undefined;
  }

  /** Whether there is something to look at. */
  get pending(): boolean {
    return Atomics.load(this._words, PINGED) !== 0;
  }

  /** Makes the loop look again, in its next turn. */
  ping(): void {
    Atomics.store(this._words, PINGED, 1);
  }

  /**
   * Takes the wake-ups that are there now; those that come meanwhile wait for the next turn.
   *
   * @param found called with each slot and the generation to wake
   */
  take(found: (slot: number, generation: number) => void): void {
    const words = this._words;
    Atomics.store(words, PINGED, 0);
    for (let at = this._summary; at < words.length; at++) {
      let summary = Atomics.exchange(words, at, 0);
      while (summary !== 0) {
        const group = 31 - Math.clz32(summary & -summary);
        summary &= summary - 1;
        this._takeGroup((at - this._summary) * 32 + group, found);
      }
    }
  }

  /** Turns senders away, then waits for those that are inside. False if one never left. */
  close(): boolean {
    Atomics.store(this._words, STATE, CLOSED);
    for (let step = 0; step < WAIT_STEPS; step++) {
      const senders = Atomics.load(this._words, SENDERS);
      if (senders === 0) return true;
      Atomics.wait(this._words, SENDERS, senders, WAIT_STEP_MS);
    }
    return false;
  }

  private _takeGroup(group: number, found: (slot: number, generation: number) => void): void {
    let bits = Atomics.exchange(this._words, this._bits + group, 0);
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      const slot = group * 32 + bit;
      found(slot, Atomics.exchange(this._words, this._wanted + slot, 0));
    }
  }

  /** Raises the wanted generation; serial arithmetic, since generations come round. */
  private _want(at: number, generation: number): void {
    for (;;) {
      const present = Atomics.load(this._words, at);
      if (present !== 0 && ((generation - present) | 0) <= 0) return;
      if (Atomics.compareExchange(this._words, at, present, generation) === present) return;
    }
  }
}
