import { Region } from "./region.ts";
import { write as layout } from "./ring_layout.ts";

const HANDLE = layout.handle / 4;
const BASE = layout.base / 4;
const LEN = layout.len / 4;
const COUNT = layout.count / 4;
const FD = layout.fd / 4;
const RESULT = layout.result / 4;

/** Something with a native address, as two halves. */
export interface Addressed {
  readonly addressLow: number;
  readonly addressHigh: number;
}

/** What an entry is sent by: a stream or a UDP socket. */
export interface SendingHandle extends Addressed {
  /** Its descriptor; -1 leaves the entry to libuv. */
  readonly fd: number;
}

/**
 * What TypeScript submits to native code right before a poll (`on_submit` in `thunks.c`): the
 * ring's counterpart. No FFI call is made for an entry; results are read when `uv_run` has
 * returned.
 *
 * Writes and datagrams begin alike, with what stands here. The memory grows, and what was written
 * stays.
 */
export abstract class EntryQueue {
  protected region: Region;
  /** The memory in words of 32 bits. */
  protected words: Int32Array<ArrayBuffer>;
  private readonly _entryWords: number;
  private readonly _moved: (address: number) => void;
  private _capacity: number;

  /**
   * @param capacity entries that there is room for at first
   * @param moved told where the queue begins, now and when it has grown
   */
  constructor(entryBytes: number, capacity: number, moved: (address: number) => void) {
    this.region = new Region(entryBytes * capacity);
    this.words = this.region.i32;
    this._entryWords = entryBytes / 4;
    this._moved = moved;
    this._capacity = capacity;
    moved(this.region.address);
  }

  /** Describes what is sent of a memory, from a byte on. */
  setRange(
    index: number,
    handle: SendingHandle,
    memory: Addressed,
    start: number,
    byteLength: number,
  ): void {
    const at = this.begin(index, handle);
    const words = this.words;
    const low = (memory.addressLow >>> 0) + start; // it may begin in the next 4 GiB
    words[at + BASE] = low | 0;
    words[at + BASE + 1] = memory.addressHigh + Math.floor(low / 2 ** 32);
    words[at + LEN] = byteLength;
    words[at + LEN + 1] = 0;
    words[at + COUNT] = 1;
  }

  /** Leaves an entry out. */
  cancel(index: number): void {
    this._reach(index);
    this.words[index * this._entryWords + COUNT] = 0;
  }

  /** Bytes of an entry that is one buffer. */
  byteLength(index: number): number {
    return this.words[index * this._entryWords + LEN] as number;
  }

  /** Notes the answer, for the callback that is made of TypeScript. */
  setResult(index: number, result: number): void {
    this.words[index * this._entryWords + RESULT] = result;
  }

  /** Bytes sent, or an error. */
  result(index: number): number {
    return this.words[index * this._entryWords + RESULT] as number;
  }

  /** Unmaps the queue. */
  free(): void {
    this.region.free();
  }

  /** Makes room for an entry, and says whose it is. Returns its first word. */
  protected begin(index: number, handle: SendingHandle): number {
    this._reach(index);
    const words = this.words;
    const at = index * this._entryWords;
    words[at + HANDLE] = handle.addressLow;
    words[at + HANDLE + 1] = handle.addressHigh;
    words[at + FD] = handle.fd;
    return at;
  }

  /** Describes an array of `uv_buf_t`, by its address. Returns the entry's first word. */
  protected beginArray(index: number, handle: SendingHandle, array: number, count: number): number {
    const at = this.begin(index, handle);
    this.region.setWord((at + BASE) * 4, array);
    this.words[at + COUNT] = count;
    return at;
  }

  private _reach(index: number): void {
    while (index >= this._capacity) this._grow();
  }

  private _grow(): void {
    const grown = new Region(this.region.byteLength * 2);
    grown.u8.set(this.region.u8);
    // SAFETY: native code reads the queue only inside uv_run.
    this.region.free();
    this.region = grown;
    this.words = grown.i32;
    this._capacity = Math.floor(grown.i32.length / this._entryWords);
    this._moved(grown.address);
  }
}
