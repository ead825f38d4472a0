import { StateError } from "../error/state_error.ts";
import { integer } from "../handle/argument.ts";
import { indexOfByte } from "./chain_search.ts";
import { copyBytes } from "./copy_bytes.ts";
import type { Segment } from "./segment.ts";
import type { Segments } from "./segments.ts";

/**
 * A place in a chain that moves byte by byte (Kestrel's `MemoryPoolIterator`). What is appended to
 * the chain comes into its reach; once bytes are consumed it is refused.
 *
 * Every method throws `StateError` after that, and `ClosedError` when it comes upon memory that
 * somebody let go of once too often.
 */
export class ChainCursor {
  private readonly _segments: Segments;
  private readonly _consumed: number;
  private _number: number;
  private _segment: Segment | undefined;
  /** The index in the bytes of the segment. */
  private _index = 0;

  /** Made by `Chain.cursor`. @param offset checked there */
  constructor(segments: Segments, offset: number) {
    this._segments = segments;
    this._consumed = segments.consumed;
    this._number = segments.first;
    this._moveTo(offset);
  }

  /** The offset from the first byte of the chain. */
  get position(): number {
    this._checkValid();
    if (this._segment === undefined) return 0;
    return this._segment.origin + this._index - this._segments.base;
  }

  /** Whether there is no byte here. */
  get isEnd(): boolean {
    return this._here() === undefined;
  }

  /** The byte here, and moves behind it; -1 at the end. */
  take(): number {
    const segment = this._here();
    return segment === undefined ? -1 : segment.bytes[this._index++] as number;
  }

  /** The byte here; -1 at the end. */
  peek(): number {
    const segment = this._here();
    return segment === undefined ? -1 : segment.bytes[this._index] as number;
  }

  /** Moves on. @throws {RangeError} beyond the end; it stays where it was */
  skip(byteLength: number): void {
    const { position } = this;
    integer(byteLength, "byteLength", 0, this._segments.length - position);
    this._moveTo(position + byteLength);
  }

  /**
   * Moves to the next of up to three bytes, the one here among them; to the end if there is none.
   *
   * @returns which was found, or -1
   */
  seek(a: number, b?: number, c?: number): number {
    integer(a, "a", 0, 255);
    if (b === undefined && c === undefined) return this._seekOne(a);
    const second = b === undefined ? a : integer(b, "b", 0, 255);
    const third = c === undefined ? a : integer(c, "c", 0, 255);
    // Not three searches of one byte each: where one is rare they would read all, again and again.
    for (let segment = this._here(); segment !== undefined; segment = this._here()) {
      const { bytes, end } = segment;
      for (let i = this._index; i < end; i++) {
        const byte = bytes[i] as number;
        if (byte !== a && byte !== second && byte !== third) continue;
        this._index = i;
        return byte;
      }
      this._index = end;
    }
    return -1;
  }

  /** Bytes from here to another cursor of the chain; negative where that one is before this. */
  lengthTo(other: ChainCursor): number {
    if (!(other instanceof ChainCursor)) throw new TypeError("lengthTo() takes a ChainCursor");
    if (other._segments !== this._segments) throw new TypeError("The cursor is of another chain");
    return other.position - this.position;
  }

  /**
   * Copies bytes into `target`, as many as fit, and moves behind them.
   *
   * @returns how many
   */
  copyTo(target: Uint8Array): number {
    if (!(target instanceof Uint8Array)) throw new TypeError("copyTo() takes a Uint8Array");
    let at = 0;
    while (at < target.length) {
      const segment = this._here();
      if (segment === undefined) break;
      const to = Math.min(segment.end, this._index + target.length - at);
      copyBytes(target, at, segment.bytes, this._index, to);
      at += to - this._index;
      this._index = to;
    }
    return at;
  }

  /** Another cursor at the same place. */
  clone(): ChainCursor {
    return new ChainCursor(this._segments, this.position);
  }

  private _seekOne(byte: number): number {
    const { position } = this;
    const { length } = this._segments;
    const found = indexOfByte(this._segments, byte, position, length);
    this._moveTo(found < 0 ? length : found);
    return found < 0 ? -1 : byte;
  }

  /** The segment of the byte here; undefined at the end, until something is appended. */
  private _here(): Segment | undefined {
    this._checkValid();
    let segment = this._segment;
    if (segment === undefined || this._index === segment.end) {
      segment = this._next();
      if (segment === undefined) return undefined;
    }
    segment.check("read it");
    return segment;
  }

  private _next(): Segment | undefined {
    const segments = this._segments;
    const number = this._segment === undefined ? segments.first : this._number + 1;
    if (number >= segments.afterLast) return undefined;
    this._number = number;
    this._segment = segments.at(number);
    this._index = this._segment.start;
    return this._segment;
  }

  /** @param offset at most the chain's length: behind the last byte is a place too */
  private _moveTo(offset: number): void {
    const segments = this._segments;
    if (segments.length === 0) return;
    this._number = segments.find(Math.min(offset, segments.length - 1));
    this._segment = segments.at(this._number);
    this._index = segments.base + offset - this._segment.origin;
  }

  private _checkValid(): void {
    if (this._segments.consumed === this._consumed) return;
    throw new StateError("use the cursor", "the chain was consumed since");
  }
}
