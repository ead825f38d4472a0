import type { Block } from "../memory/block.ts";
import type { PinnedMemory } from "../memory/pinned_memory.ts";
import type { FsRequest } from "./fs_request.ts";
import type { Stream } from "./stream.ts";
import type { Writable } from "./writable.ts";

/** What a file can be read into. */
export type Readable = Block | Uint8Array | PinnedMemory;

/** Where a file is read or written. */
export interface PositionOptions {
  /**
   * In bytes from the start, up to 2^53 - 1: the file's own position stays as it is. Not given:
   * at that position, which moves on.
   */
  readonly position?: number;
}

/** Where a file is read, and how far. */
export interface FileReadOptions extends PositionOptions {
  /** Bytes at the most; all that there is room for by default. */
  readonly length?: number;
}

/** What part of a file is sent. */
export interface SendfileOptions {
  /** In bytes from the start; 0 by default. The file's own position stays as it is. */
  readonly position?: number;
  /** Bytes at the most, up to 2^31 - 1, which is the default. */
  readonly length?: number;
}

/** A time: a date, or milliseconds since 1970. Not before that; exact to a microsecond. */
export type FileTime = Date | number;

/** The times of a file. */
export interface FileTimes {
  /** Of its last read. */
  readonly accessed: FileTime;
  /** Of the last change of its bytes. */
  readonly modified: FileTime;
}

/** Who owns a file. What is not given stays as it is. */
export interface FileOwner {
  readonly uid?: number;
  readonly gid?: number;
}

/** An open file, of a machine or not. */
export interface OpenedFile {
  /**
   * The descriptor, for what works on a duplicate of it, or names it: `pipe.open`, a child's stdio.
   * It is the file's: do not close it. -1 when the file is closed.
   */
  readonly fd: number;
  /** As it was opened. */
  readonly path: string;
  /** `closing` from `close()` on, until its event. */
  readonly state: "open" | "closing" | "closed";
}

/** A new file, and the path that was found for it. */
export interface TemporaryFile<F = File> {
  readonly file: F;
  readonly path: string;
}

/**
 * An open file. It belongs to the machine that opened it, or that registered it since: when that
 * ends the file is closed, as soon as what is under way has ended.
 *
 * Requests of one file run at the same time, in any order, as the pool has threads: wait for each
 * where the order matters. A closing or closed file throws `ClosedError`; a wrong type `TypeError`,
 * a wrong value `RangeError`.
 */
export interface File extends OpenedFile {
  /**
   * Reads (`uv_fs_read`), without a copy: the result is a number of bytes, 0 at the end, and may be
   * less than was asked for. Memory is held until the event.
   *
   * A block's `length` becomes the bytes that are in it now; it must be this loop's, and nobody
   * else may hold it meanwhile. Several are filled in turn. Bytes must stay where they are until
   * the event: do not transfer their buffer.
   *
   * @throws {StateError} for a block that others hold too
   * @throws {RangeError} for no memory, more than 1024 pieces, or more than 2^31 - 1 bytes
   */
  read(into: Readable | readonly Readable[], options?: FileReadOptions): FsRequest<"read">;
  /**
   * Writes (`uv_fs_write`), in one go where the system takes it: the result is a number of bytes,
   * less than all only where it failed on the way, on a full disk.
   *
   * Memory, chains, and bytes from 16 KiB on are written from where they are, and must stay as they
   * are until the event. Shorter bytes, and text, are copied before the call returns.
   *
   * @throws {RangeError} for an empty list, more than 1024 pieces, or more than 2^31 - 1 bytes
   */
  write(data: Writable | readonly Writable[], options?: PositionOptions): FsRequest<"write">;
  /**
   * Sends a part of it to another file, or over a connected stream, inside the system
   * (`uv_fs_sendfile`). The result is a number of bytes, and may be less than was asked for: 0 at
   * the end.
   *
   * To a stream: nothing may be left of earlier writes (`requestFlushed`), and do not write before
   * the event. The stream may be closed meanwhile; what is under way is sent nevertheless. A peer
   * that reads nothing keeps a thread of the pool busy, until the machine that asked ends: the
   * connection is ended then.
   *
   * @throws {StateError} when the stream is not connected, or has something unsent
   */
  sendfile(to: OpenedFile | Stream, options?: SendfileOptions): FsRequest<"sendfile">;
  /** What is known of it (`uv_fs_fstat`). */
  stat(): FsRequest<"fstat">;
  /** Waits until it is on the disk, bytes and all else (`uv_fs_fsync`). */
  sync(): FsRequest<"fsync">;
  /** Waits until its bytes are on the disk (`uv_fs_fdatasync`). */
  datasync(): FsRequest<"fdatasync">;
  /** Makes it so long (`uv_fs_ftruncate`): cut off, or with zeros, which take no room on a disk. */
  truncate(length?: number): FsRequest<"ftruncate">;
  /** Sets the permissions (`uv_fs_fchmod`). @param mode 0 to 0o7777 */
  chmod(mode: number): FsRequest<"fchmod">;
  /** Sets the owner (`uv_fs_fchown`). */
  chown(owner: FileOwner): FsRequest<"fchown">;
  /** Sets the times (`uv_fs_futime`). */
  utime(times: FileTimes): FsRequest<"futime">;
  /**
   * Closes it (`uv_fs_close`), when all that is under way has ended: nothing new is taken from now
   * on. It is closed even where that fails (EIO), which means that some earlier write was lost.
   *
   * @throws {ClosedError} the second time
   */
  close(): FsRequest<"close">;
}
