/** What `block_pairs.ts` tells `blocks.ts`. */

/** Blocks that are held at once. */
export const batches = [1, 32] as const;

/** Leak levels that are measured: the default, and none. */
export const levels = ["simple", "off"] as const;

/** One round of one case. */
export interface BlockCase {
  readonly level: typeof levels[number];
  readonly batch: typeof batches[number];
  /** Blocks leased and returned. */
  readonly pairs: number;
  readonly nsPerPair: number;
  /** By how much the used heap has grown, after a collection before and after. */
  readonly heapGrowthBytes: number;
  /** By how much the mapped memory of the pool has grown. */
  readonly mappedGrowthBytes: number;
  /** Leases by the pool's own count. */
  readonly leases: number;
}
