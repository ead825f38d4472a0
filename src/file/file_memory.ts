import { BufList } from "../../ffi/memory/buf_list.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import { describeRange } from "../handle/describe_range.ts";
import { PIN_BYTES_MIN } from "../handle/outgoing.ts";
import type { Readable } from "../io/file.ts";
import type { Writable } from "../io/writable.ts";
import { Block, type BlockOwner } from "../memory/block.ts";
import { Chain } from "../memory/chain.ts";
import { LentMemory } from "../memory/lent_memory.ts";
import { Memory } from "../memory/memory.ts";
import { ownData } from "../memory/own_data.ts";
import { PinnedMemory } from "../memory/pinned_memory.ts";
import { LENGTH_MAX } from "./arguments.ts";

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** Where ranges are described while libuv is called, which copies that. */
let bufs: BufList | undefined;

/** What memory an operation may work on. */
export interface MemoryRules {
  /** The pool whose blocks it may be; undefined for any, where nobody waits for the operation. */
  readonly pool: BlockOwner | undefined;
}

/** Ranges of memory that one operation reads into or writes from, held until it has ended. */
export class FileMemory {
  readonly #memories: Memory[] = [];
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #rules: MemoryRules;
  byteLength = 0;

  private constructor(rules: MemoryRules) {
    this.#rules = rules;
  }

  /**
   * Memory to be read into.
   *
   * @param lengthMax how much of it; undefined for all
   * @throws {TypeError} for what cannot be read into, and for a block of another loop
   * @throws {StateError} for a block that others hold
   * @throws {ClosedError} for memory that nobody holds
   * @throws {RangeError} for none, too many, or too long
   */
  static toRead(
    into: Readable | readonly Readable[],
    lengthMax: number | undefined,
    rules: MemoryRules,
  ): FileMemory {
    const pieces = listOf(into);
    return FileMemory.#of(rules, (memory) => {
      let left = lengthMax ?? Infinity;
      for (const piece of pieces) left -= memory.#addTarget(piece, left);
    });
  }

  /** Memory to be written; errors as for `toRead`. */
  static toWrite(data: Writable | readonly Writable[], rules: MemoryRules): FileMemory {
    const pieces = listOf(data);
    return FileMemory.#of(rules, (memory) => {
      for (const piece of pieces) memory.#addSource(piece);
      if (memory.count === 0) memory.#addPinned(nothing); // libuv takes no empty list
    });
  }

  static #of(rules: MemoryRules, add: (memory: FileMemory) => void): FileMemory {
    const memory = new FileMemory(rules);
    try {
      add(memory);
    } catch (error) {
      memory.letGo((held) => held.unhold());
      throw error;
    }
    return memory;
  }

  /** Ranges in it. */
  get count(): number {
    return this.#memories.length;
  }

  /** Describes the ranges to libuv. The array serves until the next call of this. */
  describe(): Pointer {
    const list = bufs ??= new BufList();
    for (let i = 0; i < this.count; i++) {
      const memory = this.#memories[i] as Memory;
      describeRange(list, i, memory, this.#starts[i] as number, this.#lengths[i] as number);
    }
    return list.pointer;
  }

  /** So many bytes were read: says to blocks what is in them. */
  filled(byteLength: number): void {
    let left = byteLength;
    for (const [index, memory] of this.#memories.entries()) {
      const length = Math.min(left, this.#lengths[index] as number);
      if (memory instanceof Block) memory.length = length;
      left -= length;
    }
  }

  /** Lets go of all of it. */
  letGo(release: (memory: Memory) => void): void {
    for (const memory of this.#memories.splice(0)) release(memory);
  }

  /** Returns how many bytes there is room for in it. */
  #addTarget(readable: Readable, lengthMax: number): number {
    const target = ownData(readable);
    if (target instanceof Block) {
      this.#assertUsable(target);
      if (target.holders > 1 || this.#memories.includes(target)) {
        throw new StateError("read into the block", "others hold it too");
      }
      return this.#hold(target, 0, Math.min(target.bytes.length, lengthMax));
    }
    if (target instanceof PinnedMemory) {
      this.#assertUsable(target);
      return this.#hold(target, 0, Math.min(target.length, lengthMax));
    }
    if (target instanceof Uint8Array) return this.#addPinned(target, lengthMax);
    throw new TypeError("read() takes a Block, a Uint8Array, a PinnedMemory, or a list of them");
  }

  #addSource(writable: Writable): void {
    const data = ownData(writable);
    if (data instanceof Memory) {
      this.#assertUsable(data);
      this.#hold(data, 0, data.length);
    } else if (data instanceof Chain) {
      data.forEachSegment((memory, start, end) => {
        this.#assertUsable(memory);
        this.#hold(memory, start, end - start);
      });
    } else if (typeof data === "string") this.#addPinned(encoder.encode(data));
    else if (data instanceof SharedArrayBuffer) this.#addBytes(new Uint8Array(data));
    else if (data instanceof Uint8Array) this.#addBytes(data);
    else {
      throw new TypeError(
        "write() takes a Uint8Array, a string, a SharedArrayBuffer, a Memory, a Chain, or a list",
      );
    }
  }

  #addBytes(bytes: Uint8Array): void {
    const mayPin = bytes.length >= PIN_BYTES_MIN && PinnedMemory.accepts(bytes);
    this.#addPinned(mayPin ? bytes : new Uint8Array(bytes));
  }

  #addPinned(bytes: Uint8Array, lengthMax = Infinity): number {
    const memory = new PinnedMemory(bytes);
    try {
      return this.#hold(memory, 0, Math.min(memory.length, lengthMax));
    } finally {
      memory.release();
    }
  }

  #assertUsable(memory: Memory): void {
    if (memory instanceof Block) {
      const { pool } = this.#rules;
      if (pool !== undefined && memory.owner !== pool) {
        throw new TypeError("The block is not one of this loop's");
      }
    } else if (!(memory instanceof LentMemory)) {
      throw new TypeError("Memory is a Block, a PinnedMemory or a ForeignMemory");
    }
    if (memory.holders === 0) {
      throw new ClosedError(memory instanceof Block ? "block" : "memory", "use it");
    }
  }

  #hold(memory: Memory, start: number, byteLength: number): number {
    if (this.count === 1024) throw new RangeError("At most 1024 pieces of memory at once");
    if (this.byteLength + byteLength > LENGTH_MAX) {
      throw new RangeError(`At most ${LENGTH_MAX} bytes at once`);
    }
    this.#memories.push(memory.hold());
    this.#starts.push(start);
    this.#lengths.push(byteLength);
    this.byteLength += byteLength;
    return byteLength;
  }
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  if (!Array.isArray(value)) return [value as T];
  if (value.length === 0) throw new RangeError("There must be some memory, the list is empty");
  return value;
}
