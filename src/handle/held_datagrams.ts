import type { BlockPool } from "../memory/block_pool.ts";

/** Numbers that say what one datagram is: block index, byte length, flags. */
const WORDS = 3;

/**
 * Datagrams that native code had received when a handler stopped receiving: after `receiveStop()`
 * no event comes, so they wait here until `receiveStart()`.
 */
export class HeldDatagrams {
  readonly #words: number[] = [];
  #next = 0;

  /** Keeps the block of a datagram. */
  add(blockIndex: number, byteLength: number, flags: number): void {
    this.#words.push(blockIndex, byteLength, flags);
  }

  /** Tells of the datagrams, in order, as long as `mayTell` allows. True when it has to wait. */
  tell(
    mayTell: () => boolean,
    received: (blockIndex: number, byteLength: number, flags: number) => void,
  ): boolean {
    while (this.#next < this.#words.length && mayTell()) {
      const at = this.#next;
      this.#next += WORDS;
      const [index, byteLength, flags] = this.#words.slice(at, at + WORDS);
      received(index as number, byteLength as number, flags as number);
    }
    return this.#next < this.#words.length || !mayTell();
  }

  /** Gives back the blocks of datagrams that nobody will hear of. */
  discard(pool: BlockPool): void {
    for (; this.#next < this.#words.length; this.#next += WORDS) {
      pool.discard(this.#words[this.#next] as number);
    }
  }
}
