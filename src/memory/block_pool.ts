import type { Ring } from "../../ffi/memory/ring.ts";
import { NO_FREE_BLOCK, type Shelf } from "../../ffi/memory/shelf.ts";
import { Block, type BlockOwner } from "./block.ts";
import type { BlockMetrics } from "./block_metrics.ts";
import { type LeakLevel, type LeakReport, LeakTracker } from "./leak_tracker.ts";
import { SlabSet } from "./slab_set.ts";

/** Blocks that are mapped together, where the ceiling allows it. */
const SLAB_BLOCKS = 32;
const LARGE_SLAB_BLOCKS = 8;

/** The pool has grown: the next look at what is idle begins at once. */
const AT_ONCE = -Infinity;

/** Sizes of a pool, and what it looks after. */
export interface BlockPoolOptions {
  /** Bytes of one block: what one read takes at the most. Those of large blocks the ring knows. */
  readonly blockBytes: number;
  /** Bytes of all blocks; reading waits when it is reached. */
  readonly poolBytesMax: number;
  /** How long slabs stay that nobody needs, in milliseconds; 0, or not given: for ever. */
  readonly slabIdleMs?: number;
  /** Whether the places of holds are noted; `off` by default. */
  readonly leakLevel?: LeakLevel;
}

/**
 * The blocks of a loop, in one size or two. Free ones lie on shelves that native code and
 * TypeScript share: reads take from them inside libuv, writes take from them here. The pool grows
 * by slabs up to its ceiling, and gives back those that nobody needed for a while.
 */
export class BlockPool implements BlockOwner {
  /** When slabs may have been idle for long enough; Infinity while none can be. */
  idleDueMs = Infinity;
  /** Bytes of one block; the large ones have more. */
  readonly blockBytes: number;
  /** By index; those of slabs that were given back stay until their index is another's. */
  protected readonly blocks: Block[] = [];
  protected readonly tracker: LeakTracker;
  private readonly _ring: Ring;
  private readonly _shelf: Shelf;
  private readonly _small: SlabSet;
  private readonly _large: SlabSet;
  private readonly _bytesMax: number;
  private readonly _slabIdleMs: number;
  private _slabsGivenBack = 0;
  private _substitutions = 0;

  /** @param ring whose reads take from this pool */
  constructor(ring: Ring, options: BlockPoolOptions) {
    this._ring = ring;
    this._shelf = ring.small;
    this._bytesMax = options.poolBytesMax;
    this._slabIdleMs = options.slabIdleMs ?? 0;
    this.blockBytes = options.blockBytes;
    this.tracker = new LeakTracker(options.leakLevel ?? "off");
    this._small = new SlabSet(ring, ring.small, 1, (index, bytes, address) => {
      return this.blocks[index] = this.newBlock(index, bytes, address, false);
    });
    this._large = new SlabSet(ring, ring.large, 0, (index, bytes, address) => {
      return this.blocks[index] = this.newBlock(index, bytes, address, true);
    });
    this._small.map(Math.min(SLAB_BLOCKS, Math.max(this._room(this._small), 1)));
    if (this._room(this._large) === 0) ring.readSmallOnly();
  }

  /** Blocks that exist. */
  get total(): number {
    return this._small.total + this._large.total;
  }

  /** Blocks that lie in the pool. */
  get free(): number {
    return this._ring.freeBlocks;
  }

  /** Whether a block is one of this pool. */
  owns(block: Block): boolean {
    return block.owner === this;
  }

  /** Whether a value is one of this pool's blocks itself, and no proxy of one. */
  has(value: unknown): value is Block {
    return value instanceof Block && this.blocks[value.index] === value;
  }

  /** The block of a record: its lease is the reader's now. */
  leased(index: number, length: number): Block {
    return (this.blocks[index] as Block).lease(length);
  }

  /** As `leased`, for a record behind whose first `length` bytes nothing was written. */
  filled(index: number, length: number): Block {
    return (this.blocks[index] as Block).lease(length);
  }

  /** Leases an empty block; now and then the place is noted. Undefined at the ceiling. */
  lease(): Block | undefined {
    const index = this._shelf.take();
    if (index === NO_FREE_BLOCK) return this._leaseMore();
    const block = (this.blocks[index] as Block).lease(0);
    if (block.isSampled) this.noteHold(block);
    return block;
  }

  /** Returns the block of a record whose reader has gone. */
  discard(index: number): void {
    this._give(this.blocks[index] as Block);
  }

  /**
   * Called by a block that nobody holds any more.
   *
   * @throws {TypeError} for a block of another pool
   */
  take(block: Block): void {
    if (block.owner !== this) throw new TypeError("The block is one of another pool");
    this._give(block);
  }

  noteHold(block: Block): void {
    this.tracker.note(block, this._ring.now);
  }

  /** Maps another slab. False at the ceiling, which leaves room for one block at least. */
  grow(isLarge = false): boolean {
    const set = isLarge ? this._large : this._small;
    const count = Math.min(isLarge ? LARGE_SLAB_BLOCKS : SLAB_BLOCKS, this._room(set));
    if (count === 0) return false;
    set.map(count);
    if (this._slabIdleMs > 0 && this.idleDueMs === Infinity) this.idleDueMs = AT_ONCE;
    return true;
  }

  /**
   * Told of a read into a block of the other size. True for the first one since the last
   * `growMissed`, which is due then.
   */
  missed(index: number): boolean {
    const isFirst = !this._small.isMissed && !this._large.isMissed;
    this._substitutions++;
    const { isLarge } = this.blocks[index] as Block;
    (isLarge ? this._small : this._large).isMissed = true;
    return isFirst;
  }

  /** Grows by one slab of each size that was missed: the next turn shows if that was enough. */
  growMissed(): void {
    if (this._small.isMissed) this.grow();
    if (this._large.isMissed) this.grow(true);
    this._small.isMissed = false;
    this._large.isMissed = false;
  }

  /**
   * Unmaps slabs of which nobody has needed a block for `slabIdleMs`, where it is time to look. To
   * be called when all records were read and the loop may be about to sleep.
   *
   * @param nowMs the time of the loop
   * @returns when to look again even if nothing happens meanwhile; Infinity for never
   */
  giveBackIdle(nowMs: number): number {
    if (nowMs < this.idleDueMs) return this.idleDueMs;
    const isFirst = this.idleDueMs === AT_ONCE;
    if (!isFirst) this._giveBack();
    if (this._small.slabs + this._large.slabs === 1) return this.idleDueMs = Infinity;
    this._small.startInterval();
    this._large.startInterval();
    this.idleDueMs = nowMs + this._slabIdleMs;
    return this._small.hasIdle || this._large.hasIdle ? this.idleDueMs : Infinity;
  }

  /** The blocks that are held, and where they were leased or retained as far as it was noted. */
  leaks(): LeakReport {
    const held = this.total - this.free;
    return { level: this.tracker.level, held, places: this.tracker.heldPlaces() };
  }

  /** What the pool holds and has done. @param starvations reads that found no block */
  metrics(starvations: number): BlockMetrics {
    const { total, free } = this;
    const [small, large] = [this._small, this._large];
    return {
      total,
      free,
      held: total - free,
      large: { total: large.total, free: large.shelf.count },
      slabs: small.slabs + large.slabs,
      byteLength: small.mappedBytes + large.mappedBytes,
      byteLengthMax: this._bytesMax,
      leases: small.leases + large.leases,
      starvations,
      substitutions: this._substitutions,
      slabsGivenBack: this._slabsGivenBack,
    };
  }

  /** Unmaps all blocks. SAFETY: only after the loop was closed. */
  close(): void {
    this._small.close();
    this._large.close();
  }

  /** Makes a block of a new slab. */
  protected newBlock(
    index: number,
    bytes: Uint8Array<ArrayBuffer>,
    address: number,
    isLarge: boolean,
  ): Block {
    return new Block(this, index, bytes, address, isLarge);
  }

  /** A free block is about to be unmapped. */
  protected retire(block: Block): void {
    this.tracker.forget(block);
  }

  /** The blocks that lie in the pool. */
  protected freeBlocks(): Block[] {
    return [this._small, this._large]
      .flatMap(({ shelf }) => [...shelf.indices()])
      .map((index) => this.blocks[index] as Block);
  }

  private _give(block: Block): void {
    (block.isLarge ? this._large.shelf : this._shelf).give(block.index);
  }

  private _giveBack(): void {
    const retire = (block: Block): void => this.retire(block);
    this._slabsGivenBack += this._small.giveBack(retire) + this._large.giveBack(retire);
  }

  /** At the ceiling a large block serves too. */
  private _leaseMore(): Block | undefined {
    const shelf = this.grow() ? this._shelf : this._large.shelf;
    const index = shelf.take();
    return index === NO_FREE_BLOCK ? undefined : (this.blocks[index] as Block).lease(0);
  }

  /** Blocks of a size for which the ceiling leaves room. */
  private _room({ shelf }: SlabSet): number {
    const { blockBytes } = shelf;
    const bytes = this._bytesMax - this._small.bytes - this._large.bytes;
    return blockBytes === 0 ? 0 : Math.floor(Math.max(bytes, 0) / blockBytes);
  }
}
