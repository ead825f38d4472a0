import type { Stream } from "./stream.ts";

/**
 * A unix domain socket (`uv_pipe_t`). A name that starts with a NUL is one of Linux's abstract
 * namespace.
 */
export interface Pipe extends Stream {
  readonly kind: "pipe";
  /** Binds (`uv_pipe_bind`). @throws {RangeError} for a name that the kernel would cut off */
  bind(name: string): void;
  /** Connects (`uv_pipe_connect`): a `connected` or `connectFailed` event. */
  connect(name: string): void;
  /** Works on a socket or pipe that exists (`uv_pipe_open`); on a duplicate. */
  open(fd: number): void;
  /** Lets other users connect (`uv_pipe_chmod`). */
  chmod(mode: "readable" | "writable" | "both"): void;
  /** The name of this end, or "" (`uv_pipe_getsockname`). */
  localName(): string;
  /** The name of the other end, or "" (`uv_pipe_getpeername`). */
  remoteName(): string;
}
