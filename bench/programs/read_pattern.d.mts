/** Reads a piece at an offset. */
export type Read = (offset: number) => Promise<Uint8Array>;

/** Offsets: the first piece, the third and so on, then those in between. */
export function offsetsOf(fileBytes: number, size: number): Generator<number, never>;

/**
 * Whether bytes are those of the file at an offset.
 *
 * @throws if they are not
 */
export function makeCheck(size: number): (bytes: Uint8Array, offset: number) => void;

/** Reads before those that are measured: half as many, for the compiler of the runtime. */
export function warmUpOf(reads: number): number;

/**
 * Measures reads, tells what they cost, and ends the process.
 *
 * @param file that is read
 * @param numbers size of a piece, reads, and how many at once
 * @param makeReader called once for each of those at once
 */
export function measureReads(
  file: string,
  numbers: readonly number[],
  makeReader: (size: number) => Read,
): Promise<never>;
