import type { UvError } from "../error/uv_error.ts";
import type { Handle } from "./handle.ts";

/** How a path is watched. */
export interface FsEventOptions {
  /** Directories below too: Linux cannot, and libuv does not say so. */
  readonly recursive?: boolean;
}

/**
 * A watcher of a file, or of the entries of a directory (`uv_fs_event_t`), by the kernel's inotify:
 * it sees changes on this machine only, not those that others make on a network's file system.
 *
 * A file that is replaced by another of its name is lost from sight: watch its directory.
 */
export interface FsEvent extends Handle {
  readonly kind: "fsEvent";
  readonly isActive: boolean;
  /**
   * Watches a path (`uv_fs_event_start`): `fsEvent` events. One that is active watches this path
   * instead of the one before.
   *
   * @throws {RangeError} for a path that is empty or has a NUL in it
   * @throws {UvError} ENOENT, EACCES, ENAMETOOLONG, ...; ENOSPC at the system's limit of watches;
   *   ENOTSUP for `recursive` on Linux. The watcher is not active then
   */
  start(path: string, options?: FsEventOptions): void;
  /** Stops (`uv_fs_event_stop`); what this turn has yet to tell is dropped. */
  stop(): void;
  /**
   * The path as it was given (`uv_fs_event_getpath`).
   *
   * @throws {UvError} EINVAL unless it is active
   */
  path(): string;
}

/** What can happen to a watcher of files. */
export type FsEventEvent =
  /**
   * Something happened to the entry `name` of the directory, or to the file of this name. `name` is
   * read as UTF-8: bytes that are none become U+FFFD.
   *
   * `isRename`: it appeared, went, or was moved. `isChange`: its content or attributes changed.
   *
   * `overflow`: more came at once than the pool had blocks for; so many events have no name, and
   * anything may have happened: look at the directory itself. It is 0 otherwise.
   */
  | {
    readonly kind: "fsEvent";
    readonly handle: FsEvent;
    readonly name: string;
    readonly isRename: boolean;
    readonly isChange: boolean;
    readonly overflow: number;
  }
  /** The system has reported an error; the watcher stays active. */
  | { readonly kind: "fsEventFailed"; readonly handle: FsEvent; readonly error: UvError };
