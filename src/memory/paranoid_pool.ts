import type { Ring } from "../../ffi/memory/ring.ts";
import { MemoryError } from "../error/memory_error.ts";
import { Block } from "./block.ts";
import { BlockPool, type BlockPoolOptions } from "./block_pool.ts";
import { findDamage, poison } from "./poison.ts";

/** Notes the place of every hold. */
class ParanoidBlock extends Block {
  override retain(): this {
    this.addHolder();
    this.owner.noteHold?.(this);
    return this;
  }
}

/**
 * A pool that trusts nobody: blocks that lie in it are full of poison. A view that was kept beyond
 * the return reads poison instead of another's bytes, and what was written through it is found when
 * the block is leased again, given back or closed; of reads only behind the bytes that were read.
 */
export class ParanoidPool extends BlockPool {
  private readonly _damaged: (error: MemoryError) => void;

  /** @param damaged told of each block that was written to after its return; must not throw */
  constructor(ring: Ring, options: BlockPoolOptions, damaged: (error: MemoryError) => void) {
    super(ring, { ...options, leakLevel: "paranoid" });
    this._damaged = damaged;
  }

  override filled(index: number, length: number): Block {
    this._verify(this.blocks[index] as Block, length);
    return super.filled(index, length);
  }

  override lease(): Block | undefined {
    const block = super.lease();
    if (block === undefined) return undefined;
    this._verify(block, 0, block.generation - 1);
    this.noteHold(block);
    return block;
  }

  override discard(index: number): void {
    poison((this.blocks[index] as Block).bytes);
    super.discard(index);
  }

  override take(block: Block): void {
    if (this.owns(block)) poison(block.bytes);
    super.take(block);
  }

  override close(): void {
    for (const block of this.freeBlocks()) this._verify(block, 0);
    super.close();
  }

  protected override newBlock(
    index: number,
    bytes: Uint8Array<ArrayBuffer>,
    address: number,
    isLarge: boolean,
  ): Block {
    poison(bytes);
    return new ParanoidBlock(this, index, bytes, address, isLarge);
  }

  protected override retire(block: Block): void {
    this._verify(block, 0);
    super.retire(block);
  }

  /** @param generation of the lease before the damage: whoever held it then may have done it */
  private _verify(block: Block, from: number, generation = block.generation): void {
    const { bytes } = block;
    const byteOffset = findDamage(bytes, from);
    if (byteOffset < 0) return;
    const place = this.tracker.lastPlace(block, generation);
    this._damaged(new MemoryError(byteOffset, bytes.length, place));
  }
}
