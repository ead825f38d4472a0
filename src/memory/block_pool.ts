import { Region } from "../../ffi/memory/region.ts";
import type { Ring } from "../../ffi/memory/ring.ts";
import { Block, type BlockOwner } from "./block.ts";

/** Blocks that are mapped together, where the ceiling allows it. */
const SLAB_BLOCKS = 32;

/**
 * Blocks start a cache line apart from each other's page offset: or the first lines of all of
 * them, where small messages live, would share one set of the processor's cache.
 */
const COLOUR_BYTES = 64;

/** Sizes of a pool. */
export interface BlockPoolOptions {
  /** Bytes of one block: what one read takes at the most. */
  readonly blockBytes: number;
  /** Bytes of all blocks; reading waits when it is reached. */
  readonly poolBytesMax: number;
}

/**
 * The blocks of a loop. Free ones lie on a stack that native code and TypeScript share: reads take
 * from it inside libuv, writes take from it here. It grows by slabs up to its ceiling.
 */
export class BlockPool implements BlockOwner {
  private readonly _ring: Ring;
  private readonly _options: BlockPoolOptions;
  private readonly _slabs: Region[] = [];
  private readonly _blocks: Block[] = [];

  /** @param ring whose reads take from this pool */
  constructor(ring: Ring, options: BlockPoolOptions) {
    this._ring = ring;
    this._options = options;
    this.grow();
  }

  /** Blocks that exist. */
  get total(): number {
    return this._blocks.length;
  }

  /** Blocks that lie in the pool. */
  get free(): number {
    return this._ring.freeBlocks;
  }

  /** Bytes of one block. */
  get blockBytes(): number {
    return this._options.blockBytes;
  }

  /** Whether a block is one of this pool. */
  owns(block: Block): boolean {
    return block.owner === this;
  }

  /** The block of a read record: its lease is the reader's now. */
  leased(index: number, length: number): Block {
    return (this._blocks[index] as Block).lease(length);
  }

  /** Leases a block for writing. Undefined at the ceiling. */
  lease(): Block | undefined {
    const index = this._ring.takeBlock() ?? (this.grow() ? this._ring.takeBlock() : undefined);
    return index === undefined ? undefined : this.leased(index, 0);
  }

  /** Returns the block of a record whose reader has gone. */
  discard(index: number): void {
    this._ring.giveBlock(index);
  }

  take(block: Block): void {
    this._ring.giveBlock(block.index);
  }

  /** Maps another slab. False at the ceiling, which leaves room for one block at least. */
  grow(): boolean {
    const { blockBytes, poolBytesMax } = this._options;
    const blocksMax = Math.max(Math.floor(poolBytesMax / blockBytes), 1);
    const count = Math.min(SLAB_BLOCKS, blocksMax - this.total);
    if (count === 0) return false;
    const stride = blockBytes + COLOUR_BYTES;
    const slab = new Region(count * stride);
    this._slabs.push(slab);
    for (let i = 0; i < count; i++) {
      const address = slab.address + i * stride;
      const index = this._ring.addBlock(address);
      const bytes = slab.u8.subarray(i * stride, i * stride + blockBytes);
      this._blocks.push(new Block(this, index, bytes, address));
      this._ring.giveBlock(index);
    }
    return true;
  }

  /** Unmaps all blocks. SAFETY: only after the loop was closed. */
  close(): void {
    for (const slab of this._slabs) slab.free();
    this._slabs.length = 0;
    this._blocks.length = 0;
  }
}
