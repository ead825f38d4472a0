import { type Allocation, Arena } from "../memory/arena.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { type NativeTypeName, sizeOf } from "./size_of.ts";

/**
 * Memory for what libuv is given: handles, requests, buffers, texts. Its addresses never move,
 * which those of typed arrays do. Everything is zeroed.
 *
 * `free` gives all of it back at once; a `Piece` can be freed alone before.
 */
export class NativeMemory {
  readonly #arena = new Arena();
  #isFreed = false;

  /** Pieces that were allocated and not freed. */
  get live(): number {
    return this.#arena.live;
  }

  /**
   * Allocates memory, zeroed and aligned to 64 bytes.
   *
   * @param what bytes, or the name of a type: `uv_timer_t`, `uv_buf_t`
   * @param count how many of them in a row
   * @throws {RangeError} for a size that is no positive integer, or where the system has no memory
   * @throws {TypeError} for a name that is no type
   */
  allocate(what: number | NativeTypeName, count = 1): Piece {
    if (this.#isFreed) throw new Error("Cannot allocate: the native memory was freed");
    const byteLength = (typeof what === "number" ? what : sizeOf(what)) * count;
    if (!Number.isSafeInteger(byteLength) || byteLength <= 0) {
      throw new RangeError(`Cannot allocate ${count} times ${what}: not a positive size`);
    }
    const allocation = this.#arena.take(byteLength);
    return new Piece(this.#arena, allocation, byteLength);
  }

  /** Allocates a text and its closing NUL, in UTF-8. @throws {TypeError} for a text with a NUL */
  text(text: string): Piece {
    if (text.includes("\0")) throw new TypeError("A text of C ends at its first NUL");
    const bytes = new TextEncoder().encode(text);
    const piece = this.allocate(bytes.length + 1);
    piece.u8.set(bytes);
    return piece;
  }

  /**
   * Allocates an array of texts that a null pointer ends: `uv_process_options_t.args` and `env`.
   */
  textArray(texts: readonly string[]): Piece {
    const array = this.allocate((texts.length + 1) * POINTER_BYTES);
    texts.forEach((text, i) => array.setPointer(i * POINTER_BYTES, this.text(text)));
    return array;
  }

  /**
   * Gives everything back. SAFETY: only when libuv uses none of it: after `uv_loop_close`. All
   * views of it are empty from then on. A second call does nothing.
   */
  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#arena.free();
  }

  /** As `free`. */
  [Symbol.dispose](): void {
    this.free();
  }
}

const POINTER_BYTES = 8;

/** One piece of native memory. */
export class Piece {
  /** The native address of the first byte. */
  readonly address: number;
  /** The first byte, as the runtime's pointer: what functions of libuv take. */
  readonly pointer: Pointer;
  /** What was asked for. */
  readonly byteLength: number;
  /** The memory as bytes. Empty once the `NativeMemory` was freed. */
  readonly u8: Uint8Array<ArrayBuffer>;
  /** The memory for reading and writing anything else; say `true` for little-endian. */
  readonly view: DataView<ArrayBuffer>;
  readonly #arena: Arena;
  #allocation: Allocation | undefined;

  /** Use `NativeMemory.allocate`. */
  constructor(arena: Arena, allocation: Allocation, byteLength: number) {
    const { region, offset, address, pointer } = allocation;
    const { buffer } = region.u8;
    this.#arena = arena;
    this.#allocation = allocation;
    this.address = address;
    this.pointer = pointer;
    this.byteLength = byteLength;
    this.u8 = new Uint8Array(buffer, offset, byteLength).fill(0);
    this.view = new DataView(buffer, offset, byteLength);
  }

  /** The pointer to a byte. Making one costs in Deno: keep it. @throws {RangeError} outside */
  pointerTo(byteOffset: number): Pointer {
    if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset >= this.byteLength) {
      throw new RangeError(`Byte ${byteOffset} is not one of ${this.byteLength}`);
    }
    return runtime().pointer(this.address + byteOffset) as Pointer;
  }

  /** Reads a pointer. @throws {RangeError} outside of the piece */
  pointerAt(byteOffset: number): Pointer | null {
    return runtime().pointer(Number(this.view.getBigUint64(byteOffset, true)));
  }

  /** Writes a pointer, also that of another piece. @throws {RangeError} outside of the piece */
  setPointer(byteOffset: number, value: Pointer | Piece | null): void {
    const address = value instanceof Piece ? value.address : runtime().address(value);
    this.view.setBigUint64(byteOffset, BigInt(address), true);
  }

  /**
   * Gives the piece back; it may be allocated again at once. SAFETY: libuv must not use it any
   * more, and its views must not be used either. A second call does nothing.
   */
  free(): void {
    if (this.#allocation === undefined) return;
    this.#arena.give(this.#allocation);
    this.#allocation = undefined;
  }
}
