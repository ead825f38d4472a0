import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

const PAGE_BYTES = 4096;
const decoder = new TextDecoder();

/**
 * Reads a text that ends with NUL (`char*`), in UTF-8. Null for a null pointer.
 *
 * SAFETY: it must be such a text. No page behind the one where it ends is touched.
 */
export function textAt(pointer: Pointer | null): string | null {
  if (pointer === null) return null;
  const parts: Uint8Array[] = [];
  let address = runtime().address(pointer);
  for (;;) {
    const rest = PAGE_BYTES - address % PAGE_BYTES;
    const bytes = new Uint8Array(
      runtime().arrayBuffer(runtime().pointer(address) as Pointer, rest),
    );
    const end = bytes.indexOf(0);
    parts.push(end < 0 ? bytes : bytes.subarray(0, end));
    if (end >= 0) return decoder.decode(joined(parts));
    address += rest;
  }
}

/** Reads the text in bytes up to the first NUL: a `char` array of a struct. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(bytes.slice(0, end < 0 ? bytes.length : end));
}

/**
 * Writes a text and its closing NUL into bytes: a `char` array of a struct.
 *
 * @throws {RangeError} for a text that does not fit
 */
export function writeText(bytes: Uint8Array, text: string): void {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length >= bytes.length) {
    throw new RangeError(`${encoded.length} bytes and a NUL do not fit into ${bytes.length}`);
  }
  bytes.set(encoded);
  bytes[encoded.length] = 0;
}

/** A copy, so that nothing of native memory is kept. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
