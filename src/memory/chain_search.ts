import type { Segment } from "./segment.ts";
import type { Segments } from "./segments.ts";

/** Below this a loop is faster than `Uint8Array.indexOf`. */
const LOOP_BYTES_MAX = 16;

/** The offset of a byte in `start..end` of a chain, or -1. */
export function indexOfByte(segments: Segments, byte: number, start: number, end: number): number {
  if (start === end) return -1;
  const { base } = segments;
  const stop = base + end;
  let position = base + start;
  for (let number = segments.find(start); position < stop; number++) {
    const segment = segments.at(number);
    const { origin } = segment;
    const limit = Math.min(segment.end, stop - origin);
    const index = indexWithin(segment, byte, position - origin, limit);
    if (index >= 0) return index + origin - base;
    position = origin + limit;
  }
  return -1;
}

/**
 * The offset where a sequence begins that lies in `start..end` of a chain, or -1. It is meant for
 * delimiters: each place where the first byte is found is compared.
 */
export function indexOfSequence(
  segments: Segments,
  needle: Uint8Array,
  start: number,
  end: number,
): number {
  const lastStart = end - needle.length;
  const [firstByte] = needle;
  if (firstByte === undefined) return start;
  for (let at = start; at <= lastStart; at++) {
    at = indexOfByte(segments, firstByte, at, lastStart + 1);
    if (at < 0) return -1;
    if (hasAt(segments, needle, at)) return at;
  }
  return -1;
}

/** Whether a sequence lies at an offset of a chain, which has as many bytes from there on. */
export function hasAt(segments: Segments, bytes: Uint8Array, offset: number): boolean {
  const { length } = bytes;
  if (length === 0) return true;
  const position = segments.base + offset;
  let compared = 0;
  for (let number = segments.find(offset); compared < length; number++) {
    const segment = segments.at(number);
    segment.check("search it");
    const shift = position - segment.origin;
    const limit = Math.min(length, segment.end - shift);
    for (; compared < limit; compared++) {
      if (segment.bytes[shift + compared] !== bytes[compared]) return false;
    }
  }
  return true;
}

/** The index in `segment.bytes` of a byte, from `start` to `end`, or -1. */
function indexWithin(segment: Segment, byte: number, start: number, end: number): number {
  segment.check("search it");
  const { bytes } = segment;
  const size = end - start;
  if (size <= LOOP_BYTES_MAX) {
    for (let i = start; i < end; i++) if (bytes[i] === byte) return i;
    return -1;
  }
  // What lies behind the range is searched too, unless it is so much that a view costs less.
  if (bytes.length - end <= size) {
    const index = bytes.indexOf(byte, start);
    return index < end ? index : -1;
  }
  const index = bytes.subarray(start, end).indexOf(byte);
  return index < 0 ? -1 : start + index;
}
