import type { Segments } from "./segments.ts";

const BYTES_MAX = 8;

const gathered = new Uint8Array(BYTES_MAX);
const view = new DataView(gathered.buffer);

/**
 * The next bytes of a chain as a view that numbers of both byte orders are read from, at its offset
 * 0. It is one view for all: valid until the next call.
 *
 * @param offset with `byteLength` bytes after it in the chain
 * @param byteLength 1 to 8
 */
export function gather(segments: Segments, offset: number, byteLength: number): DataView {
  let number = segments.find(offset);
  let segment = segments.at(number);
  segment.check("read it");
  let from = segments.base + offset - segment.origin;
  for (let i = 0; i < byteLength; i++) {
    if (from === segment.end) {
      segment = segments.at(++number);
      segment.check("read it");
      from = segment.start;
    }
    gathered[i] = segment.bytes[from++] as number;
  }
  return view;
}
