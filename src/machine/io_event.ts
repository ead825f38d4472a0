import type { UvError } from "../error/uv_error.ts";
import type { Block } from "../memory/block.ts";
import type { Async, Handle, HostAddress, Resolve, Signal, Stream, Timer } from "./io.ts";

/**
 * What can happen to a handle or a request. The object is one per loop, filled anew for each event:
 * it is valid until the handler returns. An event of a request has no handle.
 */
export type IoEvent =
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
  | { readonly kind: "shutdownFailed"; readonly handle: Stream; readonly error: UvError }
  | { readonly kind: "timer"; readonly handle: Timer }
  | { readonly kind: "async"; readonly handle: Async }
  /** `count` signals since the last event, coalesced as the kernel does. */
  | {
    readonly kind: "signal";
    readonly handle: Signal;
    readonly signum: number;
    readonly count: number;
  }
  /** The handle was closed with `close()`; its machine lives on. */
  | { readonly kind: "closed"; readonly handle: Handle }
  /** At least one address, each once, the resolver's first choice first. Yours to keep. */
  | {
    readonly kind: "resolved";
    readonly handle: undefined;
    readonly request: Resolve;
    readonly addresses: readonly HostAddress[];
  }
  /** EAI_NONAME, EAI_AGAIN, ...; ECANCELED after `cancel()`. */
  | {
    readonly kind: "resolveFailed";
    readonly handle: undefined;
    readonly request: Resolve;
    readonly error: UvError;
  };

/** The tag of an event. */
export type IoEventKind = IoEvent["kind"];

/** The event of a kind. */
export type IoEventOf<K extends IoEventKind> = Extract<IoEvent, { kind: K }>;
