import { ClosedError } from "../error/closed_error.ts";
import { Memory } from "./memory.ts";

/** What a block needs of its pool. */
export interface BlockOwner {
  /** Takes a block back that nobody holds any more. */
  take(block: Block): void;
}

/**
 * A piece of native memory that libuv reads into and writes from, seen as bytes. It is made once
 * and leased again and again.
 *
 * Holders are counted: a block that was read from one stream can be written to many without a
 * copy, and returns to its pool when the last of them has let go.
 */
export class Block extends Memory {
  /** All of the block; see `Memory`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Which block of the pool. */
  readonly index: number;
  /** The pool that it returns to. */
  readonly owner: BlockOwner;
  private _holders = 0;
  private _generation = 0;
  private _length = 0;

  /** Made by the pool. */
  constructor(
    owner: BlockOwner,
    index: number,
    bytes: Uint8Array<ArrayBuffer>,
    nativeAddress: number,
  ) {
    super(nativeAddress);
    this.owner = owner;
    this.index = index;
    this.bytes = bytes;
  }

  /** Bytes that mean something, from the start. */
  get length(): number {
    return this._length;
  }

  /** @throws {RangeError} unless it is an integer from 0 to the size of the block */
  set length(byteLength: number) {
    if (!Number.isInteger(byteLength) || byteLength < 0 || byteLength > this.bytes.length) {
      throw new RangeError(`length must be an integer from 0 to ${this.bytes.length}`);
    }
    this._length = byteLength;
  }

  /** How often it was leased: tells one lease from another. */
  get generation(): number {
    return this._generation;
  }

  /** How many hold it: 0 when it lies in the pool. */
  get holders(): number {
    return this._holders;
  }

  /** Made by the pool: the block leaves it, with one holder. */
  lease(length: number): this {
    this._holders = 1;
    this._generation++;
    this._length = length;
    return this;
  }

  /** Lets go on behalf of a lease; false when its holder has already let go, once too often. */
  endLease(lease: number): boolean {
    if (this._holders === 0 || this._generation !== lease) return false;
    this.release();
    return true;
  }

  /**
   * Keeps the block beyond the handler, once more. Each call needs one `release`.
   *
   * @throws {ClosedError} after the last holder let go
   */
  retain(): this {
    if (this._holders === 0) throw new ClosedError("block", "retain it");
    this._holders++;
    return this;
  }

  /**
   * Lets go of the block; the last one returns it to the pool.
   *
   * @throws {ClosedError} when nobody holds it: a second return
   */
  release(): void {
    if (this._holders === 0) throw new ClosedError("block", "release it");
    if (--this._holders === 0) this.owner.take(this);
  }
}
