import type { Chain } from "../memory/chain.ts";
import type { Awaited, IntentRecord } from "./intent.ts";

/** What was expected is not there yet. */
export const NOT_YET = -1;
/** What was expected did not come within its limit. */
export const LIMIT_REACHED = -2;

const encoder = new TextEncoder();

/**
 * What a connection waits for in its input, and how far it has looked for it: input that comes in
 * single bytes is searched once, not again from its start with each of them.
 */
export class Expectation {
  /** Which input is waited for. */
  awaited: Awaited = "nothing";
  #byteLength = 0;
  #bytesMax = Infinity;
  #offset = 0;
  #delimiter: Uint8Array = new Uint8Array();
  /** The text that the delimiter was encoded from: protocols expect the same one many times. */
  #delimiterText = "";
  /** Where the next search starts. */
  #searchStart = 0;
  /** The input's length when it was offered and nothing was taken; it must change. */
  #refusedLength = -1;
  /** Bytes that had been consumed when positions were last good. */
  #consumed = 0;
  #changes = 0;

  /** Takes over an intent. */
  set({ awaited, byteLength, bytesMax, offset, delimiter }: IntentRecord): void {
    const isSame = this.#isSame(awaited, byteLength, offset, delimiter);
    this.awaited = awaited;
    this.#bytesMax = bytesMax;
    if (isSame) return;
    this.#changes++;
    this.#byteLength = byteLength;
    this.#offset = offset;
    if (awaited === "delimiter") this.#setDelimiter(delimiter);
    this.#searchStart = offset;
    this.#refusedLength = -1;
  }

  /** How often something else was expected than before. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * What matched was offered, and none of it was taken: it is offered again when more has come,
   * unless something else is expected by now.
   */
  refuse(input: Chain, changes: number): void {
    if (changes === this.#changes) this.#refusedLength = input.length;
  }

  /**
   * Looks for what is expected.
   *
   * @param hasEnded whether no more input will come
   * @returns where it ends, or `NOT_YET`, or `LIMIT_REACHED`
   */
  match(input: Chain, hasEnded: boolean): number {
    const { length, consumed } = input;
    if (consumed !== this.#consumed) this.#restart(consumed);
    if (length === this.#refusedLength) return NOT_YET;
    switch (this.awaited) {
      case "nothing":
        return NOT_YET;
      case "any":
        return length > 0 ? length : NOT_YET;
      case "bytes":
        return length >= this.#byteLength ? this.#byteLength : NOT_YET;
      case "end":
        if (length > this.#bytesMax) return LIMIT_REACHED;
        return hasEnded ? length : NOT_YET;
      case "delimiter":
        return this.#search(input);
    }
  }

  /** The limit says where a delimiter may begin, so the answer is the same for any cut of input. */
  #search(input: Chain): number {
    const { length } = input;
    const delimiterLength = this.#delimiter.length;
    const searchEnd = Math.min(length, this.#bytesMax + delimiterLength);
    if (this.#searchStart < searchEnd) {
      const at = input.indexOf(this.#delimiter, this.#searchStart, searchEnd);
      if (at >= 0) return at;
      this.#searchStart = Math.max(this.#offset, searchEnd - delimiterLength + 1);
    }
    return length >= this.#bytesMax + delimiterLength ? LIMIT_REACHED : NOT_YET;
  }

  /** Input was consumed, so positions have moved. */
  #restart(consumed: number): void {
    this.#consumed = consumed;
    this.#searchStart = this.#offset;
    this.#refusedLength = -1;
  }

  #setDelimiter(delimiter: Uint8Array | string): void {
    if (typeof delimiter !== "string") {
      this.#delimiter = delimiter.slice();
      this.#delimiterText = "";
    } else if (delimiter !== this.#delimiterText) {
      this.#delimiter = encoder.encode(delimiter);
      this.#delimiterText = delimiter;
    }
  }

  #isSame(
    awaited: Awaited,
    byteLength: number,
    offset: number,
    delimiter: Uint8Array | string,
  ): boolean {
    if (awaited !== this.awaited) return false;
    if (awaited === "bytes") return byteLength === this.#byteLength;
    if (awaited !== "delimiter") return true;
    return offset === this.#offset && this.#isSameDelimiter(delimiter);
  }

  #isSameDelimiter(delimiter: Uint8Array | string): boolean {
    if (typeof delimiter === "string") return delimiter === this.#delimiterText;
    const { length } = delimiter;
    if (length !== this.#delimiter.length) return false;
    for (let i = 0; i < length; i++) if (delimiter[i] !== this.#delimiter[i]) return false;
    return true;
  }
}
