import type { Block } from "./block.ts";

/** Where a chain gets blocks for the bytes that it copies. A loop's pool is one. */
export interface BlockSource {
  /** Bytes of one block. */
  readonly blockBytes: number;
  /** Leases an empty block with one holder; undefined at the ceiling. */
  lease(): Block | undefined;
}
