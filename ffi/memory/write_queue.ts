import { type Addressed, EntryQueue, type SendingHandle } from "./entry_queue.ts";
import { write as layout } from "./ring_layout.ts";

const FIRST_CAPACITY = 512;
const WORDS = layout.size / 4;
const BASE = layout.base / 4;
const LEN = layout.len / 4;
const COUNT = layout.count / 4;

/** The writes of streams; only those of connected sockets have a descriptor. */
export class WriteQueue extends EntryQueue {
  /** @param moved told where the queue begins, now and when it has grown */
  constructor(moved: (address: number) => void) {
    super(layout.size, FIRST_CAPACITY, moved);
  }

  /** Describes the write of one block. */
  set(index: number, stream: SendingHandle, block: Addressed & { readonly length: number }): void {
    const at = this.begin(index, stream);
    const words = this.words;
    words[at + BASE] = block.addressLow;
    words[at + BASE + 1] = block.addressHigh;
    words[at + LEN] = block.length;
    words[at + LEN + 1] = 0;
    words[at + COUNT] = 1;
  }

  /** Describes the write of an array of `uv_buf_t`, by its address. */
  setArray(index: number, stream: SendingHandle, array: number, count: number): void {
    const at = this.beginArray(index, stream, array, count);
    this.words[at + LEN] = 0;
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
}
