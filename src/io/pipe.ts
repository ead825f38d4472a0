import type { UvError } from "../error/uv_error.ts";
import type { Stream } from "./stream.ts";
import type { Tcp } from "./tcp.ts";
import type { Udp } from "./udp.ts";
import type { Writable } from "./writable.ts";

/** What a pipe is made for. */
export interface PipeOptions {
  /** Handles may be passed over it, both ways (`uv_pipe_init` with `ipc`): false. */
  readonly ipc?: boolean;
}

/**
 * A unix domain socket (`uv_pipe_t`). A name that starts with a NUL is one of Linux's abstract
 * namespace.
 */
export interface Pipe extends Stream {
  readonly kind: "pipe";
  /** Whether handles may be passed over it. */
  readonly ipc: boolean;
  /** Binds (`uv_pipe_bind`). @throws {RangeError} for a name that the kernel would cut off */
  bind(name: string): void;
  /** Connects (`uv_pipe_connect`): a `connected` or `connectFailed` event. */
  connect(name: string): void;
  /**
   * Works on a socket or pipe that exists (`uv_pipe_open`); on a duplicate: `fd` stays the
   * caller's. It does not block any more, for whoever else has it: give none of the runtime's own.
   */
  open(fd: number): void;
  /**
   * Writes data and passes a handle with its first byte (`uv_write2`, `uv_try_write2`), in order
   * with what was written before. The peer, in this process or another, gets a handle of its own:
   * this one may be closed at once. A listener that is passed is accepted from by both.
   *
   * @param data as for `write`; some, because a handle does not travel alone
   * @throws {TypeError} for what is no `Tcp`, `Pipe` or `Udp` of this loop
   * @throws {RangeError} for empty data
   * @throws {StateError} on a pipe without `ipc`, and for a handle that has no socket yet
   */
  sendHandle(handle: Tcp | Pipe | Udp, data: Writable): void;
  /** Lets other users connect (`uv_pipe_chmod`). */
  chmod(mode: "readable" | "writable" | "both"): void;
  /** The name of this end, or "" (`uv_pipe_getsockname`). */
  localName(): string;
  /** The name of the other end, or "" (`uv_pipe_getpeername`). */
  remoteName(): string;
}

/** What can happen to a pipe that handles are passed over, besides what happens to any stream. */
export type PipeEvent =
  /**
   * `received` has come; it belongs to the machine of the pipe until it is registered elsewhere.
   * It is told before the bytes that it was sent with, and after those of an earlier event.
   */
  | { readonly kind: "handle"; readonly handle: Pipe; readonly received: Tcp | Pipe | Udp }
  /**
   * Something else has come and was closed: a file, say (ENOTSUP), or a handle that met the limit
   * of open files (EMFILE). At that limit the kernel may also drop one without a word.
   */
  | { readonly kind: "handleFailed"; readonly handle: Pipe; readonly error: UvError };
