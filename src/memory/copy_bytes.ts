/** Below this a loop is faster than `set`, which needs a view of the source. */
const LOOP_BYTES_MAX = 16;

/**
 * Copies `source[start..end]` to `target[at..]`; the caller has made sure that it fits. Short
 * ranges must not overlap.
 */
export function copyBytes(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  if (end - start > LOOP_BYTES_MAX) return target.set(source.subarray(start, end), at);
  for (let i = start, to = at; i < end; i++, to++) target[to] = source[i] as number;
}
