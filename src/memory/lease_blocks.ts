import type { Block } from "./block.ts";
import type { BlockSource } from "./block_source.ts";

const none: readonly Block[] = [];

/** Leases blocks for so many bytes: all of them, or none, and undefined then. */
export function leaseBlocks(source: BlockSource, byteLength: number): readonly Block[] | undefined {
  if (byteLength <= 0) return none;
  const blocks: Block[] = [];
  let isEnough = false;
  try {
    for (let left = byteLength; left > 0;) {
      const block = source.lease();
      if (block === undefined) return undefined;
      blocks.push(block);
      left -= block.bytes.length;
    }
    isEnough = true;
    return blocks;
  } finally { // the system may refuse the source more memory, which throws
    if (!isEnough) { for (const block of blocks) block.release(); }
  }
}
