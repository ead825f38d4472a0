import { ClosedError } from "../error/closed_error.ts";
import { integer } from "../handle/argument.ts";
import { Block } from "./block.ts";
import type { BlockSource } from "./block_source.ts";
import { ByteSequence } from "./byte_sequence.ts";
import { copyBytes } from "./copy_bytes.ts";
import { leaseBlocks } from "./lease_blocks.ts";
import { ForeignMemory } from "./foreign_memory.ts";
import { Memory } from "./memory.ts";
import type { Segment } from "./segment.ts";
import { utf8BytesMax } from "./utf8_bytes.ts";

/** Ranges up to this part of a block are packed. */
const PACK_DIVISOR = 8;

/** Segments up to which `moveTo` copies nothing at all. */
const UNPACKED_SEGMENTS_MAX = 32;

const encoder = new TextEncoder();

/**
 * Readable ranges of memory, one after the other: what has come from a stream and was not consumed,
 * or what is to be sent. Blocks are held, not copied (Kestrel's chain of `MemoryPoolBlock`,
 * `ReadOnlySequence`, netbuf's `Buf`).
 *
 * Small ranges are packed: where the last block is the chain's alone and has room, up to an eighth
 * of a block is copied behind it, so that ten thousand reads of one byte do not hold ten thousand
 * blocks. What lies behind the last byte of such a block is the chain's to overwrite.
 *
 * A chain holds memory until it is consumed or cleared; one that is dropped before leaks blocks.
 * Only `write` calls the source. Letting go may call the owner of the memory, who finds a chain
 * that is whole. Errors are those of `ByteSequence`; after one the chain is as it was.
 */
export class Chain extends ByteSequence {
  readonly #isGenuine = true;

  /** Whether a value is a chain, and no proxy of one; no code of the value's runs. */
  static isGenuine(value: object): value is Chain {
    return #isGenuine in value;
  }

  private readonly _source: BlockSource;
  private readonly _packBytes: number;
  private _copied = 0;

  /** @param source of blocks for bytes that must be copied: a loop's pool, or `HeapBlocks` */
  constructor(source: BlockSource) {
    super();
    if (typeof source?.lease !== "function") throw new TypeError("Chain takes a BlockSource");
    this._source = source;
    this._packBytes = Math.floor(source.blockBytes / PACK_DIVISOR);
  }

  /** Bytes that were removed from the front since the chain was made: consumed, moved, cleared. */
  get consumed(): number {
    return this._segments.consumed;
  }

  /** Bytes that were copied into blocks since the chain was made. */
  get copied(): number {
    return this._copied;
  }

  /**
   * Adds a range of memory at the end, and holds it.
   *
   * @throws {TypeError} for anything but memory
   * @throws {RangeError} for a range beyond its length
   * @throws {ClosedError} when nobody holds it
   */
  append(memory: Memory, start = 0, end: number = memory?.length): void {
    checkMemory(memory, start, end);
    if (start === end || this._pack(memory, start, end)) return;
    this._push(memory.retain(), start, end);
  }

  /** As `append`, but takes over a hold of the caller's: do not release it. */
  adopt(memory: Memory, start = 0, end: number = memory?.length): void {
    checkMemory(memory, start, end);
    if (start === end || this._pack(memory, start, end)) memory.release();
    else this._push(memory, start, end);
  }

  /**
   * Copies bytes, or text as UTF-8, to the end.
   *
   * @returns false when the source is at its ceiling: nothing was added then
   */
  write(data: Uint8Array | string): boolean {
    if (typeof data === "string") return this._writeText(data);
    if (data instanceof Uint8Array) return this._writeBytes(data);
    throw new TypeError("write() takes a Uint8Array or a string");
  }

  /** Lets go of the first bytes. */
  consume(byteLength: number): void {
    this._segments.removeFirst(integer(byteLength, "byteLength", 0, this.length));
  }

  /**
   * Moves the first bytes to the end of another chain, without a copy; memory that is cut is held
   * by both. Only small ranges are packed, once the target consists of very many.
   *
   * @param byteLength all by default
   */
  moveTo(target: Chain, byteLength: number = this.length): void {
    if (!(target instanceof Chain)) throw new TypeError("moveTo() takes a Chain");
    if (target === this) throw new TypeError("A chain cannot be moved to itself");
    integer(byteLength, "byteLength", 0, this.length);
    const segments = this._segments;
    segments.check(0, byteLength, "move it");
    for (let left = byteLength; left > 0 && segments.count > 0;) {
      const { memory, start, end } = segments.at(segments.first);
      const taken = Math.min(left, end - start);
      target._share(memory as Memory, start, start + taken);
      segments.removeFirst(taken);
      left -= taken;
    }
  }

  /** A chain that shares a range of this one's memory: consume it, or clear it. */
  slice(start = 0, end: number = this.length): Chain {
    this._checkRange(start, end);
    const slice = new Chain(this._source);
    if (start === end) return slice;
    const segments = this._segments;
    segments.check(start, end, "share it");
    const from = segments.base + start;
    const to = segments.base + end;
    for (let number = segments.find(start); slice.length < end - start; number++) {
      const { memory, origin, start: first, end: last } = segments.at(number);
      slice._share(memory as Memory, Math.max(first, from - origin), Math.min(last, to - origin));
    }
    return slice;
  }

  /**
   * Lets go of all. The chain can be used again.
   *
   * @throws {ClosedError} when somebody let go of some of it before; the chain is empty then too
   */
  clear(): void {
    if (!this._segments.removeAll()) throw new ClosedError("block", "release it");
  }

  /** As `clear`. */
  [Symbol.dispose](): void {
    this.clear();
  }

  /** Holds a range that is known to be good. */
  private _share(memory: Memory, start: number, end: number): void {
    if (this.segments >= UNPACKED_SEGMENTS_MAX && this._pack(memory, start, end)) return;
    this._push(memory.retain(), start, end);
  }

  /** Adds a range that is held for the chain: as a part of the tail, where it goes on there. */
  private _push(memory: Memory, start: number, end: number): void {
    const { tail } = this._segments;
    if (tail?.memory !== memory || tail.end !== start || !tail.isHeld) {
      return this._segments.push(memory, start, end);
    }
    this._segments.extendTail(end - start);
    memory.release();
  }

  /** Copies a small range behind the tail, unless it lies at an address that nobody vouches for. */
  private _pack(memory: Memory, start: number, end: number): boolean {
    if (end - start > this._packBytes || memory instanceof ForeignMemory) return false;
    const { tail } = this._segments;
    if (tail === undefined || tail.memory === memory || roomIn(tail) < end - start) return false;
    this._copy(tail, memory.bytes, start, end);
    return true;
  }

  private _writeText(text: string): boolean {
    const { tail } = this._segments;
    const room = tail === undefined ? 0 : roomIn(tail);
    if (utf8BytesMax(text) > room) return this._writeBytes(encoder.encode(text));
    if (text === "") return true;
    const { bytes, end } = tail as Segment;
    const { written } = encoder.encodeInto(text, bytes.subarray(end));
    this._extend(tail as Segment, written);
    return true;
  }

  private _writeBytes(bytes: Uint8Array): boolean {
    const { tail } = this._segments;
    let at = tail === undefined ? 0 : Math.min(roomIn(tail), bytes.length);
    const blocks = leaseBlocks(this._source, bytes.length - at);
    if (blocks === undefined) return false;
    if (at > 0) this._copy(tail as Segment, bytes, 0, at);
    for (const block of blocks) {
      const end = Math.min(at + block.bytes.length, bytes.length);
      this._segments.push(block, 0, 0);
      this._copy(this._segments.tail as Segment, bytes, at, end);
      at = end;
    }
    return true;
  }

  private _copy(tail: Segment, source: Uint8Array, start: number, end: number): void {
    copyBytes(tail.bytes, tail.end, source, start, end);
    this._extend(tail, end - start);
  }

  /** So many bytes were copied behind the tail, which is a block. */
  private _extend(tail: Segment, byteLength: number): void {
    (tail.memory as Block).length = tail.end + byteLength;
    this._segments.extendTail(byteLength);
    this._copied += byteLength;
  }
}

/** Bytes that may be copied behind a segment: nobody else holds its block. */
function roomIn({ memory, bytes, end, isHeld }: Segment): number {
  const isOwn = memory instanceof Block && memory.holders === 1 && isHeld;
  return isOwn ? bytes.length - end : 0;
}

/** Checks what is to be appended. */
function checkMemory(memory: Memory, start: number, end: number): void {
  if (typeof memory !== "object" || memory === null || !Memory.isGenuine(memory)) {
    throw new TypeError("A chain takes a Memory");
  }
  if (memory.holders === 0 || memory.bytes.length < memory.length) {
    throw new ClosedError("block", "append it");
  }
  integer(end, "end", 0, memory.length);
  integer(start, "start", 0, end);
}
