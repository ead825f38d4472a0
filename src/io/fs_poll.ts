import type { UvError } from "../error/uv_error.ts";
import type { FileStatus } from "./file_status.ts";
import type { Handle } from "./handle.ts";

/**
 * A watcher that asks again and again (`uv_fs_poll_t`): for file systems where `FsEvent` sees
 * nothing. A thread of libuv's pool asks (`stat`).
 */
export interface FsPoll extends Handle {
  readonly kind: "fsPoll";
  readonly isActive: boolean;
  /**
   * Watches a path (`uv_fs_poll_start`): `fsPoll` events when its status differs from the time
   * before. One that is active watches this path instead of the one before.
   *
   * @param intervalMs between two looks; a second or more is kind to the disk
   * @throws {RangeError} for a path that is empty or has a NUL in it, and an interval below 1
   * @throws {UvError} ENAMETOOLONG, ENOMEM. A path that does not exist is no error yet
   */
  start(path: string, intervalMs: number): void;
  /** Stops (`uv_fs_poll_stop`). */
  stop(): void;
  /**
   * The path as it was given (`uv_fs_poll_getpath`).
   *
   * @throws {UvError} EINVAL unless it is active
   */
  path(): string;
}

/** What can happen to a watcher that polls. */
export type FsPollEvent =
  /**
   * The status is another than at the look before. After a failure `previous` is the last that was
   * known, or all 0.
   */
  | {
    readonly kind: "fsPoll";
    readonly handle: FsPoll;
    readonly previous: FileStatus;
    readonly current: FileStatus;
  }
  /**
   * The status cannot be read (ENOENT while there is no such file): told once, not at every look;
   * the watcher goes on. ENOBUFS: it has changed, but there was no block to tell how.
   */
  | { readonly kind: "fsPollFailed"; readonly handle: FsPoll; readonly error: UvError };
