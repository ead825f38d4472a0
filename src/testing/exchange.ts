import type { ProtocolTest } from "./protocol_test.ts";

/** Cuts bytes into pieces: how a network might deliver them. */
export type Cut = (bytes: Uint8Array) => Uint8Array[];

/**
 * Joins two protocols back to back: what one writes the other reads, until neither has anything to
 * say.
 *
 * @param cut by default nothing is cut
 */
export function exchange<A, B>(
  a: ProtocolTest<A>,
  b: ProtocolTest<B>,
  cut: Cut = (bytes) => [bytes],
): void {
  const ended = { a: false, b: false };
  for (let isQuiet = false; !isQuiet;) {
    const fromA = carry(a, b, cut, ended.a);
    const fromB = carry(b, a, cut, ended.b);
    isQuiet = !fromA.moved && !fromB.moved;
    ended.a = fromA.ended;
    ended.b = fromB.ended;
  }
}

function carry<A, B>(
  from: ProtocolTest<A>,
  to: ProtocolTest<B>,
  cut: Cut,
  wasEnded: boolean,
): { moved: boolean; ended: boolean } {
  const bytes = from.written();
  if (bytes.length > 0) { for (const piece of cut(bytes)) to.push(piece); }
  const ended = wasEnded || from.hasEnded;
  if (ended && !wasEnded) to.end();
  return { moved: bytes.length > 0 || ended !== wasEnded, ended };
}
