import { ClosedError } from "../error/closed_error.ts";
import { integer, optionsObject } from "../handle/argument.ts";
import { Block, type BlockOwner } from "./block.ts";
import type { BlockSource } from "./block_source.ts";
import { poison } from "./poison.ts";

/** Sizes of a source of ordinary memory. */
export interface HeapBlocksOptions {
  /** Bytes of one block; 4096 by default. */
  readonly blockBytes?: number;
  /** Blocks that may be leased at once; no limit by default. */
  readonly blocksMax?: number;
}

const BLOCK_BYTES = 4096;
const BLOCK_BYTES_MAX = 2 ** 30;

/**
 * Blocks over ordinary memory, for protocols and chains without a loop. They have no native
 * address: no stream takes them. A block that returns is poisoned, so that a view of it that was
 * kept shows, and is leased again later.
 */
export class HeapBlocks implements BlockSource, BlockOwner {
  readonly blockBytes: number;
  private readonly _blocksMax: number;
  private readonly _free: Block[] = [];
  private readonly _leased = new Set<Block>();

  /**
   * @throws {TypeError} for a size that is no number
   * @throws {RangeError} for one that is no positive integer
   */
  constructor(options: HeapBlocksOptions = {}) {
    const { blockBytes = BLOCK_BYTES, blocksMax = Infinity } = optionsObject(options);
    this.blockBytes = integer(blockBytes, "blockBytes", 1, BLOCK_BYTES_MAX);
    this._blocksMax = blocksMax === Infinity
      ? Infinity
      : integer(blocksMax, "blocksMax", 0, Number.MAX_SAFE_INTEGER);
  }

  /** Blocks that exist. */
  get total(): number {
    return this._free.length + this._leased.size;
  }

  /** Blocks that somebody holds: 0 when none was lost. */
  get leased(): number {
    return this._leased.size;
  }

  lease(): Block | undefined {
    if (this._leased.size >= this._blocksMax) return undefined;
    const block = this._free.pop() ?? this._newBlock();
    this._leased.add(block);
    return block.lease(0);
  }

  /**
   * Called by a block that nobody holds any more.
   *
   * @throws {TypeError} for a block of another owner
   * @throws {ClosedError} for one that is held, or has returned before
   */
  take(block: Block): void {
    if (block?.owner !== this) throw new TypeError("The block has another owner");
    if (block.holders > 0 || !this._leased.delete(block)) {
      throw new ClosedError("block", "take it back");
    }
    poison(block.bytes);
    this._free.push(block);
  }

  private _newBlock(): Block {
    return new Block(this, this.total, new Uint8Array(this.blockBytes), 0);
  }
}
