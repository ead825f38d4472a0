/** UTF-8 needs at most three bytes for each UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** Bytes that a text has at the most in UTF-8; to count them takes as long as to encode it. */
export function utf8BytesMax(text: string): number {
  return text.length * BYTES_PER_UNIT;
}
