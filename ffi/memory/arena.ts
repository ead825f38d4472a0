import type { Pointer } from "../runtime/contract.ts";
import { Region } from "./region.ts";

/** A piece of an arena; kept and used again, pointer and all, after it was given back. */
export interface Allocation {
  readonly region: Region;
  /** Where it starts in the region, in bytes; a multiple of 64. */
  readonly offset: number;
  /** Its native address. */
  readonly address: number;
  /** The piece's cached pointer, `pointerOffset` bytes into it: making one costs in Deno. */
  readonly pointer: Pointer;
  /** The free list that the piece returns to. */
  readonly home: Allocation[];
}

/** A line of the processor's cache: a cell and the start of its handle share one. */
const ALIGNMENT_BYTES = 64;
const FIRST_REGION_BYTES = 64 * 1024;
const REGION_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Native memory for handles, requests and small structures: bump allocation in regions that
 * double in size, and a free list per size. Addresses never move.
 *
 * Sizes are few (one per libuv type), so a free piece waits for the next user of its size; the
 * regions are unmapped all together when the loop is closed.
 */
export class Arena {
  readonly #regions: Region[] = [];
  readonly #free = new Map<string, Allocation[]>();
  #used = 0;
  #live = 0;

  /** Pieces taken and not yet given back. */
  get live(): number {
    return this.#live;
  }

  /** Bytes mapped. */
  get byteLength(): number {
    return this.#regions.reduce((sum, region) => sum + region.byteLength, 0);
  }

  /**
   * Takes memory, zeroed when new; a piece that is used again holds what it held.
   *
   * @param byteLength how much
   * @param pointerOffset where the piece's cached pointer points, in bytes from its start
   * @throws {RangeError} when the system has no memory left
   */
  take(byteLength: number, pointerOffset = 0): Allocation {
    const key = `${byteLength}+${pointerOffset}`;
    let home = this.#free.get(key);
    if (home === undefined) this.#free.set(key, home = []);
    const allocation = home.pop() ?? this.#carve(byteLength, pointerOffset, home);
    this.#live++;
    return allocation;
  }

  /** Gives a piece back. SAFETY: nothing native may use its address any more. */
  give(allocation: Allocation): void {
    this.#live--;
    allocation.home.push(allocation);
  }

  /** Unmaps everything. SAFETY: only after the loop that used it was closed. */
  free(): void {
    for (const region of this.#regions) region.free();
    this.#regions.length = 0;
    this.#free.clear();
  }

  #carve(byteLength: number, pointerOffset: number, home: Allocation[]): Allocation {
    const size = Math.ceil(byteLength / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    let region = this.#regions.at(-1);
    if (region === undefined || this.#used + size > region.byteLength) {
      region = this.#grow(size);
    }
    const offset = this.#used;
    this.#used += size;
    return {
      region,
      offset,
      address: region.address + offset,
      pointer: region.pointerTo(offset + pointerOffset),
      home,
    };
  }

  #grow(byteLengthMin: number): Region {
    const last = this.#regions.at(-1)?.byteLength ?? FIRST_REGION_BYTES / 2;
    const byteLength = Math.max(Math.min(last * 2, REGION_BYTES_MAX), byteLengthMin);
    const region = new Region(byteLength);
    this.#regions.push(region);
    this.#used = 0;
    return region;
  }
}
