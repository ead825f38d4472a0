import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { textOf } from "./native_text.ts";
import { mapMemory, type SharedFile, unmapMemory } from "./system.ts";

/** `mmap(2)` works in pages. */
const PAGE_BYTES = 4096;

/**
 * One piece of native memory with a stable address, seen from TypeScript through one ArrayBuffer.
 *
 * Native code only ever gets addresses inside regions: the collectors of both runtimes may move a
 * typed array of their own. Freeing a region detaches its ArrayBuffer first, so a view that
 * somebody kept becomes empty instead of reading unmapped memory.
 */
export class Region {
  /** The native address of the first byte. */
  readonly address: number;
  /** The size in bytes: whole pages. */
  readonly byteLength: number;
  /** The first byte, as the runtime's pointer. */
  readonly pointer: Pointer;
  /** The memory, by element size. All start at the first byte. */
  readonly u8: Uint8Array<ArrayBuffer>;
  readonly i32: Int32Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly f64: Float64Array<ArrayBuffer>;
  #buffer: ArrayBuffer | undefined;

  /**
   * Maps zeroed memory.
   *
   * @param byteLength at least this much; rounded up to whole pages
   * @param file maps what a descriptor shares, from an offset on, instead of zeroed memory
   * @throws {RangeError} when the system has no memory left
   */
  constructor(byteLength: number, file?: SharedFile) {
    this.byteLength = Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES;
    // SAFETY: the region owns the mapping until free(); the views below die with it.
    this.pointer = mapMemory(this.byteLength, file);
    this.address = runtime().address(this.pointer);
    const buffer = runtime().arrayBuffer(this.pointer, this.byteLength);
    this.#buffer = buffer;
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** The runtime's pointer to a byte of this region. Keep it: making one costs in Deno. */
  pointerTo(byteOffset: number): Pointer {
    return runtime().pointer(this.address + byteOffset) as Pointer;
  }

  /** Writes an address (or any integer up to 2^53) as a 64-bit word. */
  setWord(byteOffset: number, value: number): void {
    this.u32[byteOffset >>> 2] = value >>> 0;
    this.u32[(byteOffset >>> 2) + 1] = Math.floor(value / 2 ** 32);
  }

  /** Reads a 64-bit word as a number; exact up to 2^53. */
  word(byteOffset: number): number {
    const low = this.u32[byteOffset >>> 2] as number;
    const high = this.u32[(byteOffset >>> 2) + 1] as number;
    return high * 2 ** 32 + low;
  }

  /** Writes text and a closing NUL; the caller has made sure that it fits. */
  setText(byteOffset: number, text: string): void {
    const { written } = new TextEncoder().encodeInto(text, this.u8.subarray(byteOffset));
    this.u8[byteOffset + written] = 0;
  }

  /** Reads text up to the NUL. */
  text(byteOffset: number): string {
    return textOf(this.u8.subarray(byteOffset));
  }

  /** Detaches the views and unmaps the memory. A second call does nothing. */
  free(): void {
    const buffer = this.#buffer;
    if (buffer === undefined) return;
    this.#buffer = undefined;
    detach(buffer);
    unmapMemory(this.pointer, this.byteLength);
  }
}

/** Takes the memory away from every view of a buffer, without copying it. */
function detach(buffer: ArrayBuffer): void {
  buffer.transfer(0);
}
