import type { UvError } from "../error/uv_error.ts";
import type { Block } from "../memory/block.ts";
import type { Handle } from "./handle.ts";
import type { Writable } from "./writable.ts";

/** A stream of bytes, or a listener for such streams (`uv_stream_t`). */
export interface Stream extends Handle {
  /** Whether it may be read from (`uv_is_readable`). */
  readonly isReadable: boolean;
  /** Whether it may be written to (`uv_is_writable`). */
  readonly isWritable: boolean;
  /**
   * Bytes that the socket has not taken (`uv_stream_get_write_queue_size`). While it is not 0 a
   * `flushed` event is due. What this turn has written is not among them yet.
   */
  readonly writeQueueSize: number;
  /** Bytes that wait: those that the socket has not taken, and those that this turn has written. */
  readonly unsentSize: number;

  /**
   * Listens (`uv_listen`): each connection is accepted and arrives as a `connection` event.
   *
   * @param backlog connections that the kernel keeps waiting; 511 by default
   * @throws {UvError} EADDRINUSE when the address is taken: libuv tells it here, not at `bind`
   */
  listen(backlog?: number): void;

  /**
   * Leaves connections with the kernel; those that were accepted in this turn still arrive. For a
   * listener only; may be called again.
   */
  acceptStop(): void;
  /** Accepts again, after `acceptStop`. */
  acceptStart(): void;

  /** Starts reading (`uv_read_start`): `read` events, then `end` or `readFailed`. */
  readStart(): void;
  /** Stops reading (`uv_read_stop`); never fails on an open stream. */
  readStop(): void;

  /**
   * Writes: all that the handlers of one turn write to a stream goes out when they have run, in one
   * system call if the socket takes it (`uv_try_write`), the rest in order as it can (`uv_write`).
   * What had to wait is followed by a `flushed` event.
   *
   * Memory and chains are held until they are written, and sent from where they are; so are bytes
   * from 16 KiB on. Those must stay as they are until `flushed`: ask for it with `requestFlushed`,
   * or write a `PinnedMemory`, which tells when it is released. Shorter bytes, and text, are copied
   * before the call returns. A peer that takes nothing makes short ranges of blocks be copied
   * behind each other, so that they do not hold a block each.
   *
   * @param data bytes of a buffer that can be resized are always copied
   * @throws {TypeError} for what cannot be written, and for a block of another loop
   * @throws {ClosedError} for memory that nobody holds
   * @throws {StateError} after `shutdown()`, or on a stream that is not connected
   * @throws {UvError} ENOBUFS when the pool is at its ceiling
   */
  write(data: Writable): void;

  /**
   * Asks for one `flushed` event when no more than so much is left of what was written, even if
   * nothing had to wait: in the next turn then. Asking again before the event replaces this; a
   * `flushed` for another reason may come besides. After a write has failed there is none.
   *
   * @param byteLength compared with `unsentSize`; 0, for all, by default
   * @throws {StateError} on a stream that is not connected
   */
  requestFlushed(byteLength?: number): void;

  /** Ends the writing half when everything is written (`uv_shutdown`): a `shutdown` event. */
  shutdown(): void;
}

/** What can happen to a stream. */
export type StreamEvent =
  /** `stream` was accepted by `handle`; it belongs to the listener's machine until registered. */
  | { readonly kind: "connection"; readonly handle: Stream; readonly stream: Stream }
  /** Accepting failed; the listener goes on by itself (EMFILE: when descriptors are free again). */
  | { readonly kind: "acceptFailed"; readonly handle: Stream; readonly error: UvError }
  | { readonly kind: "connected"; readonly handle: Stream }
  /** The stream stays open until it is closed. */
  | { readonly kind: "connectFailed"; readonly handle: Stream; readonly error: UvError }
  /**
   * `byteLength` bytes are at the start of `block.bytes`. `bytes` makes a view of just these. The
   * block goes back to the pool after the handler, unless it is retained or written.
   */
  | {
    readonly kind: "read";
    readonly handle: Stream;
    readonly block: Block;
    readonly byteLength: number;
    readonly bytes: Uint8Array;
  }
  /** The peer has ended its writing half (`UV_EOF`). */
  | { readonly kind: "end"; readonly handle: Stream }
  | { readonly kind: "readFailed"; readonly handle: Stream; readonly error: UvError }
  /** Everything that had to wait is written. */
  | { readonly kind: "flushed"; readonly handle: Stream }
  /** Told once; what waited is dropped. */
  | { readonly kind: "writeFailed"; readonly handle: Stream; readonly error: UvError }
  | { readonly kind: "shutdown"; readonly handle: Stream }
  | { readonly kind: "shutdownFailed"; readonly handle: Stream; readonly error: UvError };
