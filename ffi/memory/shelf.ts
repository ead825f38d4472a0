import { Region } from "./region.ts";
import { shelf as layout } from "./ring_layout.ts";

/** Nothing lies on the shelf. */
export const NO_FREE_BLOCK = -1;

/**
 * The free blocks of one size: a stack of their indices, which native code and TypeScript share.
 * Its head lies in the ring's header.
 */
export class Shelf {
  private readonly _header: Region;
  private readonly _byteOffset: number;
  private readonly _words: Int32Array;
  private readonly _countAt: number;
  private _region: Region;
  private _indices: Int32Array;

  /**
   * @param header of the ring
   * @param byteOffset of the head in it
   * @param capacity indices that fit
   */
  constructor(header: Region, byteOffset: number, blockBytes: number, capacity: number) {
    this._header = header;
    this._byteOffset = byteOffset;
    this._words = header.i32;
    this._countAt = (byteOffset + layout.count) / 4;
    this._region = new Region(capacity * 4);
    this._indices = this._region.i32;
    header.u32[(byteOffset + layout.block_bytes) / 4] = blockBytes;
    header.setWord(byteOffset + layout.free, this._region.address);
  }

  /** Bytes of each block. */
  get blockBytes(): number {
    return this._words[(this._byteOffset + layout.block_bytes) / 4] as number;
  }

  /** Blocks that lie here. */
  get count(): number {
    return this._words[this._countAt] as number;
  }

  /** The smallest count that any turn has seen since `startLow`. */
  get low(): number {
    return this._words[(this._byteOffset + layout.low) / 4] as number;
  }

  /** Starts to watch for the smallest count. @param count the first one */
  startLow(count: number): void {
    this._words[(this._byteOffset + layout.low) / 4] = count;
  }

  /** Notes the count if it is the smallest: `note_low` of `thunks.c`. */
  noteLow(): void {
    if (this.count < this.low) this.startLow(this.count);
  }

  /** Takes the block that was returned last, or `NO_FREE_BLOCK`. */
  take(): number {
    const words = this._words;
    const count = words[this._countAt] as number;
    if (count === 0) return NO_FREE_BLOCK;
    words[this._countAt] = count - 1;
    return this._indices[count - 1] as number;
  }

  /** Puts a block here. */
  give(index: number): void {
    const words = this._words;
    const count = words[this._countAt] as number;
    this._indices[count] = index;
    words[this._countAt] = count + 1;
  }

  /** The blocks that lie here; the last is the next to be taken. A copy. */
  indices(): Int32Array {
    return this._indices.slice(0, this.count);
  }

  /** Lays these blocks here, instead of those that lie here. No more than were here before. */
  replace(indices: Int32Array): void {
    this._indices.set(indices);
    this._words[this._countAt] = indices.length;
  }

  /** Makes room for so many indices. */
  grow(capacity: number): void {
    const grown = new Region(capacity * 4);
    grown.u8.set(this._region.u8);
    // SAFETY: callbacks run only inside uv_run, and TypeScript only outside: nobody reads it now.
    this._region.free();
    this._region = grown;
    this._indices = grown.i32;
    this._header.setWord(this._byteOffset + layout.free, grown.address);
  }

  /** Unmaps the stack. SAFETY: only after the loop was closed. */
  free(): void {
    this._region.free();
  }
}
