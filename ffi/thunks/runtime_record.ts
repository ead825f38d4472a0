/** `append`, `lease`, `give_back` and `copy` of `thunks.c`, for callbacks made of TypeScript. */
import { uv_buf_t } from "../libuv/layouts.ts";
import { recordWords, type Ring } from "../memory/ring.ts";
import { cell as cellLayout, ring as ringLayout } from "../memory/ring_layout.ts";
import { NO_FREE_BLOCK } from "../memory/shelf.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { NO_BLOCK } from "./kinds.ts";
import type { Cell } from "./ring_registry.ts";

const COUNT = ringLayout.count / 4;
const LOST = ringLayout.lost / 4;
const LEASED = ringLayout.leased / 4;
const LEASED_LARGE = ringLayout.leased_large / 4;
const SLOT = cellLayout.slot / 4;
const GENERATION = cellLayout.generation / 4;
const PENDING = cellLayout.pending / 4;

/** Appends a record of a cell; `b` and `c` are integers up to 2^53 and become 64-bit words. */
export function append({ ring, words }: Cell, kind: number, a = 0, b = 0, c = 0): void {
  const { count } = ring;
  if (count >= ring.capacity) {
    countLost(ring);
    return;
  }
  const at = count * recordWords.length;
  const records = ring.words;
  records[at + recordWords.slot] = words[SLOT] as number;
  records[at + recordWords.generation] = words[GENERATION] as number;
  records[at + recordWords.kind] = kind;
  records[at + recordWords.a] = a;
  records[at + recordWords.b] = b; // modulo 2^32
  records[at + recordWords.bHigh] = Math.floor(b / 2 ** 32);
  records[at + recordWords.c] = c;
  records[at + recordWords.cHigh] = Math.floor(c / 2 ** 32);
  ring.header.i32[COUNT] = count + 1;
}

/** Counts a record that could not be appended. */
export function countLost({ header }: Ring): void {
  header.u32[LOST] = (header.u32[LOST] as number) + 1;
}

/** Counts an event of a cell that comes without bound. True for the first since the last drain. */
export function countPending({ words }: Cell): boolean {
  const before = words[PENDING] as number;
  words[PENDING] = before + 1;
  return before === 0;
}

/** Takes a free block, or NO_BLOCK. Where there is none of the right size the other one serves. */
export function lease(ring: Ring, wantsLarge = false): number {
  const isLarge = (wantsLarge ? ring.large : ring.small).count > 0 ? wantsLarge : !wantsLarge;
  const index = (isLarge ? ring.large : ring.small).take();
  if (index === NO_FREE_BLOCK) return NO_BLOCK;
  ring.header.u32[LEASED_LARGE] = isLarge ? 1 : 0;
  return index;
}

/** Gives back the block that was leased last. */
export function giveBack(ring: Ring, block: number): void {
  (isLeasedLarge(ring) ? ring.large : ring.small).give(block);
}

/** Whether the block that was leased last is a large one. */
export function isLeasedLarge({ header }: Ring): boolean {
  return header.u32[LEASED_LARGE] !== 0;
}

/** The block of this read: libuv calls alloc and read in pairs. */
export function takeLeased({ header }: Ring): number {
  const block = header.u32[LEASED] as number;
  header.u32[LEASED] = NO_BLOCK;
  return block;
}

/** Describes a block to libuv, or that there is none. */
export function handOut(ring: Ring, block: number, buf: Pointer, byteLength: number): void {
  const isBlock = block !== NO_BLOCK;
  describeBuf(buf, isBlock ? ring.blockAddress(block) : 0, isBlock ? byteLength : 0);
}

/** Fills in a `uv_buf_t`. */
export function describeBuf(buf: Pointer, address: number, byteLength: number): void {
  const words = new Uint32Array(runtime().arrayBuffer(buf, uv_buf_t.size));
  setWord(words, uv_buf_t.base, address);
  setWord(words, uv_buf_t.len, byteLength);
}

function setWord(words: Uint32Array, byteOffset: number, value: number): void {
  words[byteOffset / 4] = value;
  words[byteOffset / 4 + 1] = Math.floor(value / 2 ** 32);
}

/** Copies native memory that is lent for the length of a call into a block. */
export function copyToBlock(
  ring: Ring,
  block: number,
  byteOffset: number,
  from: Pointer,
  byteLength: number,
): void {
  const to = runtime().pointer(ring.blockAddress(block) + byteOffset) as Pointer;
  bytes(to, byteLength).set(bytes(from, byteLength));
}

/** Native memory as bytes. */
export function bytes(pointer: Pointer, byteLength: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(runtime().arrayBuffer(pointer, byteLength));
}
