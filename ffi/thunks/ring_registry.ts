import { cell as layout } from "../memory/ring_layout.ts";
import type { Ring } from "../memory/ring.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/**
 * What `data` of a handle or request points to, seen from TypeScript: only the callbacks made of
 * TypeScript need it, machine code reads the memory itself.
 *
 * SAFETY: the memory is the arena's, which lives as long as the ring; `unregisterRing` forgets it.
 */
export interface Cell {
  readonly ring: Ring;
  /** The cell's memory as 32-bit words. */
  readonly words: Int32Array<ArrayBuffer>;
  /** The cell's memory, as the runtime's pointer. */
  readonly pointer: Pointer;
}

const rings = new Map<number, Ring>();
/** Seen once and kept: views and pointers cost more than a look-up. */
const cells = new Map<number, Cell>();

/** Lets the callbacks made of TypeScript find a ring; called before the loop's first `uv_run`. */
export function registerRing(ring: Ring): void {
  rings.set(ring.address, ring);
}

/** Forgets a ring and its cells. Call it before the memory of either is freed. */
export function unregisterRing(ring: Ring): void {
  rings.delete(ring.address);
  for (const [address, cell] of cells) {
    if (cell.ring === ring) cells.delete(address);
  }
}

/** The cell of a handle or request: `data` is its first word. @throws {Error} as `cellAt` */
export function cellOf(handle: Pointer): Cell {
  return cellAt(runtime().word(handle, 0));
}

/** The cell at an address. @throws {Error} where there is none, or its ring is not registered */
export function cellAt(address: number): Cell {
  const known = cells.get(address);
  if (known !== undefined) return known;
  const pointer = runtime().pointer(address);
  if (pointer === null) throw new Error("Cannot record an event: its handle has no cell");
  const ring = rings.get(runtime().word(pointer, layout.ring));
  if (ring === undefined) throw new Error("Cannot record an event: its ring is not registered");
  const words = new Int32Array(runtime().arrayBuffer(pointer, layout.size));
  const cell = { ring, words, pointer };
  cells.set(address, cell);
  return cell;
}
