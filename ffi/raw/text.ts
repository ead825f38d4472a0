import { nativeText } from "../memory/native_text.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/**
 * Reads a text that ends with NUL (`char*`), in UTF-8. Null for a null pointer.
 *
 * SAFETY: it must be such a text. No page behind the one where it ends is touched.
 */
export function textAt(pointer: Pointer | null): string | null {
  return pointer === null ? null : nativeText(runtime().address(pointer));
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
