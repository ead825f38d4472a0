import { PlainValues } from "./plain_values.ts";

/**
 * Messages from one thread to another, as far as they are small and plain; the others go through a
 * message port. Both sides count all messages, and both ways keep their order, so the receiver can
 * tell from the number of a message where it is: in its slot, if that bears the number, or else in
 * the port.
 *
 * A slot is used again when the message in it was taken: until then those whose slot it would be go
 * through the port. The sender counts a message after it has written it, and the receiver counts it
 * taken after it has read it: that is what tells the other that the slot is complete, or free.
 */

const SLOTS = 64;
const CELLS = 32;
const CELL_BYTES = 8;
const CELL_WORDS = 2;
/** The first cell of a slot is the number of its message. */
const FIRST = 1;

/** A way to write messages into shared memory, or to read them. */
export class MessageSlots {
  /** How much memory it takes. */
  static readonly byteLength: number = SLOTS * CELLS * CELL_BYTES;
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #values: PlainValues;

  /** @param buffer of 0, at first */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#values = new PlainValues(buffer);
  }

  /**
   * Writes a message, if it is small and plain and its slot is free.
   *
   * @param number of the message, from 0
   * @param taken how many the receiver has taken
   */
  write(number: number, taken: number, message: readonly unknown[]): boolean {
    if (((number - taken) | 0) >= SLOTS) return false;
    const at = (number & (SLOTS - 1)) * CELLS;
    const isWritten = this.#values.write(message, at + FIRST, at + CELLS);
    // Numbers are told apart from the 0 of an unused slot, and of one that was half written.
    this.#words[at * CELL_WORDS] = isWritten ? mark(number) : 0;
    return isWritten;
  }

  /** Reads a message; undefined if it went through the port. */
  read(number: number): unknown[] | undefined {
    const at = (number & (SLOTS - 1)) * CELLS;
    if (this.#words[at * CELL_WORDS] !== mark(number)) return undefined;
    return this.#values.read(at + FIRST);
  }
}

/** Two messages of one slot have different marks unless 2^31 were sent between them. */
function mark(number: number): number {
  return (number << 1) | 1;
}
