import { Region } from "./region.ts";

/**
 * Memory of the entries of a queue that native code reads: it grows, and what was written stays.
 * `WriteQueue` and `SendQueue` say what an entry holds.
 */
export abstract class EntryMemory {
  protected region: Region;
  /** The memory in words of 32 bits. */
  protected words: Int32Array<ArrayBuffer>;
  private readonly _entryBytes: number;
  private readonly _moved: (address: number) => void;
  private _capacity: number;

  /**
   * @param capacity entries that there is room for at first
   * @param moved told where the queue begins, now and when it has grown
   */
  constructor(entryBytes: number, capacity: number, moved: (address: number) => void) {
    this.region = new Region(entryBytes * capacity);
    this.words = this.region.i32;
    this._entryBytes = entryBytes;
    this._moved = moved;
    this._capacity = capacity;
    moved(this.region.address);
  }

  /** Unmaps the queue. */
  free(): void {
    this.region.free();
  }

  /** Makes room for an entry. */
  protected reach(index: number): void {
    while (index >= this._capacity) this._grow();
  }

  private _grow(): void {
    const grown = new Region(this.region.byteLength * 2);
    grown.u8.set(this.region.u8);
    // SAFETY: native code reads the queue only inside uv_run.
    this.region.free();
    this.region = grown;
    this.words = grown.i32;
    this._capacity = Math.floor(grown.byteLength / this._entryBytes);
    this._moved(grown.address);
  }
}
