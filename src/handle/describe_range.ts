import type { BufList } from "../../ffi/memory/buf_list.ts";
import type { Memory } from "../memory/memory.ts";

/** Describes a range of memory to libuv, as the buffer of an index. */
export function describeRange(
  bufs: BufList,
  index: number,
  memory: Memory,
  start: number,
  byteLength: number,
): void {
  const low = (memory.addressLow >>> 0) + start; // the range may begin in the next 4 GiB
  bufs.set(index, low | 0, memory.addressHigh + Math.floor(low / 2 ** 32), byteLength);
}
