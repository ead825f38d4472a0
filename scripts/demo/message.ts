/** What each message of the load is long. */
export const MESSAGE_BYTES = 64;

/** Fills in a message: no two connections, and no two messages of one, have the same. */
export function composeMessage(words: Uint32Array, connection: number, sequence: number): void {
  words[0] = connection;
  words[1] = sequence;
  let mixed = Math.imul(connection + 1, 0x9e3779b1) ^ Math.imul(sequence + 1, 0x85ebca6b);
  for (let i = 2; i < words.length; i++) {
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) + i;
    words[i] = mixed;
  }
}
