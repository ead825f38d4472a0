const MEMORY_BYTES = 4096;

const all: Uint8Array<ArrayBuffer>[] = [];

/**
 * Memory that C may point to until the process ends: nothing else keeps it once only its address is
 * left. It is longer than 1000 bytes, and its buffer is there first, so that Bun does not move it.
 *
 * @param start its first bytes; zeros follow
 */
export function lastingBytes(start: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(MEMORY_BYTES + start.length));
  bytes.set(start);
  all.push(bytes);
  return bytes;
}
