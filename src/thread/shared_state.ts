import { Bell } from "./bell.ts";
import { readErrorText, writeErrorText } from "./error_text.ts";

/** The words that all things shared between threads begin with; `Int32Array` indices. */
const STATE = 0;
const AHEAD = 1;
const BACK = 2;
const CONTROL = 3;
const CLAIM = 4;
const TEXT_LENGTH = 5;
const KIND = 6;

/** What a thing adds of its own: three groups of words, on cache lines of their own. */
export const ownWords = { first: 8, second: 16, third: 32 } as const;

const TEXT_AT = 192;
/** Where the words end, in bytes, and a thing's own bytes begin. */
export const HEADER_BYTES = 4096;

/** Bits of the state word; the rest of it belongs to the thing. */
const CLOSED = 1 << 30;
const FAILED = 1 << 29;
const HAS_TEXT = 1 << 28;
/** Who was in the middle of something may be gone: nobody waits for it. */
export const TORN: number = 1 << 27;
/** What the thing may count in its state word. */
export const COUNT_MAX: number = 2 ** 27 - 1;

/** Who an end is to the others. */
export type Role = "sender" | "receiver" | "keeper";

/**
 * The state of a thing shared between threads: whether it is closed, why, and two bells. Those who
 * take listen to `ahead`, those who give to `back`.
 *
 * Whether it is closed stands in one word with what it counts, so each change of the count knows
 * whether it came before or after the close, and after the close there are none but takings.
 */
export class SharedState {
  readonly buffer: SharedArrayBuffer;
  readonly ahead: Bell;
  readonly back: Bell;
  protected readonly words: Int32Array<SharedArrayBuffer>;
  /** Wakes the machines that are bound to ends of a role. */
  wake: (role: Role | "all") => void = () => {};

  /**
   * @param source how many bytes the thing has after the header, or the buffer of another thread's
   * @param kind tells the things apart
   */
  constructor(source: number | SharedArrayBuffer, kind: number) {
    const isNew = typeof source === "number";
    this.buffer = isNew ? new SharedArrayBuffer(HEADER_BYTES + source) : source;
    this.words = new Int32Array(this.buffer, 0, HEADER_BYTES / 4);
    this.ahead = new Bell(this.words, AHEAD);
    this.back = new Bell(this.words, BACK);
    if (isNew) this.words[KIND] = kind;
  }

  /** Whether memory belongs to a thing of this kind. */
  static isOf(buffer: unknown, kind: number): buffer is SharedArrayBuffer {
    return buffer instanceof SharedArrayBuffer && buffer.byteLength >= HEADER_BYTES &&
      new Int32Array(buffer, 0, ownWords.first)[KIND] === kind;
  }

  /** Changes when there is a message on a control port. */
  get controls(): number {
    return Atomics.load(this.words, CONTROL);
  }

  /** Says that there is a message on a control port. */
  addControl(): void {
    Atomics.add(this.words, CONTROL, 1);
  }

  /** Whether it was closed, by whichever end. */
  get isClosed(): boolean {
    return (Atomics.load(this.words, STATE) & CLOSED) !== 0;
  }

  /** The error that it was closed with. */
  get error(): Error | undefined {
    const state = Atomics.load(this.words, STATE);
    if ((state & FAILED) === 0) return undefined;
    if ((state & HAS_TEXT) === 0) return new Error("Two threads closed it with errors at once");
    const length = this.words[TEXT_LENGTH] as number;
    return readErrorText(new Uint8Array(this.buffer, TEXT_AT, length));
  }

  /**
   * Closes it, with an error or without. Only the first close counts; `TORN` can be added later.
   *
   * @returns whether this call has closed it
   */
  fail(error: Error | undefined, bits = 0): boolean {
    if (error === undefined) return this.close(bits);
    if (!(error instanceof Error)) throw new TypeError("close() takes an Error, or nothing");
    const mayWrite = Atomics.compareExchange(this.words, CLAIM, 0, 1) === 0;
    if (mayWrite) {
      const room = new Uint8Array(this.buffer, TEXT_AT, HEADER_BYTES - TEXT_AT);
      this.words[TEXT_LENGTH] = writeErrorText(error, room);
    }
    return this.close(bits | FAILED | (mayWrite ? HAS_TEXT : 0));
  }

  /** Sets the bit, then wakes all who wait: see `fail`. */
  close(bits: number): boolean {
    for (;;) {
      const present = Atomics.load(this.words, STATE);
      const isFirst = (present & CLOSED) === 0;
      const next = present | (isFirst ? bits | CLOSED : bits & TORN);
      if (next === present) return false;
      if (Atomics.compareExchange(this.words, STATE, present, next) !== present) continue;
      this.ringAll();
      return isFirst;
    }
  }

  /** Wakes all who wait: it has just been closed. */
  protected ringAll(): void {
    this.ahead.ring();
    this.back.ring();
    this.wake("all");
  }
}
