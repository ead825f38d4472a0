import type { BlockPool } from "../memory/block_pool.ts";

/**
 * Reads that native code had made when a handler stopped reading: after `readStop()` no event
 * comes, so they wait here until `readStart()`. A turn reads no more than eight times.
 */
export class HeldReads {
  /** Block index and byte length of each read, in turn. */
  readonly #reads: number[] = [];
  #next = 0;
  /** What ended the reading after them, as libuv's error; 0 if nothing did. */
  ended = 0;

  /** Keeps the block of a read. */
  add(blockIndex: number, byteLength: number): void {
    this.#reads.push(blockIndex, byteLength);
  }

  /** Tells of the reads, in order, as long as `mayTell` allows. True when it has to wait again. */
  tell(mayTell: () => boolean, read: (blockIndex: number, byteLength: number) => void): boolean {
    while (this.#next < this.#reads.length && mayTell()) {
      this.#next += 2;
      read(this.#reads[this.#next - 2] as number, this.#reads[this.#next - 1] as number);
    }
    return this.#next < this.#reads.length || !mayTell();
  }

  /** Gives back the blocks of reads that nobody will hear of. */
  discard(pool: BlockPool): void {
    for (; this.#next < this.#reads.length; this.#next += 2) {
      pool.discard(this.#reads[this.#next] as number);
    }
  }
}
