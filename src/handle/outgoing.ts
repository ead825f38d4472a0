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
  readonly #pool: BlockPool;
  /** The arrays only grow: cutting one off frees its memory, and the next write allocates again. */
  readonly #blocks: Block[] = [];
  readonly #lengths: number[] = [];
  #count = 0;
  /** How many of them requests have taken over. */
  #moved = 0;
  /** The last block, while it is ours alone and has room. */
  #packing: Block | undefined;
  /** Bytes in all. */
  byteLength = 0;
  /** Bytes of it that were copied into blocks. */
  copied = 0;

  /** @param pool for the copies */
  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** Buffers that a write of all would need. */
  get count(): number {
    return this.#count - this.#moved;
  }

  /** Whether it is time to send it, in the middle of a turn. */
  get isFull(): boolean {
    return this.#count >= BUFFERS_MAX;
  }

  /**
   * Adds data. False when the pool is at its ceiling: nothing was added then.
   *
   * @throws {TypeError} for anything but bytes, text or a block
   * @throws {ClosedError} for a block that nobody holds
   */
  add(data: Writable): boolean {
    if (data instanceof Block) return this.#addBlock(data);
    if (data instanceof Uint8Array) return this.#addBytes(data);
    if (typeof data === "string") {
      if (data === "") return true;
      const room = this.#packing === undefined ? 0 : this.#pool.blockBytes - this.#packing.length;
      if (data.length * UTF8_BYTES_PER_UNIT > room) return this.#addBytes(encoder.encode(data));
      const block = this.#packing as Block;
      const { written } = encoder.encodeInto(data, block.bytes.subarray(block.length));
      this.#extend(block, written);
      return true;
    }
    throw new TypeError("write() takes a Uint8Array, a string or a Block");
  }

  /** Adds a block that was retained for this. */
  addRetained(block: Block, byteLength: number): void {
    this.#packing = undefined;
    this.#push(block, byteLength);
  }

  /** Describes what fits to a native write, from a buffer on. Returns the number of buffers. */
  fill(bufs: BufList, first: number): number {
    const count = Math.min(this.#count, bufs.capacity - first);
    for (let i = 0; i < count; i++) {
      const block = this.#blocks[i] as Block;
      bufs.set(first + i, block.addressLow, block.addressHigh, this.#lengths[i] as number);
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
    while (this.#moved < this.#count && count < bufs.capacity) {
      const block = this.#blocks[this.#moved] as Block;
      const length = this.#lengths[this.#moved++] as number;
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
    if (this.#moved === this.#count) this.#forget();
    return count;
  }

  /** Lets go of everything. */
  clear(): void {
    const count = this.#count;
    for (let i = this.#moved; i < count; i++) (this.#blocks[i] as Block).release();
    this.#forget();
  }

  #forget(): void {
    this.#count = 0;
    this.#moved = 0;
    this.#packing = undefined;
    this.byteLength = 0;
    this.copied = 0;
  }

  #addBlock(block: Block): boolean {
    if (!this.#pool.owns(block)) throw new TypeError("The block is one of another loop");
    if (block.holders === 0) throw new ClosedError("block", "write it");
    if (block.length === 0) return true;
    this.addRetained(block.retain(), block.length);
    return true;
  }

  #addBytes(bytes: Uint8Array): boolean {
    const size = this.#pool.blockBytes;
    const room = this.#packing === undefined ? 0 : size - this.#packing.length;
    const fresh = this.#leaseFor(Math.max(0, bytes.length - room));
    if (fresh === undefined) return false;
    let at = Math.min(room, bytes.length);
    if (at > 0) this.#copy(this.#packing as Block, bytes.subarray(0, at));
    for (const block of fresh) {
      this.#push(block, 0);
      this.#packing = block;
      this.#copy(block, bytes.subarray(at, at + size));
      at += size;
    }
    return true;
  }

  /** Blocks for so many bytes: all of them, or none. */
  #leaseFor(byteLength: number): Block[] | undefined {
    const blocks: Block[] = [];
    for (let left = byteLength; left > 0; left -= this.#pool.blockBytes) {
      const block = this.#pool.lease();
      if (block === undefined) {
        for (const leased of blocks) leased.release();
        return undefined;
      }
      blocks.push(block);
    }
    return blocks;
  }

  #copy(block: Block, bytes: Uint8Array): void {
    block.bytes.set(bytes, block.length);
    this.#extend(block, bytes.length);
  }

  #extend(block: Block, byteLength: number): void {
    block.length += byteLength;
    this.#lengths[this.#count - 1] = block.length;
    this.byteLength += byteLength;
    this.copied += byteLength;
  }

  #push(block: Block, byteLength: number): void {
    this.#blocks[this.#count] = block;
    this.#lengths[this.#count] = byteLength;
    this.#count++;
    this.byteLength += byteLength;
  }
}

/** The address `byteOffset` bytes into a block, as halves. */
function advance(block: Block, byteOffset: number): { low: number; high: number } {
  const low = (block.addressLow >>> 0) + byteOffset;
  return { low: low | 0, high: block.addressHigh + (low >= 2 ** 32 ? 1 : 0) };
}
