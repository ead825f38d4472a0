import type { BufList } from "../../ffi/memory/buf_list.ts";
import type { EntryQueue, SendingHandle } from "../../ffi/memory/entry_queue.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { Writable } from "../io/writable.ts";
import { Block } from "../memory/block.ts";
import type { BlockPool } from "../memory/block_pool.ts";
import { Chain } from "../memory/chain.ts";
import { leaseBlocks } from "../memory/lease_blocks.ts";
import { LentMemory } from "../memory/lent_memory.ts";
import { Memory } from "../memory/memory.ts";
import { PinnedMemory } from "../memory/pinned_memory.ts";
import { utf8BytesMax } from "../memory/utf8_bytes.ts";
import { describeRange } from "./describe_range.ts";
import type { WriteRequest } from "./write_request.ts";
import type { WriteTail } from "./write_tail.ts";

const encoder = new TextEncoder();

/** `IOV_MAX` is 1024; one write of bytes may add many buffers. */
const BUFFERS_MAX = 256;

/** The length of one buffer is a 32-bit integer here; longer memory makes several. */
const BUFFER_BYTES_MAX = 2 ** 30;

/**
 * From so many bytes on, the user's bytes are sent from where they are; shorter ones are copied. To
 * copy 4 KiB costs as much as to pin them in Bun, 8 KiB in Deno; here it costs four times and twice
 * as much (`bench/copy_threshold.ts`).
 */
export const PIN_BYTES_MIN = 16384;

/** Something that lets go of what was written. */
interface Releaser {
  letGo(memory: Memory): void;
}

/**
 * What was written to a stream and the system has not seen yet: ranges of memory, in order. Short
 * bytes and texts are packed into blocks of the pool; other memory is held where it is.
 */
export class Outgoing {
  private readonly _pool: BlockPool;
  /** The arrays only grow: cutting one off frees its memory, and the next write allocates again. */
  private readonly _memories: Memory[] = [];
  private readonly _starts: number[] = [];
  private readonly _lengths: number[] = [];
  private _count = 0;
  /** How many of them requests have taken over. */
  private _moved = 0;
  /** The last block, while it is ours alone and has room. */
  private _packing: Block | undefined;
  private readonly _addSegment = (memory: Memory, start: number, end: number): void =>
    this._addRange(memory, start, end);
  /** Bytes in all. */
  byteLength = 0;
  /** Bytes of it that were copied into blocks. */
  copied = 0;

  /** @param pool for the copies */
  constructor(pool: BlockPool) {
    this._pool = pool;
  }

  /** Buffers that a write of all would need. */
  get count(): number {
    return this._count - this._moved;
  }

  /** Whether it is time to send it, in the middle of a turn. */
  get isFull(): boolean {
    return this._count >= BUFFERS_MAX;
  }

  /**
   * Adds data. False when the pool is at its ceiling: nothing was added then.
   *
   * @throws {TypeError} for what cannot be written
   * @throws {ClosedError} for memory that nobody holds
   */
  add(data: Writable): boolean {
    if (data instanceof Memory) {
      this._addRange(data, 0, data.length);
      return true;
    }
    if (data instanceof Uint8Array) return this._addBytes(data);
    if (typeof data === "string") return data === "" || this._addText(data);
    if (data instanceof SharedArrayBuffer) return this._addBytes(new Uint8Array(data));
    if (data instanceof Chain) return this._addChain(data);
    throw new TypeError(
      "write() takes a Uint8Array, a string, a SharedArrayBuffer, a Memory or a Chain",
    );
  }

  /** Adds memory that is held for this. */
  addRetained(memory: Memory, byteLength: number): void {
    this._push(memory, 0, byteLength);
  }

  /** Copies bytes into blocks. False when the pool is at its ceiling: nothing was added then. */
  copy(bytes: Uint8Array): boolean {
    const room = this._packing === undefined ? 0 : roomOf(this._packing);
    const fresh = leaseBlocks(this._pool, bytes.length - room);
    if (fresh === undefined) return false;
    let at = Math.min(room, bytes.length);
    if (at > 0) this._fill(this._packing as Block, bytes.subarray(0, at));
    for (const block of fresh) {
      this._pack(block);
      const end = at + block.bytes.length;
      this._fill(block, bytes.subarray(at, end));
      at = end;
    }
    return true;
  }

  /** Describes what fits to a native write, from a buffer on. Returns the number of buffers. */
  fill(bufs: BufList, first: number): number {
    const count = Math.min(this._count, bufs.capacity - first);
    for (let i = 0; i < count; i++) {
      const start = this._starts[i] as number;
      const length = this._lengths[i] as number;
      describeRange(bufs, first + i, this._memories[i] as Memory, start, length);
    }
    return count;
  }

  /** Describes the only range to native code, without an array of buffers. */
  submit(queue: EntryQueue, entry: number, handle: SendingHandle): void {
    const start = this._starts[0] as number;
    queue.setRange(entry, handle, this._memories[0] as Memory, start, this._lengths[0] as number);
  }

  /**
   * Describes what is left after `written` bytes, and hands the memory to the request that writes
   * it, where small ranges may be packed. Returns the number of buffers; what did not fit is left
   * here, for another request.
   */
  moveTo(request: WriteRequest, bufs: BufList, written: number, tail: WriteTail): number {
    let skip = written;
    while (this._moved < this._count && request.count < bufs.capacity) {
      const at = this._moved++;
      const memory = this._memories[at] as Memory;
      const length = this._lengths[at] as number;
      if (skip >= length) {
        skip -= length;
        request.letGo(memory);
      } else {
        request.add(bufs, tail, memory, (this._starts[at] as number) + skip, length - skip);
        skip = 0;
      }
    }
    if (this._moved === this._count) this._forget();
    return request.count;
  }

  /** Lets go of everything. */
  clear(releaser: Releaser): void {
    const count = this._count;
    for (let i = this._moved; i < count; i++) releaser.letGo(this._memories[i] as Memory);
    this._forget();
  }

  private _addBytes(bytes: Uint8Array): boolean {
    if (bytes.length < PIN_BYTES_MIN || !PinnedMemory.accepts(bytes)) return this.copy(bytes);
    this._addPinned(bytes);
    return true;
  }

  private _addText(text: string): boolean {
    const bytesMax = utf8BytesMax(text);
    if (this._packing === undefined && bytesMax <= this._pool.blockBytes) {
      const block = this._pool.lease();
      if (block === undefined) return false;
      this._pack(block);
    }
    const block = this._packing;
    if (block === undefined || bytesMax > roomOf(block)) {
      return this._addBytes(encoder.encode(text));
    }
    const { written } = encoder.encodeInto(text, block.bytes.subarray(block.length));
    this._extend(block, written);
    return true;
  }

  private _addPinned(bytes: Uint8Array): void {
    const memory = new PinnedMemory(bytes);
    this._pushAll(memory, 0, memory.length);
    memory.release(); // the buffers hold it
  }

  /** All of a chain, or nothing. */
  private _addChain(chain: Chain): boolean {
    const { _count: count, byteLength } = this;
    try {
      chain.forEachSegment(this._addSegment);
    } catch (error) {
      while (this._count > count) (this._memories[--this._count] as Memory).unhold();
      this.byteLength = byteLength;
      throw error;
    }
    return true;
  }

  private _addRange(memory: Memory, start: number, end: number): void {
    if (memory instanceof Block) {
      if (!this._pool.owns(memory)) throw new TypeError("The block is not one of this loop's");
    } else if (!(memory instanceof LentMemory)) {
      throw new TypeError("Memory is a Block, a PinnedMemory or a ForeignMemory");
    }
    if (memory.holders === 0) {
      throw new ClosedError(memory instanceof Block ? "block" : "memory", "write it");
    }
    this._pushAll(memory, start, end);
  }

  /** Holds a range, in as many buffers as it needs. */
  private _pushAll(memory: Memory, start: number, end: number): void {
    for (let at = start; at < end; at += BUFFER_BYTES_MAX) {
      this._push(memory.hold(), at, Math.min(end - at, BUFFER_BYTES_MAX));
    }
  }

  /** Goes on with a block that is ours alone, and empty. */
  private _pack(block: Block): void {
    this._push(block.holdLease(), 0, 0);
    this._packing = block;
  }

  private _fill(block: Block, bytes: Uint8Array): void {
    block.bytes.set(bytes, block.length);
    this._extend(block, bytes.length);
  }

  private _extend(block: Block, byteLength: number): void {
    block.length += byteLength;
    this._lengths[this._count - 1] = block.length;
    this.byteLength += byteLength;
    this.copied += byteLength;
  }

  private _push(memory: Memory, start: number, byteLength: number): void {
    this._memories[this._count] = memory;
    this._starts[this._count] = start;
    this._lengths[this._count] = byteLength;
    this._count++;
    this._packing = undefined;
    this.byteLength += byteLength;
  }

  private _forget(): void {
    this._count = 0;
    this._moved = 0;
    this._packing = undefined;
    this.byteLength = 0;
    this.copied = 0;
  }
}

/** Bytes that a block which is being packed has left. */
function roomOf(block: Block): number {
  return block.bytes.length - block.length;
}
