import type { Counters } from "../loop/counters.ts";
import { Block } from "../memory/block.ts";
import type { BlockPool } from "../memory/block_pool.ts";
import { copyBytes } from "../memory/copy_bytes.ts";
import type { Memory } from "../memory/memory.ts";

/**
 * A range is small when it is less than this part of its block. Copying an eighth of 16 KiB takes
 * 0.2 to 0.4 µs, the turn of a write that waits more than 10; and what waits in blocks costs at
 * most eight times itself.
 */
const SMALL_DIVISOR = 8;

/**
 * Small ranges of a stream that may wait uncopied, and one more for each large one that waits: a
 * proxy's odd short read goes on as it is, and at most doubles what its blocks hold.
 */
const SMALL_MAX = 4;

/** Where a range lies that was not packed. */
export const NOT_PACKED = -1;

/**
 * Where the small writes of a stream wait together. A peer that takes nothing while messages of 64
 * bytes are written to it would hold a block of 16 KiB with each of them; copied behind each other
 * they hold one with 256.
 *
 * A block that many hold, as one that is sent to everybody, costs each of them only its part, and
 * stays uncopied until that part is large again.
 *
 * The tail does not hold its block: the requests do that write from it, and when the last of them
 * is done it returns to the pool.
 */
export class WriteTail {
  private readonly _pool: BlockPool;
  private readonly _counters: Counters;
  private _block: Block | undefined;
  private _generation = 0;
  private _used = 0;
  /** Small ranges of the stream that wait uncopied. */
  small = 0;
  /** Ranges that are worth their block. */
  large = 0;

  /** @param pool for the copies */
  constructor(pool: BlockPool, counters: Counters) {
    this._pool = pool;
    this._counters = counters;
  }

  /** The block of what was packed last. */
  get block(): Block | undefined {
    return this._block;
  }

  /** Whether a range is small for the memory that it holds. Only blocks are ever copied. */
  isSmall(memory: Memory, byteLength: number): memory is Block {
    return memory instanceof Block &&
      byteLength * SMALL_DIVISOR * memory.holders < memory.bytes.length;
  }

  /**
   * Copies a small range to the tail, and holds `block` for the caller once more. Returns where in
   * it the range lies, or `NOT_PACKED` when few small ones wait, or the pool has no block for it.
   */
  pack(memory: Block, start: number, byteLength: number): number {
    if (this.small < SMALL_MAX + this.large) return NOT_PACKED;
    if (byteLength > this._pool.blockBytes) return NOT_PACKED;
    const block = this._room(byteLength);
    if (block === undefined) return NOT_PACKED;
    const at = this._used;
    copyBytes(block.bytes, at, memory.bytes, start, start + byteLength);
    this._used += byteLength;
    this._counters.bytesCopied += byteLength;
    return at;
  }

  /** The block that is being filled, if a request still holds it, or a new one. */
  private _room(byteLength: number): Block | undefined {
    const present = this._block;
    if (
      present !== undefined && present.holders > 0 && present.generation === this._generation &&
      this._used + byteLength <= present.bytes.length
    ) return present.hold();
    const block = this._pool.lease();
    if (block === undefined) return undefined;
    this._block = block;
    this._generation = block.generation;
    this._used = 0;
    return block.holdLease();
  }
}
