import { StateError } from "../error/state_error.ts";
import { boolean, integer, string } from "../handle/argument.ts";
import { ChainCursor } from "./chain_cursor.ts";
import { gather } from "./chain_numbers.ts";
import { hasAt, indexOfByte, indexOfSequence } from "./chain_search.ts";
import { decode } from "./chain_text.ts";
import { copyBytes } from "./copy_bytes.ts";
import type { Memory } from "./memory.ts";
import { Segments } from "./segments.ts";

/** How text is decoded. */
export interface TextOptions {
  /** Whether bytes that are no text are refused, instead of read as U+FFFD. */
  readonly fatal?: boolean;
}

/**
 * Bytes that lie in several pieces of memory, read without consuming them: the half of a chain that
 * changes nothing. Offsets count from the first byte.
 *
 * Every method throws `TypeError` for an argument of another type, `RangeError` for a range that is
 * not within the bytes, and `ClosedError` when it comes upon memory that somebody let go of once
 * too often.
 */
export class ByteSequence {
  protected readonly _segments: Segments = new Segments();

  /** Bytes in all. */
  get length(): number {
    return this._segments.length;
  }

  /** Whether there is no byte. */
  get isEmpty(): boolean {
    return this._segments.length === 0;
  }

  /** In how many pieces of memory they lie. */
  get segments(): number {
    return this._segments.count;
  }

  /**
   * Calls `visit` with each piece of memory and the range of it that belongs to this. It makes no
   * object.
   *
   * @throws {StateError} when `visit` consumed some of it, and there is more to visit
   */
  forEachSegment(visit: (memory: Memory, start: number, end: number) => void): void {
    if (typeof visit !== "function") throw new TypeError("forEachSegment() takes a function");
    const segments = this._segments;
    const { consumed, afterLast } = segments;
    for (let number = segments.first; number < afterLast; number++) {
      if (segments.consumed !== consumed) refuseToGoOn();
      const segment = segments.at(number);
      segment.check("visit it");
      visit(segment.memory as Memory, segment.start, segment.end);
    }
  }

  /**
   * Views of the pieces, each valid as long as its memory is held.
   *
   * @throws {StateError} when some of it was consumed since the iteration began
   */
  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    const segments = this._segments;
    const { consumed, afterLast } = segments;
    for (let number = segments.first; number < afterLast; number++) {
      if (segments.consumed !== consumed) refuseToGoOn();
      const segment = segments.at(number);
      segment.check("read it");
      yield segment.bytes.subarray(segment.start, segment.end);
    }
  }

  /** The byte at an offset. */
  byteAt(offset: number): number {
    const segments = this._segments;
    integer(offset, "offset", 0, segments.length - 1);
    const segment = segments.at(segments.find(offset));
    segment.check("read it");
    return segment.bytes[segments.base + offset - segment.origin] as number;
  }

  /** The byte at an offset, unsigned: `byteAt` by the name of its family. */
  peekUint8(offset: number): number {
    return this.byteAt(offset);
  }

  /** The byte at an offset, signed. */
  peekInt8(offset: number): number {
    return this.byteAt(offset) << 24 >> 24;
  }

  /** Two bytes from an offset on, unsigned; the most significant first, unless `littleEndian`. */
  peekUint16(offset: number, littleEndian = false): number {
    return this._gather(offset, 2).getUint16(0, littleEndian);
  }

  /** Two bytes, signed; see `peekUint16`. */
  peekInt16(offset: number, littleEndian = false): number {
    return this._gather(offset, 2).getInt16(0, littleEndian);
  }

  /** Four bytes, unsigned; see `peekUint16`. */
  peekUint32(offset: number, littleEndian = false): number {
    return this._gather(offset, 4).getUint32(0, littleEndian);
  }

  /** Four bytes, signed; see `peekUint16`. */
  peekInt32(offset: number, littleEndian = false): number {
    return this._gather(offset, 4).getInt32(0, littleEndian);
  }

  /** Eight bytes, unsigned; see `peekUint16`. */
  peekBigUint64(offset: number, littleEndian = false): bigint {
    return this._gather(offset, 8).getBigUint64(0, littleEndian);
  }

  /** Eight bytes, signed; see `peekUint16`. */
  peekBigInt64(offset: number, littleEndian = false): bigint {
    return this._gather(offset, 8).getBigInt64(0, littleEndian);
  }

  /** Four bytes as an IEEE 754 number; see `peekUint16`. */
  peekFloat32(offset: number, littleEndian = false): number {
    return this._gather(offset, 4).getFloat32(0, littleEndian);
  }

  /** Eight bytes as an IEEE 754 number; see `peekUint16`. */
  peekFloat64(offset: number, littleEndian = false): number {
    return this._gather(offset, 8).getFloat64(0, littleEndian);
  }

  /**
   * Searches a byte, or a sequence that lies in `from..to` as a whole.
   *
   * @param needle an empty sequence is found at `from`
   * @returns its offset, or -1
   */
  indexOf(needle: number | Uint8Array, from = 0, to: number = this.length): number {
    this._checkRange(from, to);
    if (needle instanceof Uint8Array) return indexOfSequence(this._segments, needle, from, to);
    return indexOfByte(this._segments, integer(needle, "needle", 0, 255), from, to);
  }

  /** Whether the first bytes are these. */
  startsWith(bytes: Uint8Array): boolean {
    if (!(bytes instanceof Uint8Array)) throw new TypeError("startsWith() takes a Uint8Array");
    return bytes.length <= this.length && hasAt(this._segments, bytes, 0);
  }

  /**
   * Copies bytes into `target`, as many as fit.
   *
   * @returns how many
   */
  copyTo(target: Uint8Array, start = 0, end: number = this.length): number {
    if (!(target instanceof Uint8Array)) throw new TypeError("copyTo() takes a Uint8Array");
    this._checkRange(start, end);
    const byteLength = Math.min(end - start, target.length);
    this._copyOut(target, start, byteLength);
    return byteLength;
  }

  /** A fresh copy of bytes, which is the caller's. */
  bytes(start = 0, end: number = this.length): Uint8Array<ArrayBuffer> {
    this._checkRange(start, end);
    const copy = new Uint8Array(end - start);
    this._copyOut(copy, start, copy.length);
    return copy;
  }

  /**
   * Bytes in one piece: a view where they lie in one piece of memory, which is valid as long as
   * they are in the chain; otherwise a copy.
   */
  contiguous(start = 0, end: number = this.length): Uint8Array {
    this._checkRange(start, end);
    if (start === end) return new Uint8Array(0);
    const segments = this._segments;
    const segment = segments.at(segments.find(start));
    const shift = segments.base - segment.origin;
    if (end + shift > segment.end) return this.bytes(start, end);
    segment.check("read it");
    return segment.bytes.subarray(start + shift, end + shift);
  }

  /**
   * Decodes text. A byte order mark at `start` is left out, as `TextDecoder` does.
   *
   * @param label of the encoding, as `TextDecoder` knows them
   * @throws {RangeError} for an encoding that the runtime does not know
   * @throws {TypeError} for bytes that are no text, if `fatal`
   */
  text(start = 0, end: number = this.length, label = "utf-8", options: TextOptions = {}): string {
    const { fatal = false } = options;
    return decode(this.contiguous(start, end), string(label, "label"), boolean(fatal, "fatal"));
  }

  /** A place in the bytes that moves, until some of them are consumed. @param at its offset */
  cursor(at = 0): ChainCursor {
    return new ChainCursor(this._segments, integer(at, "at", 0, this.length));
  }

  /** Checks a range of the bytes. */
  protected _checkRange(start: number, end: number): void {
    integer(end, "end", 0, this._segments.length);
    integer(start, "start", 0, end);
  }

  private _gather(offset: number, byteLength: number): DataView {
    // A chain that is too short has no offset to name.
    const offsetMax = this._segments.length - byteLength;
    return gather(this._segments, integer(offset, "offset", 0, offsetMax), byteLength);
  }

  private _copyOut(target: Uint8Array, start: number, byteLength: number): void {
    if (byteLength === 0) return;
    const segments = this._segments;
    let at = 0;
    for (let number = segments.find(start); at < byteLength; number++) {
      const segment = segments.at(number);
      segment.check("copy it");
      const from = segments.base + start + at - segment.origin;
      const to = Math.min(segment.end, from + byteLength - at);
      copyBytes(target, at, segment.bytes, from, to);
      at += to - from;
    }
  }
}

function refuseToGoOn(): never {
  throw new StateError("go on", "the chain was consumed since");
}
