import type { Pointer } from "../runtime/contract.ts";
import { uv_buf_t } from "../libuv/layouts.ts";
import { Region } from "./region.ts";

/** `IOV_MAX`: what one vectored write may take. */
const CAPACITY = 1024;
const WORDS = uv_buf_t.size / 4;

/** An array of `uv_buf_t` for writes; libuv copies what it keeps, so it serves again at once. */
export class BufList {
  readonly #region = new Region(CAPACITY * uv_buf_t.size);
  readonly #words = this.#region.i32;
  /** The first `uv_buf_t`, as the runtime's pointer. */
  readonly pointer: Pointer = this.#region.pointer;
  /** How many buffers fit. */
  readonly capacity = CAPACITY;

  /** The native address of a buffer. */
  address(index: number): number {
    return this.#region.address + index * uv_buf_t.size;
  }

  /**
   * @param index which buffer
   * @param low lower half of the address
   * @param high upper half of the address
   * @param byteLength bytes to write
   */
  set(index: number, low: number, high: number, byteLength: number): void {
    const words = this.#words;
    const at = index * WORDS;
    words[at] = low;
    words[at + 1] = high;
    words[at + 2] = byteLength;
    words[at + 3] = 0;
  }

  /** Unmaps the array. */
  free(): void {
    this.#region.free();
  }
}
