import type { UvError } from "../error/uv_error.ts";
import type { Handle } from "./handle.ts";

/** What a descriptor is watched for; at least one. */
export interface PollEvents {
  /** There is something to read, or the end (`UV_READABLE`). */
  readonly readable?: boolean;
  /** Something can be written (`UV_WRITABLE`). */
  readonly writable?: boolean;
  /** The peer has ended its writing half (`UV_DISCONNECT`); `readable` shows that too. */
  readonly disconnect?: boolean;
  /** There are urgent data, or an exception of the device's kind (`UV_PRIORITIZED`). */
  readonly prioritized?: boolean;
}

/**
 * A watcher of a descriptor (`uv_poll_t`), for those that no other handle knows: inotify, eventfd,
 * timerfd, sockets of other libraries, devices.
 *
 * It watches a duplicate: `fd` stays the caller's, who may close it meanwhile. The file behind it
 * stays open until the watcher is closed, though: a peer hears of the end only then. Both have one
 * set of file flags: libuv makes them non-blocking, for both.
 */
export interface Poll extends Handle {
  readonly kind: "poll";
  /** Whether it watches (`uv_is_active`). */
  readonly isActive: boolean;
  /**
   * Watches, in place of what was watched before (`uv_poll_start`): a `poll` event in each turn in
   * which one of these is so, until what made it so was read, written or stopped.
   *
   * @throws {RangeError} when nothing is asked for
   */
  start(events: PollEvents): void;
  /** Stops watching (`uv_poll_stop`): no event comes any more. May be called again. */
  stop(): void;
}

/** What can happen to a watcher of a descriptor. */
export type PollEvent =
  /** What is so, of what is watched. */
  | {
    readonly kind: "poll";
    readonly handle: Poll;
    readonly isReadable: boolean;
    readonly isWritable: boolean;
    readonly isDisconnected: boolean;
    readonly isPrioritized: boolean;
  }
  /** EBADF: the kernel tells of an error only, as of a pipe that nobody reads. It is stopped. */
  | { readonly kind: "pollFailed"; readonly handle: Poll; readonly error: UvError };
