/**
 * Byte offsets of what `thunks.c` and TypeScript share. The names are those of the C structs;
 * `scripts/thunks.ts` compiles a probe that compares every one.
 */

/** `struct ring`: the header, one per loop. */
export const ring = {
  size: 240,
  records: 0,
  count: 8,
  capacity: 12,
  small: 16,
  blocks: 40,
  leased: 48,
  leased_large: 52,
  now: 56,
  turns: 64,
  reserve_fd: 68,
  uv_accept: 72,
  uv_read_stop: 80,
  uv_now: 88,
  close: 96,
  writes: 104,
  write_count: 112,
  lost: 116,
  uv_try_write: 120,
  uv_stop: 128,
  large: 136,
  large_from: 160,
  send_count: 164,
  sends: 168,
  batch: 176,
  reading: 232,
  reads: 236,
} as const;

/** `struct batch`: calls on sockets that are made together. */
export const batch = {
  size: 56,
  tail: 0,
  submissions: 8,
  completed_head: 16,
  completed_tail: 24,
  completions: 32,
  entries: 40,
  queued: 44,
  fd: 48,
} as const;

/** `struct submission`: a call, an `io_uring_sqe`. */
export const submission = {
  size: 64,
  opcode: 0,
  fd: 4,
  address: 16,
  length: 24,
  call_flags: 28,
  user_data: 32,
} as const;

/** `struct completion`: its answer, an `io_uring_cqe`. */
export const completion = {
  size: 16,
  user_data: 0,
  result: 8,
} as const;

/** `struct shelf`: the free blocks of one size. */
export const shelf = {
  size: 24,
  free: 0,
  count: 8,
  block_bytes: 12,
  low: 16,
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

/** `struct send`: a datagram that is. It begins as a write does. */
export const send = {
  size: 80,
  handle: 0,
  base: 8,
  len: 16,
  count: 24,
  fd: 28,
  result: 32,
  address_bytes: 36,
  address: 40,
  room: 48,
} as const;

/** `struct cell`: what `data` of every handle and request points to. It lies right before it. */
export const cell = {
  size: 32,
  ring: 0,
  slot: 8,
  generation: 12,
  extra: 16,
  pending: 24,
  wants_large: 28,
} as const;

/** `struct stock`: the handles made ready for a listener's next connections. */
export const stock = {
  size: 16,
  count: 0,
  paused: 4,
  failed: 8,
  handles: 16,
} as const;
