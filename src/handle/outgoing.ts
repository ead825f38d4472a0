import type { BufList } from "../../ffi/memory/buf_list.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { Writable } from "../machine/io.ts";
import { Block } from "../memory/block.ts";
import type { BlockPool } from "../memory/block_pool.ts";
import type { StreamRequest } from "./stream_request.ts";

const encoder = new TextEncoder();

/** `IOV_MAX` is 1024; one write of bytes may add many buffers. */
const BUFFERS_MAX = 256;

/** UTF-8 needs at most three bytes for each UTF-16 unit. */
const UTF8_BYTES_PER_UNIT = 3;

/**
 * What a handler has written to a stream and the system has not seen yet: blocks, in order. Bytes
 * and text are packed into blocks of the pool; a block that is written is retained.
 */
export class Outgoing {
  private readonly _pool: BlockPool;
  /** The arrays only grow: cutting one off frees its memory, and the next write allocates again. */
  private readonly _blocks: Block[] = [];
  private readonly _lengths: number[] = [];
  private _count = 0;
  /** How many of them requests have taken over. */
  private _moved = 0;
  /** The last block, while it is ours alone and has room. */
  private _packing: Block | undefined;
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
   * @throws {TypeError} for anything but bytes, text or a block
   * @throws {ClosedError} for a block that nobody holds
   */
  add(data: Writable): boolean {
    if (data instanceof Block) return this._addBlock(data);
    if (data instanceof Uint8Array) return this._addBytes(data);
    if (typeof data === "string") {
      if (data === "") return true;
      const room = this._packing === undefined ? 0 : this._pool.blockBytes - this._packing.length;
      if (data.length * UTF8_BYTES_PER_UNIT > room) return this._addBytes(encoder.encode(data));
      const block = this._packing as Block;
      const { written } = encoder.encodeInto(data, block.bytes.subarray(block.length));
      this._extend(block, written);
      return true;
    }
    throw new TypeError("write() takes a Uint8Array, a string or a Block");
  }

  /** Adds a block that was retained for this. */
  addRetained(block: Block, byteLength: number): void {
    this._packing = undefined;
    this._push(block, byteLength);
  }

  /** Describes what fits to a native write, from a buffer on. Returns the number of buffers. */
  fill(bufs: BufList, first: number): number {
    const count = Math.min(this._count, bufs.capacity - first);
    for (let i = 0; i < count; i++) {
      const block = this._blocks[i] as Block;
      bufs.set(first + i, block.addressLow, block.addressHigh, this._lengths[i] as number);
    }
    return count;
  }

  /**
   * Describes what is left after `written` bytes, and hands the blocks to the request that writes
   * them. Returns the number of buffers; what did not fit is left here, for another request.
   */
  moveTo(request: StreamRequest, bufs: BufList, written: number): number {
    let skip = written;
    let count = 0;
    while (this._moved < this._count && count < bufs.capacity) {
      const block = this._blocks[this._moved] as Block;
      const length = this._lengths[this._moved++] as number;
      if (skip >= length) {
        skip -= length;
        block.release();
        continue;
      }
      const { low, high } = advance(block, skip);
      bufs.set(count++, low, high, length - skip);
      request.blocks.push(block);
      request.byteLength += length - skip;
      skip = 0;
    }
    if (this._moved === this._count) this._forget();
    return count;
  }

  /** Lets go of everything. */
  clear(): void {
    const count = this._count;
    for (let i = this._moved; i < count; i++) (this._blocks[i] as Block).release();
    this._forget();
  }

  private _forget(): void {
    this._count = 0;
    this._moved = 0;
    this._packing = undefined;
    this.byteLength = 0;
    this.copied = 0;
  }

  private _addBlock(block: Block): boolean {
    if (!this._pool.owns(block)) throw new TypeError("The block is one of another loop");
    if (block.holders === 0) throw new ClosedError("block", "write it");
    if (block.length === 0) return true;
    this.addRetained(block.retain(), block.length);
    return true;
  }

  private _addBytes(bytes: Uint8Array): boolean {
    const size = this._pool.blockBytes;
    const room = this._packing === undefined ? 0 : size - this._packing.length;
    const fresh = this._leaseFor(Math.max(0, bytes.length - room));
    if (fresh === undefined) return false;
    let at = Math.min(room, bytes.length);
    if (at > 0) this._copy(this._packing as Block, bytes.subarray(0, at));
    for (const block of fresh) {
      this._push(block, 0);
      this._packing = block;
      this._copy(block, bytes.subarray(at, at + size));
      at += size;
    }
    return true;
  }

  /** Blocks for so many bytes: all of them, or none. */
  private _leaseFor(byteLength: number): Block[] | undefined {
    const blocks: Block[] = [];
    for (let left = byteLength; left > 0; left -= this._pool.blockBytes) {
      const block = this._pool.lease();
      if (block === undefined) {
        for (const leased of blocks) leased.release();
        return undefined;
      }
      blocks.push(block);
    }
    return blocks;
  }

  private _copy(block: Block, bytes: Uint8Array): void {
    block.bytes.set(bytes, block.length);
    this._extend(block, bytes.length);
  }

  private _extend(block: Block, byteLength: number): void {
    block.length += byteLength;
    this._lengths[this._count - 1] = block.length;
    this.byteLength += byteLength;
    this.copied += byteLength;
  }

  private _push(block: Block, byteLength: number): void {
    this._blocks[this._count] = block;
    this._lengths[this._count] = byteLength;
    this._count++;
    this.byteLength += byteLength;
  }
}

/** The address `byteOffset` bytes into a block, as halves. */
function advance(block: Block, byteOffset: number): { low: number; high: number } {
  const low = (block.addressLow >>> 0) + byteOffset;
  return { low: low | 0, high: block.addressHigh + (low >= 2 ** 32 ? 1 : 0) };
}
