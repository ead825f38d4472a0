/** What a loop counts while it runs: plain numbers, raised where things happen. */
export interface Counters {
  /** Calls of `uv_run`. */
  runs: number;
  /** Records drained from the ring. */
  records: number;
  /** Those of them that come with every turn, whatever happens: `check` events. */
  checks: number;
  /** Records whose handle or request was gone. */
  staleRecords: number;
  /** Calls of libuv that start or stop reading or the timer, or write at once. */
  otherCalls: number;
  /** Writes handed to libuv, however many `write` calls of handlers they carry. */
  writes: number;
  /** Calls of `uv_write`, for what the socket did not take at once. */
  queuedWrites: number;
  bytesRead: number;
  bytesWritten: number;
  /** Bytes copied in TypeScript, from user memory into blocks. */
  bytesCopied: number;
  accepted: number;
  wakeups: number;
  timeouts: number;
  /** Reads that found no free block. */
  starvations: number;
  /** Requests in flight. */
  requests: number;
}

/** Counters at zero. */
export function newCounters(): Counters {
  return {
    runs: 0,
    records: 0,
    checks: 0,
    staleRecords: 0,
    otherCalls: 0,
    writes: 0,
    queuedWrites: 0,
    bytesRead: 0,
    bytesWritten: 0,
    bytesCopied: 0,
    accepted: 0,
    wakeups: 0,
    timeouts: 0,
    starvations: 0,
    requests: 0,
  };
}
