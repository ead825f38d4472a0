import { Region } from "../../ffi/memory/region.ts";
import type { Ring } from "../../ffi/memory/ring.ts";
import type { Block } from "./block.ts";

/** A line of the processor's cache. */
const LINE_BYTES = 64;

/** Makes a block over a piece of a slab. */
export type BlockMaker = (
  index: number,
  bytes: Uint8Array<ArrayBuffer>,
  nativeAddress: number,
) => Block;

/**
 * Blocks of one size that are mapped together, and unmapped together.
 *
 * They start a cache line apart from each other's page offset: or the first lines of all of them,
 * where small messages live, would share one set of the processor's cache.
 */
export class BlockSlab {
  readonly blocks: readonly Block[];
  /** Bytes that are mapped for it. */
  readonly mappedBytes: number;
  private readonly _ring: Ring;
  private readonly _region: Region;

  /**
   * Maps the blocks and makes them known to the ring; they are not free yet.
   *
   * @throws {RangeError} when the system has no memory left
   */
  constructor(ring: Ring, count: number, blockBytes: number, make: BlockMaker) {
    const stride = (Math.ceil(blockBytes / LINE_BYTES) + 1) * LINE_BYTES;
    const region = new Region(count * stride);
    this._ring = ring;
    this._region = region;
    this.mappedBytes = region.byteLength;
    this.blocks = Array.from({ length: count }, (_, i) => {
      const address = region.address + i * stride;
      const bytes = region.u8.subarray(i * stride, i * stride + blockBytes);
      return make(ring.addBlock(address), bytes, address);
    });
  }

  /** How often its blocks were leased. */
  get leases(): number {
    return this.blocks.reduce((sum, block) => sum + block.generation, 0);
  }

  /** Unmaps the blocks while the loop lives. SAFETY: all are free, and lie on no shelf any more. */
  giveBack(): void {
    for (const block of this.blocks) this._ring.removeBlock(block.index);
    this.unmap();
  }

  /** Unmaps the blocks, held or not: kept views become empty. SAFETY: native code uses none. */
  unmap(): void {
    for (const block of this.blocks) block.close();
    this._region.free();
  }
}
