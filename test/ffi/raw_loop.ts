import assert from "node:assert/strict";
import { uv_handle_type, uv_run_mode } from "../../ffi/libuv/constants.ts";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { type Allocation, Arena } from "../../ffi/memory/arena.ts";
import { Region } from "../../ffi/memory/region.ts";
import { cell as cellLayout, ring as ringLayout } from "../../ffi/memory/ring_layout.ts";
import { recordWords, Ring } from "../../ffi/memory/ring.ts";
import { system } from "../../ffi/memory/system.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import type { Callbacks } from "../../ffi/thunks/callback_pointers.ts";
import { kind } from "../../ffi/thunks/kinds.ts";
import { registerRing, unregisterRing } from "../../ffi/thunks/ring_registry.ts";

/** A record in words for people: whose it is, and what it says. */
export interface Event {
  readonly of: string;
  readonly kind: string;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A handle or a request, with its cell before it. */
export interface Native {
  readonly name: string;
  readonly pointer: Pointer;
  readonly address: number;
  readonly piece: Allocation;
}

/** What blocks there are. */
export interface RawSizes {
  readonly blockBytes?: number;
  readonly blockCount?: number;
  readonly largeBlockBytes?: number;
  readonly largeBlockCount?: number;
}

const WATCHDOG_MS = 20_000;
const SCRATCH_BYTES = 65536;
const kindNames = new Map(Object.entries(kind).map(([name, value]) => [value as number, name]));
const GENERATION = 77;

/** A loop at its barest: handles, a ring, and one make of callbacks. */
export class RawLoop {
  readonly core = openLibrary().core;
  readonly ring: Ring;
  /** Every record drained so far, but for those of the loop's own watchdog. */
  readonly events: Event[] = [];
  readonly callbacks: Callbacks;
  readonly pointer: Pointer;
  readonly blocks: Region;
  readonly blockBytes: number;
  readonly #arena = new Arena();
  readonly #scratch = new Region(SCRATCH_BYTES);
  readonly #natives: Native[] = [];
  readonly #open = new Set<Native>();
  readonly #taken: number[] = [];
  readonly #blockCount: number;
  #hasTurns = false;
  /** The index of the first large block. */
  readonly #largeFrom: number;
  #scratchUsed = 0;
  #closing = 0;

  constructor(
    callbacks: Callbacks,
    { blockBytes = 1024, blockCount = 4, largeBlockBytes = 0, largeBlockCount = 0 }: RawSizes = {},
  ) {
    const library = openLibrary();
    this.callbacks = callbacks;
    this.blockBytes = blockBytes;
    this.#blockCount = blockCount + largeBlockCount;
    this.ring = new Ring({ blockBytes, largeBlockBytes }, {
      uv_accept: library.address("uv_accept"),
      uv_read_stop: library.address("uv_read_stop"),
      uv_now: library.address("uv_now"),
      uv_try_write: library.address("uv_try_write"),
      uv_stop: library.address("uv_stop"),
      close: closeAddress(),
    });
    registerRing(this.ring);
    this.blocks = new Region(blockBytes * blockCount + largeBlockBytes * largeBlockCount);
    const { address } = this.blocks;
    for (let i = 0; i < blockCount; i++) {
      this.ring.small.give(this.ring.addBlock(address + i * blockBytes));
    }
    const largeAddress = address + blockCount * blockBytes;
    for (let i = 0; i < largeBlockCount; i++) {
      this.ring.large.give(this.ring.addBlock(largeAddress + i * largeBlockBytes));
    }
    this.#largeFrom = blockCount;
    this.pointer = this.#arena.take(Number(this.core.uv_loop_size())).pointer;
    assert.equal(this.core.uv_loop_init(this.pointer), 0);
    this.ring.openBatch();
    this.#startWatchdog();
  }

  /** Memory for a handle; `init` makes it one that `close` closes. */
  handle(name: string, type: number, init: (handle: Pointer) => number): Native {
    const native = this.#native(name, Number(this.core.uv_handle_size(type)));
    assert.equal(init(native.pointer), 0, `init of ${name}`);
    this.#open.add(native);
    return native;
  }

  /** Memory for a request. */
  request(name: string, type: number): Native {
    return this.#native(name, Number(this.core.uv_req_size(type)));
  }

  /** A cell alone, such as uv_walk's argument. */
  cell(name: string): { pointer: Pointer; address: number } {
    const { piece } = this.#native(name, 0);
    return { pointer: piece.region.pointerTo(piece.offset), address: piece.address };
  }

  /** Zeroed native memory that lives as long as the loop. */
  memory(
    byteLength: number,
  ): { region: Region; offset: number; address: number; pointer: Pointer } {
    const offset = this.#scratchUsed;
    this.#scratchUsed += Math.ceil(byteLength / 16) * 16;
    assert.ok(this.#scratchUsed <= SCRATCH_BYTES, "scratch memory is used up");
    const region = this.#scratch;
    return { region, offset, address: region.address + offset, pointer: region.pointerTo(offset) };
  }

  /** NUL-terminated text in native memory. */
  text(text: string): { address: number; pointer: Pointer } {
    const memory = this.memory(new TextEncoder().encode(text).length + 1);
    memory.region.setText(memory.offset, text);
    return memory;
  }

  /** Writes a native's `extra`. */
  setExtra({ piece }: Native, address: number): void {
    piece.region.setWord(piece.offset + cellLayout.extra, address);
  }

  /** A native's `pending`, as TypeScript reads it when it drains. */
  pending({ piece }: Native): number {
    return piece.region.u32[(piece.offset + cellLayout.pending) / 4] as number;
  }

  /** Starts a native's `pending` again, as TypeScript does when it drains. */
  resetPending({ piece }: Native): void {
    piece.region.u32[(piece.offset + cellLayout.pending) / 4] = 0;
  }

  /** Says that a native wants large blocks. */
  wantLarge({ piece }: Native): void {
    piece.region.u32[(piece.offset + cellLayout.wants_large) / 4] = 1;
  }

  /** Runs the loop until something is so, e.g. until an event came. */
  runUntil(done: () => boolean): void {
    while (!done()) {
      const alive = this.core.uv_run(this.pointer, uv_run_mode.UV_RUN_ONCE);
      this.drain();
      if (alive === 0 && !done()) assert.fail(`the loop ended; had ${this.#summary()}`);
    }
  }

  /** Runs the loop until so many records of a kind came in all. Returns the last one. */
  runUntilEvent(name: keyof typeof kind, count = 1): Event {
    const matching = (): Event[] => this.events.filter((event) => event.kind === name);
    this.runUntil(() => matching().length >= count);
    return matching()[count - 1] as Event;
  }

  /** Moves the ring's records to `events`. */
  drain(): void {
    const { words, count } = this.ring;
    for (let i = 0; i < count; i++) this.#read(words, i * recordWords.length);
    this.ring.clear();
  }

  /** The first bytes of a block, and back it goes. */
  readBlock(index: number, byteLength: number, byteOffset = 0): Uint8Array {
    const start = this.ring.blockAddress(index) - this.blocks.address + byteOffset;
    const bytes = this.blocks.u8.slice(start, start + byteLength);
    this.giveBlock(index);
    return bytes;
  }

  /** Whether a block is a large one. */
  isLarge(index: number): boolean {
    return index >= this.#largeFrom;
  }

  /** Puts a block back. */
  giveBlock(index: number): void {
    (this.isLarge(index) ? this.ring.large : this.ring.small).give(index);
  }

  /** Leaves no block for reads. */
  takeAllBlocks(): void {
    for (const shelf of [this.ring.small, this.ring.large]) {
      while (shelf.count > 0) this.#taken.push(shelf.take());
    }
  }

  /** Puts back one of the blocks that `takeAllBlocks` took. */
  giveTaken(): void {
    const block = this.#taken.pop();
    assert.ok(block !== undefined, "a block was taken");
    this.giveBlock(block);
  }

  /** Puts back what `takeAllBlocks` took. */
  giveAllBlocks(): void {
    for (const block of this.#taken.splice(0)) this.giveBlock(block);
  }

  /** Orders the events by kind and name, where the kernel decides which comes first. */
  sort(): void {
    const key = ({ kind, of }: Event): string => `${kind} ${of}`;
    this.events.sort((one, other) => (key(one) < key(other) ? -1 : 1));
  }

  closeHandle(native: Native, by: "uv_close" | "uv_tcp_close_reset" = "uv_close"): void {
    assert.ok(this.#open.delete(native), `${native.name} is open`);
    this.#closing++;
    this.core[by](native.pointer, this.callbacks.pointers.on_close);
  }

  /** Says that the lost records were expected. */
  forgetLost(): void {
    this.ring.header.u32[ringLayout.lost / 4] = 0;
  }

  /** Closes what is open and proves that nothing is left. */
  close(): void {
    for (const native of this.#open) this.closeHandle(native);
    this.runUntil(() => this.#closing === 0);
    assert.equal(this.core.uv_loop_close(this.pointer), 0, "uv_loop_close");
    assert.equal(this.ring.lost, 0, "lost records");
    assert.equal(this.ring.freeBlocks, this.#blockCount, "free blocks");
    unregisterRing(this.ring);
    this.ring.free();
    for (const region of [this.blocks, this.#scratch, this.#arena]) region.free();
  }

  /** The check handle of a loop, which reads what the poll has found. */
  startTurns(): void {
    if (this.#hasTurns) return;
    this.#hasTurns = true;
    const { core, pointer, callbacks } = this;
    const check = this.handle("turns", uv_handle_type.UV_CHECK, (handle) => {
      return core.uv_check_init(pointer, handle);
    });
    core.uv_check_start(check.pointer, callbacks.pointers.on_turn);
    core.uv_unref(check.pointer);
  }

  /** The prepare handle of a loop, which makes what was submitted before the poll. Keeps alive. */
  startSubmits(): void {
    const { core, pointer, callbacks } = this;
    const prepare = this.handle("submits", uv_handle_type.UV_PREPARE, (handle) => {
      return core.uv_prepare_init(pointer, handle);
    });
    core.uv_prepare_start(prepare.pointer, callbacks.pointers.on_submit);
  }

  #native(name: string, byteLength: number): Native {
    const piece = this.#arena.take(cellLayout.size + byteLength, cellLayout.size);
    const { region, offset } = piece;
    region.setWord(offset + cellLayout.ring, this.ring.address);
    region.u32[(offset + cellLayout.slot) / 4] = this.#natives.length;
    region.u32[(offset + cellLayout.generation) / 4] = GENERATION;
    if (byteLength > 0) region.setWord(offset + cellLayout.size, piece.address);
    const { pointer } = piece;
    const native = { name, pointer, address: piece.address + cellLayout.size, piece };
    this.#natives.push(native);
    return native;
  }

  #startWatchdog(): void {
    const { core, callbacks } = this;
    const init = (timer: Pointer): number => core.uv_timer_init(this.pointer, timer);
    const { pointer } = this.handle("watchdog", uv_handle_type.UV_TIMER, init);
    core.uv_timer_start(pointer, callbacks.pointers.on_timer, WATCHDOG_MS, 0);
    core.uv_unref(pointer);
  }

  #read(words: Int32Array, at: number): void {
    const word = (offset: number): number => words[at + offset] as number;
    assert.equal(word(recordWords.generation), GENERATION);
    const { name: of } = this.#natives[word(recordWords.slot)] as Native;
    const name = kindNames.get(word(recordWords.kind)) ?? "unknown";
    if (of === "watchdog" && name === "TIMER") assert.fail(`no event came: ${this.#summary()}`);
    if (name === "CLOSE") this.#closing--;
    const b = long(word(recordWords.b), word(recordWords.bHigh));
    const c = long(word(recordWords.c), word(recordWords.cHigh));
    this.events.push({ of, kind: name, a: word(recordWords.a), b, c });
  }

  #summary(): string {
    return this.events.map(({ of, kind }) => `${of} ${kind}`).join(", ") || "no event";
  }
}

/** An address as queues of the ring take it. */
export function halves(address: number): { addressLow: number; addressHigh: number } {
  return { addressLow: address | 0, addressHigh: Math.floor(address / 2 ** 32) };
}

/** A signed 64-bit word. */
function long(low: number, high: number): number {
  return high * 2 ** 32 + (low >>> 0);
}

/** `close(2)`; null stands for RTLD_DEFAULT. */
function closeAddress(): number {
  const text = new Region(8);
  text.setText(0, "close");
  const address = runtime().address(system().dlsym(null, text.pointer));
  text.free();
  return address;
}
