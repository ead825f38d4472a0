/** What can be seen of a pool of blocks. */
export interface BlockMetrics {
  /** Blocks of both sizes that exist. */
  readonly total: number;
  /** Those of them that lie in the pool. */
  readonly free: number;
  /** Those that are out: held by handlers and writes, or by reads that nobody was told of yet. */
  readonly held: number;
  /** The large ones among them. */
  readonly large: { readonly total: number; readonly free: number };
  /** Pieces in which blocks are mapped and unmapped. */
  readonly slabs: number;
  /** Bytes mapped for them. */
  readonly byteLength: number;
  /** The ceiling of the blocks' bytes: `poolBytesMax`. */
  readonly byteLengthMax: number;
  /** How often a block was leased, by reads, writes and handlers. */
  readonly leases: number;
  /** Reads that found no block at all, and wait until there is one. */
  readonly starvations: number;
  /** Reads into a block of the other size, for want of one of the right size. */
  readonly substitutions: number;
  /** Slabs that were idle and were given back. */
  readonly slabsGivenBack: number;
}
