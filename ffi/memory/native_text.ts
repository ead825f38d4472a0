/** Texts of C, which end with a NUL: what is no UTF-8 becomes U+FFFD, a byte order mark stays. */
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/** Text is looked at in pieces of so many bytes, none of which crosses a page that may not be. */
const PIECE_BYTES = 256;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads a text, wherever it lies.
 *
 * SAFETY: the address must be that of a text; nothing is kept of it.
 */
export function nativeText(address: number): string {
  let text = "";
  for (let at = address;;) {
    const byteLength = PIECE_BYTES - at % PIECE_BYTES; // up to a border: pages end at one
    const pointer = runtime().pointer(at) as Pointer;
    const bytes = new Uint8Array(runtime().arrayBuffer(pointer, byteLength)).slice();
    const end = bytes.indexOf(0);
    if (end >= 0) return text + decoder.decode(bytes.subarray(0, end));
    text += decoder.decode(bytes, { stream: true });
    at += byteLength;
  }
}

/** Reads the text in bytes up to the first NUL, or all of them: a `char` array of a struct. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(bytes.slice(0, end < 0 ? bytes.length : end));
}
