import { ClosedError } from "../error/closed_error.ts";
import { optionsObject } from "../handle/argument.ts";
import { Memory } from "./memory.ts";

/** What the owner of lent memory wants. */
export interface LentMemoryOptions {
  /**
   * Called once, when the last holder has let go: from now on the owner may do with the memory what
   * it likes. It runs inside the `release` of that holder; where that is a loop, between handlers,
   * and may write to its streams. What it throws there reaches `onError` of the loop.
   */
  readonly released?: () => void;
}

/**
 * Memory that belongs to somebody else, and is lent to loops of this thread to be written. It is
 * made with one holder, whoever made it: release it when the writes are made, each holds it itself.
 */
export abstract class LentMemory extends Memory {
  readonly length: number;
  private _released: (() => void) | undefined;
  private _holders = 1;
  /** How many of them are the library's own. */
  private _held = 0;
  private _generation = 1;

  /** @throws {TypeError} for options that are none, or a `released` that is no function */
  constructor(nativeAddress: number, length: number, options: LentMemoryOptions) {
    super(nativeAddress);
    const { released } = optionsObject(options);
    if (released !== undefined && typeof released !== "function") {
      throw new TypeError("released must be a function");
    }
    this.length = length;
    this._released = released;
  }

  get holders(): number {
    return this._holders;
  }

  /** Whether the owner is told when the last holder lets go. */
  get tellsOwner(): boolean {
    return this._released !== undefined;
  }

  get generation(): number {
    return this._generation;
  }

  retain(): this {
    if (this._holders === 0) throw new ClosedError("memory", "retain it");
    this._holders++;
    return this;
  }

  hold(): this {
    this.retain();
    this._held++;
    return this;
  }

  unhold(): void {
    this._held--;
    this.release();
  }

  release(): void {
    if (this._holders === this._held) throw new ClosedError("memory", "release it");
    if (--this._holders > 0) return;
    this._generation++;
    const released = this._released;
    this._released = undefined;
    this.ended();
    released?.();
  }

  /** As `release`: for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Nobody holds it any more. */
  protected ended(): void {}
}
