import { ClosedError } from "../error/closed_error.ts";
import type { Memory } from "./memory.ts";

const nothing = new Uint8Array(0);

/**
 * A readable range of memory in a chain. It is filled again and again: one that is in no chain
 * holds nothing.
 */
export class Segment {
  memory: Memory | undefined = undefined;
  /** All of the memory. */
  bytes: Uint8Array = nothing;
  /** The first byte of the range, in `bytes`. */
  start = 0;
  /** Behind its last byte. */
  end = 0;
  /** Where `bytes` would begin, counted as positions of the chain are: may be negative. */
  origin = 0;
  private _generation = 0;

  /** @param position in the chain, of the first byte */
  fill(memory: Memory, start: number, end: number, position: number): void {
    this.memory = memory;
    this.bytes = memory.bytes;
    this.start = start;
    this.end = end;
    this.origin = position - start;
    this._generation = memory.generation;
  }

  /** Whether the memory is still the one that the chain has held. */
  get isHeld(): boolean {
    const { memory } = this;
    return memory !== undefined && memory.holders > 0 && memory.generation === this._generation &&
      this.bytes.length >= this.end; // the views of a pool that was closed are empty
  }

  /**
   * To be called before each use of the bytes.
   *
   * @throws {ClosedError} when somebody let go of what the chain holds
   */
  check(operation: string): void {
    if (!this.isHeld) throw new ClosedError("block", operation);
  }

  /** Forgets the memory, and lets go of it unless somebody did before: false then. */
  drop(): boolean {
    const { memory } = this;
    const isHeld = memory !== undefined && memory.holders > 0 &&
      memory.generation === this._generation;
    this.memory = undefined;
    this.bytes = nothing;
    if (isHeld) memory.release();
    return isHeld;
  }
}
