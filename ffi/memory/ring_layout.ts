/**
 * Byte offsets of what `thunks.c` and TypeScript share. The names are those of the C structs;
 * `scripts/thunks.ts` compiles a probe that compares every one.
 */

/** `struct ring`: the header, one per loop. */
export const ring = {
  size: 128,
  records: 0,
  count: 8,
  capacity: 12,
  free: 16,
  free_count: 24,
  block_bytes: 28,
  blocks: 32,
  leased: 40,
  lost: 44,
  now: 48,
  turns: 56,
  reserve_fd: 60,
  uv_accept: 64,
  uv_read_stop: 72,
  uv_now: 80,
  close: 88,
  writes: 96,
  write_count: 104,
  uv_try_write: 112,
  uv_stop: 120,
} as const;

/** `struct record`: one event. */
export const record = {
  size: 32,
  slot: 0,
  generation: 4,
  kind: 8,
  a: 12,
  b: 16,
  c: 24,
} as const;

/** `struct write`: a write that is submitted to native code. */
export const write = {
  size: 40,
  handle: 0,
  base: 8,
  len: 16,
  count: 24,
  fd: 28,
  result: 32,
} as const;

/** `struct cell`: what `data` of every handle and request points to. It lies right before it. */
export const cell = {
  size: 32,
  ring: 0,
  slot: 8,
  generation: 12,
  extra: 16,
  pending: 24,
} as const;

/** `struct stock`: the handles made ready for a listener's next connections. */
export const stock = {
  size: 16,
  count: 0,
  paused: 4,
  failed: 8,
  handles: 16,
} as const;
