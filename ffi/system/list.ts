import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/** What a call answered that makes a list: a negative status, or the items. */
export interface ListResult<T> {
  readonly status: number;
  readonly items: T[];
}

/** How a list of structs is made, read and freed. */
export interface List<T> {
  /** The size of a struct, in bytes. */
  readonly itemBytes: number;
  /** A call of the form `int f(item_t** list, int* count)`. */
  readonly make: (list: Pointer, count: Pointer) => number;
  /** Reads one item, of which nothing is kept. @param address of the item */
  readonly read: (item: DataView, address: number) => T;
  readonly free: (list: Pointer, count: number) => void;
}

/** Reads a list that libuv has allocated, and frees it. */
export function readList<T>({ itemBytes, make, read, free }: List<T>): ListResult<T> {
  const region = new Region(16);
  const status = make(region.pointer, region.pointerTo(8));
  const address = region.word(0);
  const count = region.i32[2] as number;
  region.free();
  const list = status < 0 ? null : runtime().pointer(address);
  if (list === null) return { status, items: [] };
  const bytes = count === 0 ? new ArrayBuffer(0) : runtime().arrayBuffer(list, count * itemBytes);
  const items = Array.from({ length: count }, (_, i) => {
    const at = i * itemBytes;
    return read(new DataView(bytes, at, itemBytes), address + at);
  });
  // SAFETY: the list is ours from the call on, and nothing of it was kept.
  free(list, count);
  return { status, items };
}

/** Reads a 64-bit word as a number; exact up to 2^53. */
export function wordOf(item: DataView, byteOffset: number): number {
  return Number(item.getBigUint64(byteOffset, true));
}
