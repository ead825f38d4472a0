import type { Ring } from "../../ffi/memory/ring.ts";
import type { Shelf } from "../../ffi/memory/shelf.ts";
import type { Block } from "./block.ts";
import { type BlockMaker, BlockSlab } from "./slab.ts";

/** All blocks of one size. */
export class SlabSet {
  /** Blocks that exist. */
  total = 0;
  /** Their bytes. */
  bytes = 0;
  /** Whether a read found none of them, and took one of the other size. */
  isMissed = false;
  /** Those that are free. */
  readonly shelf: Shelf;
  private readonly _ring: Ring;
  private readonly _slabsMin: number;
  private readonly _make: BlockMaker;
  private _slabs: readonly BlockSlab[] = [];
  private _leasesBefore = 0;

  /**
   * @param slabsMin how many slabs are never given back
   * @param make makes a block; may touch its bytes
   */
  constructor(ring: Ring, shelf: Shelf, slabsMin: number, make: BlockMaker) {
    this._ring = ring;
    this.shelf = shelf;
    this._slabsMin = slabsMin;
    this._make = make;
  }

  /** Slabs that are mapped. */
  get slabs(): number {
    return this._slabs.length;
  }

  /** Bytes that are mapped for them. */
  get mappedBytes(): number {
    return this._slabs.reduce((sum, { mappedBytes }) => sum + mappedBytes, 0);
  }

  /** How often a block was leased. */
  get leases(): number {
    return this._slabs.reduce((sum, { leases }) => sum + leases, this._leasesBefore);
  }

  /**
   * Maps another slab.
   *
   * @throws {RangeError} when the system has no memory left
   */
  map(count: number): void {
    const { shelf } = this;
    const slab = new BlockSlab(this._ring, count, shelf.blockBytes, this._make);
    for (const { index } of slab.blocks) shelf.give(index);
    this._slabs = [...this._slabs, slab];
    this._count(count);
    shelf.startLow(0); // whatever there was has just been needed
  }

  /**
   * Starts to watch how many blocks nobody needs. Those of the lowest index will be taken first:
   * the blocks in use draw together in this way, and whole slabs run empty.
   */
  startInterval(): void {
    const { shelf } = this;
    shelf.replace(shelf.indices().sort((a, b) => b - a));
    shelf.startLow(shelf.count);
  }

  /** Whether slabs could be given back, if nobody needed them for a while. */
  get hasIdle(): boolean {
    return this._slabs.length > this._slabsMin && this._freeSlabs().length > 0;
  }

  /**
   * Unmaps the slabs of which nobody has needed a block since the interval began.
   *
   * @param retire told of each block before
   * @returns how many slabs
   */
  giveBack(retire: (block: Block) => void): number {
    const idle = this._chooseIdle();
    if (idle.length === 0) return 0;
    this._unshelve(idle);
    this._slabs = this._slabs.filter((slab) => !idle.includes(slab));
    for (const slab of idle) {
      slab.blocks.forEach(retire);
      this._leasesBefore += slab.leases;
      this._count(-slab.blocks.length);
      slab.giveBack();
    }
    return idle.length;
  }

  /** Unmaps all. SAFETY: only after the loop was closed. */
  close(): void {
    for (const slab of this._slabs) slab.unmap();
  }

  private _count(blocks: number): void {
    this.total += blocks;
    this.bytes += blocks * this.shelf.blockBytes;
  }

  /** The newest first. */
  private _freeSlabs(): BlockSlab[] {
    const free = new Set(this.shelf.indices()); // reads that nobody was told of have no holder yet
    const isFree = ({ blocks }: BlockSlab): boolean => blocks.every(({ index }) => free.has(index));
    return this._slabs.filter(isFree).reverse();
  }

  private _chooseIdle(): BlockSlab[] {
    const slabsMax = this._slabs.length - this._slabsMin;
    if (slabsMax === 0 || this.shelf.low === 0) return [];
    let unneeded = Math.min(this.shelf.low, this.shelf.count);
    const chosen = this._freeSlabs().filter(({ blocks }) => {
      if (blocks.length > unneeded) return false;
      unneeded -= blocks.length;
      return true;
    });
    return chosen.slice(0, slabsMax);
  }

  /** Takes the blocks of slabs off the shelf. */
  private _unshelve(slabs: readonly BlockSlab[]): void {
    const gone = new Set(slabs.flatMap(({ blocks }) => blocks.map(({ index }) => index)));
    this.shelf.replace(this.shelf.indices().filter((index) => !gone.has(index)));
  }
}
