import { Region } from "./region.ts";
import { write as layout } from "./ring_layout.ts";

const CAPACITY = 1024;
const WORDS = layout.size / 4;
const HANDLE = layout.handle / 4;
const BASE = layout.base / 4;
const LEN = layout.len / 4;
const COUNT = layout.count / 4;
const RESULT = layout.result / 4;

/**
 * Writes that native code makes right before the next poll (`on_submit` in `thunks.c`): the ring's
 * counterpart. No FFI call is made for them; the results are read when `uv_run` has returned.
 */
export class WriteQueue {
  readonly #region = new Region(CAPACITY * layout.size);
  readonly #words = this.#region.i32;
  /** How many writes fit. */
  readonly capacity = CAPACITY;

  /** The native address of the first write. */
  get address(): number {
    return this.#region.address;
  }

  /** Names the stream of a write, by the halves of its address. */
  setStream(index: number, low: number, high: number): void {
    const at = index * WORDS + HANDLE;
    this.#words[at] = low;
    this.#words[at + 1] = high;
  }

  /**
   * Describes what to write.
   *
   * @param low lower half of the address of the buffer, or of the array where `count` is not 1
   * @param byteLength of the one buffer
   */
  setBuffers(index: number, low: number, high: number, byteLength: number, count: number): void {
    const words = this.#words;
    const at = index * WORDS;
    words[at + BASE] = low;
    words[at + BASE + 1] = high;
    words[at + LEN] = byteLength;
    words[at + LEN + 1] = 0;
    words[at + COUNT] = count;
  }

  /** A write, for the callback that is made of TypeScript: the addresses of stream and buffers. */
  read(index: number): { stream: number; buffers: number; count: number } {
    const at = index * layout.size;
    const count = this.#region.u32[index * WORDS + COUNT] as number;
    const array = this.#region.word(at + layout.base);
    return {
      stream: this.#region.word(at + layout.handle),
      buffers: count === 1 ? this.#region.address + at + layout.base : array,
      count,
    };
  }

  /** Notes the answer, for the callback that is made of TypeScript. */
  setResult(index: number, result: number): void {
    this.#words[index * WORDS + RESULT] = result;
  }

  /** What `uv_try_write` answered: bytes written, or an error. */
  result(index: number): number {
    return this.#words[index * WORDS + RESULT] as number;
  }

  /** Unmaps the queue. */
  free(): void {
    this.#region.free();
  }
}
