import type { Allocation, Arena } from "./arena.ts";
import type { Cell } from "./cell.ts";
import { stock as layout } from "./ring_layout.ts";

/** The handles that stand ready for a listener's next connections: a stack that accept pops. */
export class Stock {
  readonly #arena: Arena;
  readonly #allocation: Allocation;
  readonly #capacity: number;

  /** @param capacity how many connections one turn can accept */
  constructor(arena: Arena, capacity: number) {
    this.#arena = arena;
    this.#allocation = arena.take(layout.size + capacity * 8);
    this.#capacity = capacity;
    const { region, offset } = this.#allocation;
    region.u8.fill(0, offset, offset + layout.size);
  }

  /** The native address, for the listener's cell. */
  get address(): number {
    return this.#allocation.address;
  }

  /** Handles that stand ready. */
  get count(): number {
    return this.#get(layout.count);
  }

  /** Handles that are missing. */
  get room(): number {
    return this.#capacity - this.count;
  }

  /** Whether accept met the limit of open files, and leaves the next connection waiting. */
  get paused(): boolean {
    return this.#get(layout.paused) !== 0;
  }

  /** Puts a handle on the stack; there must be room. */
  push(cell: Cell): void {
    const { region, offset } = this.#allocation;
    const count = this.count;
    region.setWord(offset + layout.handles + count * 8, cell.address);
    this.#set(layout.count, count + 1);
  }

  /** Takes the last handle off the stack; there must be one. */
  pop(): void {
    this.#set(layout.count, this.count - 1);
  }

  /** Lets errors be recorded again, once a drain. */
  clearFailed(): void {
    this.#set(layout.failed, 0);
  }

  /** Lets connections be accepted again. */
  resume(): void {
    this.#set(layout.paused, 0);
  }

  /** Takes no connection any more. */
  pause(): void {
    this.#set(layout.paused, 1);
  }

  /** Frees the memory. SAFETY: the listener's close record was drained. */
  free(): void {
    this.#arena.give(this.#allocation);
  }

  #get(field: number): number {
    return this.#allocation.region.u32[(this.#allocation.offset + field) >>> 2] as number;
  }

  #set(field: number, value: number): void {
    this.#allocation.region.u32[(this.#allocation.offset + field) >>> 2] = value;
  }
}
