/**
 * The event ring of one loop: what native callbacks append, TypeScript drains.
 *
 * Nothing is appended while TypeScript reads, since libuv only calls back inside `uv_run`. So the
 * ring is drained to its end and starts again at its beginning: no wrap, no index arithmetic, and
 * small turns stay in the same few cache lines.
 *
 * It cannot overflow: whoever can cause a record reserves its room first (`reserve`), blocks for
 * the reads in them, handles for their events, requests for their completion.
 */
import type { Pointer } from "../runtime/contract.ts";
import { Batch } from "./batch.ts";
import { Region } from "./region.ts";
import { record as recordLayout, ring as layout } from "./ring_layout.ts";
import { SendQueue } from "./send_queue.ts";
import { NO_FREE_BLOCK, Shelf } from "./shelf.ts";
import { WriteQueue } from "./write_queue.ts";

const FIRST_RECORDS = 1024;
/** Fills whole pages, here and at every doubling: 8 bytes of address, 4 of each shelf, a block. */
const FIRST_BLOCKS = 1024;

/** A record in 32-bit words: see `thunks.c` for what a kind's words mean. */
export const recordWords = {
  length: recordLayout.size / 4,
  slot: recordLayout.slot / 4,
  generation: recordLayout.generation / 4,
  kind: recordLayout.kind / 4,
  a: recordLayout.a / 4,
  b: recordLayout.b / 4,
  bHigh: recordLayout.b / 4 + 1,
  c: recordLayout.c / 4,
  cHigh: recordLayout.c / 4 + 1,
} as const;

const COUNT = layout.count / 4;
const WRITE_COUNT = layout.write_count / 4;
const SEND_COUNT = layout.send_count / 4;
const NOW = layout.now / 8;

/** What the callbacks call: addresses of functions of libuv and libc. */
export interface NativeFunctions {
  readonly uv_accept: number;
  readonly uv_read_stop: number;
  readonly uv_now: number;
  readonly uv_try_write: number;
  readonly uv_stop: number;
  readonly close: number;
}

/** No read is so long. */
const NEVER = 0xffffffff;

/** The sizes of the blocks that reads are given. */
export interface BlockSizes {
  readonly blockBytes: number;
  /** Of the large ones; 0 where there are none. */
  readonly largeBlockBytes: number;
}

/** The ring, and beside it the free blocks that reads take from. */
export class Ring {
  private readonly _header = new Region(layout.size);
  private _records = new Region(FIRST_RECORDS * recordLayout.size);
  private _blocks = new Region(FIRST_BLOCKS * 8);
  /** What is submitted to native code. */
  readonly writes = new WriteQueue((address) => this._header.setWord(layout.writes, address));
  /** Datagrams that are. */
  readonly sends = new SendQueue((address) => this._header.setWord(layout.sends, address));
  private _batch: Batch | undefined;
  /** The free blocks: small ones, and large ones for streams that fill small ones. */
  readonly small: Shelf;
  readonly large: Shelf;
  private _blockCount = 0;
  /** Indices of blocks that were removed. */
  private readonly _unused: number[] = [];
  private _reserved = 0;

  /** The records as 32-bit words; another array after the ring has grown. */
  words: Int32Array = this._records.i32;

  /** @param sizes of the blocks that reads are given; a number where they have one size */
  constructor(sizes: BlockSizes | number, functions: NativeFunctions) {
    const { blockBytes, largeBlockBytes } = typeof sizes === "number"
      ? { blockBytes: sizes, largeBlockBytes: 0 }
      : sizes;
    const header = this._header;
    this.small = new Shelf(header, layout.small, blockBytes, FIRST_BLOCKS);
    this.large = new Shelf(header, layout.large, largeBlockBytes, FIRST_BLOCKS);
    header.u32[layout.large_from / 4] = largeBlockBytes > 0 ? blockBytes : NEVER;
    header.u32[layout.leased / 4] = 0xffffffff;
    header.i32[layout.reserve_fd / 4] = -1;
    header.setWord(layout.uv_accept, functions.uv_accept);
    header.setWord(layout.uv_read_stop, functions.uv_read_stop);
    header.setWord(layout.uv_now, functions.uv_now);
    header.setWord(layout.close, functions.close);
    header.setWord(layout.uv_try_write, functions.uv_try_write);
    header.setWord(layout.uv_stop, functions.uv_stop);
    this._pointToRecords();
    header.setWord(layout.blocks, this._blocks.address);
  }

  /** The native address of the header: what cells point to. */
  get address(): number {
    return this._header.address;
  }

  /** The header as the runtime's pointer. */
  get pointer(): Pointer {
    return this._header.pointer;
  }

  /** Records waiting to be drained. */
  get count(): number {
    return this._header.i32[COUNT] as number;
  }

  /** Says that every record was read. */
  clear(): void {
    this._header.i32[COUNT] = 0;
  }

  /** Readies what native code makes calls on sockets with. Call it once, before there are any. */
  openBatch(): void {
    this._batch = new Batch(this._header, layout.batch);
  }

  /** Submits the first writes of the queue: they are made right before the next poll. */
  submitWrites(count: number): void {
    this._header.u32[WRITE_COUNT] = count;
  }

  /** Submits the first datagrams of their queue: they are sent right before the next poll. */
  submitSends(count: number): void {
    this._header.u32[SEND_COUNT] = count;
  }

  /** Records that fit. */
  get capacity(): number {
    return this._header.u32[layout.capacity / 4] as number;
  }

  /** Records that found no room: 0, unless an invariant is broken. */
  get lost(): number {
    return this._header.u32[layout.lost / 4] as number;
  }

  /** `uv_now` of the last turn, in milliseconds. */
  get now(): number {
    return this._header.f64[NOW] as number;
  }

  set now(timeMs: number) {
    this._header.f64[NOW] = timeMs;
  }

  /** Iterations of the libuv loop. */
  get turns(): number {
    return this._header.u32[layout.turns / 4] as number;
  }

  /** The descriptor given up when accept meets EMFILE; -1 when it is spent. */
  get reserveFd(): number {
    return this._header.i32[layout.reserve_fd / 4] as number;
  }

  set reserveFd(fd: number) {
    this._header.i32[layout.reserve_fd / 4] = fd;
  }

  /** Free blocks of both sizes: what the next reads can take. */
  get freeBlocks(): number {
    return this.small.count + this.large.count;
  }

  /** Makes room for records that may come, before anything can cause them. */
  reserve(records: number): void {
    this._reserved += records;
    if (this._reserved <= this.capacity) return;
    const grown = new Region(this._reserved * 2 * recordLayout.size);
    grown.u8.set(this._records.u8.subarray(0, this.count * recordLayout.size));
    // SAFETY: callbacks run only inside uv_run, and TypeScript only outside: nobody appends now.
    this._records.free();
    this._records = grown;
    this._pointToRecords();
  }

  /** Takes back a reservation. */
  release(records: number): void {
    this._reserved -= records;
  }

  /** Whether streams that fill small blocks ask for large ones. */
  get asksForLarge(): boolean {
    return this._header.u32[layout.large_from / 4] !== NEVER;
  }

  /** Has streams never ask for large blocks. */
  readSmallOnly(): void {
    this._header.u32[layout.large_from / 4] = NEVER;
  }

  /** Adds a block that reads may take. Returns its index; the block is not yet free. */
  addBlock(address: number): number {
    const index = this._unused.pop() ?? this._nextIndex();
    this._blocks.setWord(index * 8, address);
    this.reserve(1);
    return index;
  }

  /** Forgets a block, which lies on no shelf any more: its index will be another's. */
  removeBlock(index: number): void {
    this._blocks.setWord(index * 8, 0);
    this._unused.push(index);
    this.release(1);
  }

  /** The native address of a block. */
  blockAddress(index: number): number {
    return this._blocks.word(index * 8);
  }

  /** Takes a free small block. Undefined when there is none. */
  takeBlock(): number | undefined {
    const index = this.small.take();
    return index === NO_FREE_BLOCK ? undefined : index;
  }

  /** Puts a small block back. */
  giveBlock(index: number): void {
    this.small.give(index);
  }

  /** The header's words, for the callbacks that are made of TypeScript. */
  get header(): Region {
    return this._header;
  }

  /** Unmaps everything. SAFETY: only after the loop was closed. */
  free(): void {
    this.writes.free();
    this.sends.free();
    this._batch?.free();
    for (const part of [this.small, this.large]) part.free();
    for (const region of [this._header, this._records, this._blocks]) region.free();
  }

  private _nextIndex(): number {
    if (this._blockCount * 8 === this._blocks.byteLength) this._growBlocks();
    return this._blockCount++;
  }

  private _growBlocks(): void {
    const blocks = new Region(this._blocks.byteLength * 2);
    blocks.u8.set(this._blocks.u8);
    // SAFETY: callbacks run only inside uv_run, and TypeScript only outside: nobody reads it now.
    this._blocks.free();
    this._blocks = blocks;
    this._header.setWord(layout.blocks, blocks.address);
    for (const shelf of [this.small, this.large]) shelf.grow(blocks.byteLength / 8);
  }

  private _pointToRecords(): void {
    this._header.setWord(layout.records, this._records.address);
    this._header.u32[layout.capacity / 4] = this._records.byteLength / recordLayout.size;
    this.words = this._records.i32;
  }
}
