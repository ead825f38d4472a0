/** What the bytes of a block are that nobody holds. */
export const POISON = 0xdb;

/** Eight of them as one number, which is compared in one step. */
const poisonWord = new Float64Array(new Uint8Array(8).fill(POISON).buffer)[0] as number;

const WORD_BYTES = 8;

/** Fills bytes with poison. */
export function poison(bytes: Uint8Array): void {
  bytes.fill(POISON);
}

/**
 * Finds the first byte that is not poison any more, or -1.
 *
 * @param from where to start
 */
export function findDamage(bytes: Uint8Array, from = 0): number {
  const { length, byteOffset } = bytes;
  const misaligned = (byteOffset + from) % WORD_BYTES;
  const start = misaligned === 0 ? from : from + WORD_BYTES - misaligned;
  const wordCount = Math.floor((length - start) / WORD_BYTES);
  if (wordCount <= 0) return findByte(bytes, from, length);
  const words = new Float64Array(bytes.buffer, byteOffset + start, wordCount);
  const end = start + wordCount * WORD_BYTES;
  const head = findByte(bytes, from, start);
  if (head >= 0) return head;
  for (let i = 0; i < wordCount; i++) {
    if (words[i] === poisonWord) continue;
    const at = start + i * WORD_BYTES;
    return findByte(bytes, at, at + WORD_BYTES);
  }
  return findByte(bytes, end, length);
}

function findByte(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) if (bytes[i] !== POISON) return i;
  return -1;
}
