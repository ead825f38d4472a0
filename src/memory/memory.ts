/**
 * Memory that streams read into and write from, described without regard to who owns it: a block of
 * a loop's pool, bytes of the user's that are pinned, shared memory, memory of other native code.
 *
 * Holders are counted. The last one that lets go gives the memory back to its owner, and from then
 * on its generation is another: whoever has noted the old one can tell that it holds nothing.
 */
export abstract class Memory {
  readonly #isGenuine = true;

  /** Whether a value is memory, and no proxy of it; no code of the value's runs. */
  static isGenuine(value: object): value is Memory {
    return #isGenuine in value;
  }

  /** All of the memory. Only the first `length` bytes mean something. */
  abstract readonly bytes: Uint8Array;
  /** Bytes that mean something, from the start. */
  abstract readonly length: number;
  /** How many hold it; 0 when it was given back. */
  abstract readonly holders: number;
  /** Tells one lease of the memory from another. */
  abstract readonly generation: number;
  /** Halves of the native address, as `uv_buf_t` wants them. */
  readonly addressLow: number;
  readonly addressHigh: number;

  /** @param nativeAddress of the first byte */
  constructor(nativeAddress: number) {
    this.addressLow = nativeAddress | 0;
    this.addressHigh = Math.floor(nativeAddress / 2 ** 32);
  }

  /**
   * Holds the memory once more. Each call needs one `release`.
   *
   * @throws {ClosedError} after the last holder let go
   */
  abstract retain(): this;

  /**
   * Holds the memory for the library, which always lets go (`unhold`): leak reports need not know
   * the place, and no `release` too many of somebody else's takes it away.
   *
   * @throws {ClosedError} after the last holder let go
   */
  abstract hold(): this;

  /** Ends a `hold`. */
  abstract unhold(): void;

  /**
   * Lets go; the last holder gives the memory back.
   *
   * @throws {ClosedError} when nobody holds it, but perhaps the library: a second return
   */
  abstract release(): void;
}
