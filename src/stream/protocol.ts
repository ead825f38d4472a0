import type { ConnectionError } from "../error/connection_error.ts";
import type { UvError } from "../error/uv_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Scope } from "../machine/scope.ts";
import type { Intent } from "./intent.ts";
import type { Transport } from "./transport.ts";

/** What keeps an expectation from being met. Except after `readError` an answer can be sent. */
export type Exception =
  /** The peer has ended its half; told once, after everything it sent. */
  | { readonly kind: "endOfStream" }
  /** What was expected did not come within its limit. */
  | { readonly kind: "limitReached" }
  /** Nothing came for `readTimeoutMs`. */
  | { readonly kind: "readTimeout" }
  /** Reading failed; what came before is still in the input. A reset is one of these. */
  | { readonly kind: "readError"; readonly error: UvError };

/** What ends a connection: there is no transport to go on with. */
export type FatalException =
  /** The output was not taken: the peer has reset or closed the connection. */
  | { readonly kind: "writeError"; readonly error: UvError }
  /** More than `outputBytesMax` is waiting for a peer that does not read. */
  | { readonly kind: "outputLimit"; readonly error: ConnectionError }
  /** After `done()` the peer took nothing of the output for `lingerMs`. */
  | { readonly kind: "writeTimeout"; readonly error: ConnectionError }
  /** There is no connection: refused, unreachable, too late, or the name is unknown. */
  | { readonly kind: "connectError"; readonly error: UvError | ConnectionError };

/**
 * What is said on one connection (rotor-stream `Protocol`), over any stream.
 *
 * Each handler answers with what is expected next, until when: see `Intent`. Handlers run one at a
 * time, on the loop's thread, never inside libuv. Input that a handler leaves in `transport.input`
 * stays there. Reading and writing go on independently: what is written leaves while input is
 * waited for, and input comes while output leaves, as long as less than the high-water mark waits.
 *
 * A handler that is left out means what is written beside it.
 */
export interface Protocol<C = unknown> {
  /** The connection stands; says what is expected first. */
  connected(transport: Transport, scope: Scope<C>): Intent;

  /**
   * What was expected is in `transport.input`. Left out: a protocol that never expects input.
   *
   * @param end where it ends, in bytes from the start of the input: the number of bytes, the
   *   position of the delimiter, or all that there is. More may lie behind it.
   */
  bytesRead?(transport: Transport, end: number, scope: Scope<C>): Intent;

  /** No more output than was asked for is waiting. Left out: nobody asks. */
  bytesFlushed?(transport: Transport, scope: Scope<C>): Intent;

  /** A deadline is due: its name, if it has one. Left out: the connection fails. */
  timeout?(transport: Transport, scope: Scope<C>, name?: string): Intent;

  /** A notifier of this machine was used. Left out: nothing changes. */
  wakeup?(transport: Transport, scope: Scope<C>): Intent;

  /**
   * More output than the high-water mark is waiting; no input is offered until the low-water mark
   * is reached. Left out: nothing changes.
   */
  highWater?(transport: Transport, scope: Scope<C>): Intent;

  /** No more output than the low-water mark is waiting, after `highWater`. Left out: likewise. */
  lowWater?(transport: Transport, scope: Scope<C>): Intent;

  /** Something happened to another handle or request of the protocol. Left out: likewise. */
  ready?(event: IoEvent, transport: Transport, scope: Scope<C>): Intent;

  /**
   * What was expected cannot come. More input cannot be expected after the end of the stream or an
   * error. Left out, or answered by `unchanged()`: the end of the stream ends the connection, as
   * `done()` does; anything else fails it, and drops the output.
   */
  exception?(transport: Transport, exception: Exception, scope: Scope<C>): Intent;

  /**
   * The connection has ended by itself (rotor-stream `fatal`). Left out: its machine ends with the
   * error.
   *
   * @returns the error to end with, or undefined to end without one
   */
  fatal?(exception: FatalException, scope: Scope<C>): unknown;

  /** The connection has ended, by whatever way, or another protocol goes on with it. */
  dispose?(): void;
}
