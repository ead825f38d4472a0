import type { Pointer } from "../runtime/contract.ts";
import { Region } from "./region.ts";

/**
 * Calls a function with texts as its arguments: each is copied, with a closing NUL; undefined makes
 * a null pointer. Such calls are rare, so each maps memory of its own, which is gone afterwards.
 */
export function withTexts<T>(
  texts: readonly (string | undefined)[],
  call: (...texts: (Pointer | null)[]) => T,
): T {
  const bytes = texts.map((text) => text === undefined ? text : new TextEncoder().encode(text));
  const region = new Region(bytes.reduce((sum, text) => sum + (text?.length ?? 0) + 1, 0));
  let at = 0;
  const pointers = bytes.map((text) => {
    if (text === undefined) return null;
    const pointer = region.pointerTo(at);
    region.u8.set(text, at); // the memory is zeroed: a NUL follows
    at += text.length + 1;
    return pointer;
  });
  try {
    return call(...pointers);
  } finally {
    region.free();
  }
}
