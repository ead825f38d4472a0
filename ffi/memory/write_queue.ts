import { EntryMemory } from "./entry_memory.ts";
import { write as layout } from "./ring_layout.ts";

const FIRST_CAPACITY = 512;
const WORDS = layout.size / 4;
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

/** A stream that is written to. */
export interface Writee extends Addressed {
  /** The descriptor of a connected socket; -1 leaves the write to libuv. */
  readonly fd: number;
}

/**
 * Writes that native code makes right before the next poll (`on_submit` in `thunks.c`): the ring's
 * counterpart. No FFI call is made for them; the results are read when `uv_run` has returned.
 */
export class WriteQueue extends EntryMemory {
  /** @param moved told where the queue begins, now and when it has grown */
  constructor(moved: (address: number) => void) {
    super(layout.size, FIRST_CAPACITY, moved);
  }

  /** Describes the write of one block. */
  set(index: number, stream: Writee, block: Addressed & { readonly length: number }): void {
    this.reach(index);
    const words = this.words;
    const at = index * WORDS;
    words[at + HANDLE] = stream.addressLow;
    words[at + HANDLE + 1] = stream.addressHigh;
    words[at + BASE] = block.addressLow;
    words[at + BASE + 1] = block.addressHigh;
    words[at + LEN] = block.length;
    words[at + LEN + 1] = 0;
    words[at + COUNT] = 1;
    words[at + FD] = stream.fd;
  }

  /** Describes the write of a part of a memory, which is not empty. */
  setRange(
    index: number,
    stream: Writee,
    memory: Addressed,
    start: number,
    byteLength: number,
  ): void {
    this.reach(index);
    const words = this.words;
    const at = index * WORDS;
    const low = (memory.addressLow >>> 0) + start; // it may begin in the next 4 GiB
    words[at + HANDLE] = stream.addressLow;
    words[at + HANDLE + 1] = stream.addressHigh;
    words[at + BASE] = low | 0;
    words[at + BASE + 1] = memory.addressHigh + Math.floor(low / 2 ** 32);
    words[at + LEN] = byteLength;
    words[at + LEN + 1] = 0;
    words[at + COUNT] = 1;
    words[at + FD] = stream.fd;
  }

  /** Describes the write of an array of `uv_buf_t`, by its address. */
  setArray(index: number, stream: Addressed, array: number, count: number): void {
    this.reach(index);
    const words = this.words;
    const at = index * WORDS;
    words[at + HANDLE] = stream.addressLow;
    words[at + HANDLE + 1] = stream.addressHigh;
    this.region.setWord(index * layout.size + layout.base, array);
    words[at + LEN] = 0;
    words[at + COUNT] = count;
  }

  /** Leaves an entry out. */
  cancel(index: number): void {
    this.reach(index);
    this.words[index * WORDS + COUNT] = 0;
  }

  /** A write, for the callback that is made of TypeScript: the addresses of stream and buffers. */
  read(index: number): { stream: number; buffers: number; count: number } {
    const at = index * layout.size;
    const isBlock = this.words[index * WORDS + LEN] !== 0;
    return {
      stream: this.region.word(at + layout.handle),
      buffers: isBlock
        ? this.region.address + at + layout.base
        : this.region.word(at + layout.base),
      count: this.words[index * WORDS + COUNT] as number,
    };
  }

  /** Notes the answer, for the callback that is made of TypeScript. */
  setResult(index: number, result: number): void {
    this.words[index * WORDS + RESULT] = result;
  }

  /** Bytes of the write of one block. */
  byteLength(index: number): number {
    return this.words[index * WORDS + LEN] as number;
  }

  /** What `uv_try_write` answered: bytes written, or an error. */
  result(index: number): number {
    return this.words[index * WORDS + RESULT] as number;
  }
}
