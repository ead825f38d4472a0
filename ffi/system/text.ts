import { errorNumber } from "../libuv/error_number.ts";
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";

/** What a call answered that writes text: a negative status, or the text. */
export interface TextResult {
  readonly status: number;
  readonly text: string;
}

/** How much room a text is given first; a page is mapped anyway. */
const TEXT_BYTES = 4096 - 16;
const TEXT_BYTES_MAX = 2 ** 26;

/**
 * Makes a call of the form `int f(char* buffer, size_t* size)`, with more room when the text does
 * not fit: some calls say so (ENOBUFS), some cut the text off.
 */
export function readText(call: (buffer: Pointer, size: Pointer) => number): TextResult {
  for (let room = TEXT_BYTES;; room *= 4) {
    const region = new Region(room + 16);
    const size = region.byteLength - 8;
    region.setWord(size, room);
    const status = call(region.pointer, region.pointerTo(size));
    const isCut = status === errorNumber("UV_ENOBUFS") ||
      (status >= 0 && region.word(size) >= room - 1);
    const text = status < 0 ? "" : region.text(0);
    region.free();
    if (!isCut || room >= TEXT_BYTES_MAX) return { status, text };
  }
}
