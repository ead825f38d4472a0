import { ClosedError } from "../error/closed_error.ts";
import { Memory } from "./memory.ts";

/** One lease in so many is sampled: a power of two. */
const SAMPLE = 64;

/** What a block needs of its pool. */
export interface BlockOwner {
  /** Takes a block back that nobody holds any more. */
  take(block: Block): void;
  /** Told of some of the holds, to note where they were made. */
  noteHold?(block: Block): void;
}

/**
 * A piece of native memory that libuv reads into and writes from, seen as bytes. It is made once
 * and leased again and again.
 *
 * Holders are counted: a block that was read from one stream can be written to many without a
 * copy, and returns to its pool when the last of them has let go.
 */
export class Block extends Memory {
  /** All of the block; see `Memory`. Their number tells a large block from a small one. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Which block of the pool. */
  readonly index: number;
  /** The pool that it returns to. */
  readonly owner: BlockOwner;
  /** Whether it is one of the large ones of its pool. */
  readonly isLarge: boolean;
  /** Below 0 when the pool was closed: so many have yet to let go. */
  private _holders = 0;
  /** How many of them are the library's own. */
  private _held = 0;
  private _generation = 0;
  private _length = 0;

  /** Made by the pool. */
  constructor(
    owner: BlockOwner,
    index: number,
    bytes: Uint8Array<ArrayBuffer>,
    nativeAddress: number,
    isLarge = false,
  ) {
    super(nativeAddress);
    this.owner = owner;
    this.index = index;
    this.bytes = bytes;
    this.isLarge = isLarge;
  }

  /** Bytes that mean something, from the start. */
  get length(): number {
    return this._length;
  }

  /**
   * @throws {RangeError} unless it is an integer from 0 to the size of the block
   * @throws {ClosedError} when nobody holds the block, or its pool was closed
   */
  set length(byteLength: number) {
    if (this._holders <= 0) throw new ClosedError("block", "set its length");
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
    return Math.abs(this._holders);
  }

  /**
   * Whether the place of a hold on the present lease is to be noted. By index, so that blocks which
   * are all leased for the first time are sampled too.
   */
  get isSampled(): boolean {
    return ((this._generation ^ this.index) & (SAMPLE - 1)) === 0;
  }

  /** Made by the pool: the block leaves it, with one holder. */
  lease(length: number): this {
    this._holders = 1;
    this._held = 0;
    this._generation++;
    this._length = length;
    return this;
  }

  /** Lets go on behalf of a lease; false when its holder has already let go, once too often. */
  endLease(lease: number): boolean {
    if (this.holders === this._held || this._generation !== lease) return false;
    this.release();
    return true;
  }

  /**
   * Keeps the block beyond the handler, once more. Each call needs one `release`.
   *
   * @throws {ClosedError} after the last holder let go, or when its pool was closed
   */
  retain(): this {
    this.addHolder();
    if (((this._generation ^ this.index) & (SAMPLE - 1)) === 0) this.owner.noteHold?.(this);
    return this;
  }

  /** See `Memory`: the library's own holds are counted apart. */
  hold(): this {
    if (this._holders <= 0) throw new ClosedError("block", "retain it");
    this._holders++;
    this._held++;
    return this;
  }

  /** The lease is the library's own from now on: `unhold` ends it. */
  holdLease(): this {
    this._held++;
    return this;
  }

  /** Ends a `hold`, or a `holdLease`. */
  unhold(): void {
    this._held--;
    if (this._holders < 0) this._holders++; // the pool was closed
    else if (--this._holders === 0) this.owner.take(this);
  }

  /**
   * Lets go of the block; the last one returns it to the pool. When the pool was closed before, the
   * memory is gone, and nothing happens.
   *
   * @throws {ClosedError} when nobody holds it, but perhaps the library: a second return
   */
  release(): void {
    if (this._holders <= this._held) return this._releaseClosed();
    if (--this._holders === 0) this.owner.take(this);
  }

  /** Made by the pool when it closes: there are no bytes any more, and nothing to return. */
  close(): void {
    this._holders = 0 - this.holders; // never -0, which is no small integer
    this._length = 0;
  }

  protected addHolder(): void {
    if (this._holders <= 0) throw new ClosedError("block", "retain it");
    this._holders++;
  }

  private _releaseClosed(): void {
    if (this.holders === this._held) throw new ClosedError("block", "release it");
    this._holders++;
  }
}
