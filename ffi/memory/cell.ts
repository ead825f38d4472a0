import type { Pointer } from "../runtime/contract.ts";
import type { Allocation, Arena } from "./arena.ts";
import type { Region } from "./region.ts";
import { cell as layout } from "./ring_layout.ts";

/**
 * The native half of a handle or request: a cell, and behind it the libuv structure whose `data`
 * points to that cell. `thunks.c` explains how callbacks use it.
 */
export class Cell {
  /** The libuv structure, as the runtime's pointer: made once. */
  readonly pointer: Pointer;
  readonly #arena: Arena;
  readonly #allocation: Allocation;

  /**
   * @param structBytes the size of the libuv structure, from `uv_handle_size` or `uv_req_size`
   * @param ringAddress the header of the loop's ring
   */
  constructor(arena: Arena, structBytes: number, ringAddress: number) {
    const allocation = arena.take(layout.size + structBytes, layout.size);
    const { region, offset, address, pointer } = allocation;
    this.#arena = arena;
    this.#allocation = allocation;
    this.pointer = pointer;
    region.u8.fill(0, offset, offset + layout.size);
    region.setWord(offset + layout.ring, ringAddress);
    region.setWord(offset + layout.size, address); // data, the first word of the structure
  }

  /** The native address of the libuv structure. */
  get address(): number {
    return this.#allocation.address + layout.size;
  }

  /** Names the TypeScript object that records of this structure are for. */
  setTarget(slot: number, generation: number): void {
    this.#set(layout.slot, slot);
    this.#set(layout.generation, generation);
  }

  /** Events since the last record was drained; reading it starts the count again. */
  takePending(): number {
    const { region, offset } = this.#allocation;
    const index = (offset + layout.pending) >>> 2;
    const count = region.u32[index] as number;
    region.u32[index] = 0;
    return count;
  }

  /** What its callbacks need besides: see `extra` in `thunks.c`. */
  setExtra(address: number): void {
    this.#allocation.region.setWord(this.#allocation.offset + layout.extra, address);
  }

  /** Says whether reads are to be given large blocks. */
  setWantsLarge(wantsLarge: boolean): void {
    this.#set(layout.wants_large, wantsLarge ? 1 : 0);
  }

  /** The memory that the structure lies in, and where it begins there. */
  get region(): Region {
    return this.#allocation.region;
  }

  get structOffset(): number {
    return this.#allocation.offset + layout.size;
  }

  /** Keeps a word in the cell for native code of the user's, which finds it through `data`. */
  setArgument(value: bigint): void {
    const { region, offset } = this.#allocation;
    const bytes = new DataView(region.u8.buffer, offset + layout.extra, 8);
    bytes.setBigUint64(0, BigInt.asUintN(64, value), true);
  }

  /** Reads a 64-bit word of the structure. */
  structWord(byteOffset: number): number {
    return this.#allocation.region.word(this.#allocation.offset + layout.size + byteOffset);
  }

  /** Writes a 32-bit word of the structure. SAFETY: libuv has let go of it. */
  setStructInt(byteOffset: number, value: number): void {
    const { region, offset } = this.#allocation;
    region.i32[(offset + layout.size + byteOffset) >>> 2] = value;
  }

  /** Frees the memory. SAFETY: the close or completion record was drained, libuv forgot it. */
  free(): void {
    this.#arena.give(this.#allocation);
  }

  #set(field: number, value: number): void {
    const { region, offset } = this.#allocation;
    region.u32[(offset + field) >>> 2] = value;
  }
}
