/**
 * The kinds of records and the entry points, in the order of `thunks.c`; `scripts/thunks.ts`
 * compares them.
 *
 * What a record's `a`, `b` and `c` mean is said per kind; a kind without a remark uses none.
 * `b` and `c` are 64-bit words.
 */
export const kind = {
  CLOSE: 1,
  TIMER: 2,
  ASYNC: 3,
  PREPARE: 4,
  CHECK: 5,
  IDLE: 6,
  /** a: block index, b: bytes read. The block's lease passes to the reader of the record. */
  READ: 7,
  /** a: error, UV_EOF included. libuv has stopped reading. */
  READ_ENDED: 8,
  /** No block was free; reading was stopped. */
  STARVED: 9,
  /** a: result of uv_accept, b: slot and c: generation of the accepted handle. */
  CONNECTION: 10,
  /** A connection waits for uv_accept; the listener is not watched until then. */
  CONNECTION_WAITING: 11,
  /** a: error of accept(2); one record a drain. */
  CONNECTION_FAILED: 12,
  /** a: status. The slot is the request's, as for the next two. */
  CONNECT: 13,
  WRITE: 14,
  SHUTDOWN: 15,
  /** a: signal number. The cell's `pending` counts the deliveries. */
  SIGNAL: 16,
  /** a: status, b: events. Of several in one drain only the first, and errors. */
  POLL: 17,
  /** a: signal that ended the process, b: exit status. */
  EXIT: 18,
  FS: 19,
  /**
   * a: status, b: block with events, c: their bytes. An event is two 32-bit words, its flags and
   * the length of its name, and the name, padded to four bytes. `extra` of the cell is to be set
   * to 0 before the next turn. Without a block, b is NO_BLOCK, c the flags of the first event; the
   * cell's `pending` counts those that found none.
   */
  FS_EVENT: 20,
  /** a: status, b: block with the previous and the current uv_stat_t, or NO_BLOCK. */
  FS_POLL: 21,
  /** a: status, b: address of the list, to be freed with uv_freeaddrinfo. */
  GETADDRINFO: 22,
  /** a: status, b: address of the host, c: of the service, both inside the request. */
  GETNAMEINFO: 23,
  /** a: status, b: address, c: length of the bytes. */
  RANDOM: 24,
  /** a: status. */
  AFTER_WORK: 25,
  /** a: status. */
  UDP_SEND: 26,
  /**
   * a: block index, b: bytes or error, c: flags, and 1 above them where there is an address. Of the
   * errors that come in one drain only the first makes a record; `pending` counts them.
   */
  UDP_RECV: 27,
  /** b: address of the handle that uv_walk met. The slot is the walker's. */
  WALK: 28,
  /** As READ, into a block of the other size: none of the right one was free. */
  READ_SUBSTITUTE: 29,
} as const;

/** What stands before the name of a file event in its block: flags, and the length of the name. */
export const FILE_EVENT_BYTES = 8;

/** The index that stands for "no block". */
export const NO_BLOCK = 0xffffffff;

/** The index that stands for a read which libuv is to leave. */
export const LEFT_BLOCK = 0xfffffffe;

/** Blocks that libuv fills for one stream in a turn: see `streams.c`. */
export const READS_MAX = 8;

/**
 * Bytes at the end of a datagram's block that hold the sender's address: a `sockaddr_in6`, which is
 * the largest. So much is left of a block of 64 KiB that the longest datagram of IPv4 fits in.
 */
export const UDP_ADDRESS_BYTES = 28;

/** Bytes that libuv takes for one datagram where it receives many at once. */
export const UDP_CHUNK_BYTES = 65536;
/** How many those are at the most. */
export const UDP_CHUNKS_MAX = 20;

/** The entry points of `thunks.c`, by the libuv callback type that each one serves. */
export const entryPoints = [
  "on_close",
  "on_timer",
  "on_async",
  "on_prepare",
  "on_check",
  "on_idle",
  "on_turn",
  "on_submit",
  "on_fs",
  "on_connect",
  "on_write",
  "on_shutdown",
  "on_udp_send",
  "on_after_work",
  "on_signal",
  "on_connection",
  "on_alloc",
  "on_read",
  "on_udp_alloc",
  "on_udp_recv",
  "on_walk",
  "on_poll",
  "on_exit",
  "on_getaddrinfo",
  "on_getnameinfo",
  "on_random",
  "on_fs_poll",
  "on_fs_event",
] as const;

/** The name of an entry point. */
export type EntryPoint = typeof entryPoints[number];
