/** `uv_stat_t` and `uv_statfs_t`, read into plain objects. */
import { uv_stat_t, uv_statfs_t, uv_timespec_t } from "./layouts.ts";
import { file_types } from "./system_constants.ts";

/** What a path or a descriptor stands for. */
export type FileType =
  | "file"
  | "directory"
  | "link"
  | "fifo"
  | "socket"
  | "character"
  | "block"
  | "unknown";

const MODE_BITS = 0o7777;

const types = new Map<number, FileType>([
  [file_types.S_IFREG, "file"],
  [file_types.S_IFDIR, "directory"],
  [file_types.S_IFLNK, "link"],
  [file_types.S_IFIFO, "fifo"],
  [file_types.S_IFSOCK, "socket"],
  [file_types.S_IFCHR, "character"],
  [file_types.S_IFBLK, "block"],
]);

/** What is known of a file (`uv_stat_t`). A plain object, yours to keep. */
export interface FileStatus {
  readonly type: FileType;
  /** The permissions, with set-user-id, set-group-id and sticky: `0o644`. Without the type. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** With `inode`, what tells one file from another. */
  readonly device: bigint;
  readonly inode: bigint;
  /** Names that the file has. */
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** The device that a special file stands for. */
  readonly specialDevice: bigint;
  /** What reads and writes are best made in. */
  readonly blockBytes: number;
  /** What the file takes on its disk, in units of 512 bytes. */
  readonly blocks: number;
  /** Its last read, in milliseconds since 1970, and exactly, in nanoseconds. */
  readonly accessedMs: number;
  readonly accessedNs: bigint;
  /** The last change of its bytes. */
  readonly modifiedMs: number;
  readonly modifiedNs: bigint;
  /** The last change of its bytes or of what else is said here. */
  readonly changedMs: number;
  readonly changedNs: bigint;
  /** When it was made; where the file system does not know, the time of a change. */
  readonly bornMs: number;
  readonly bornNs: bigint;
}

/** What is known of a mounted file system (`uv_statfs_t`). */
export interface FileSystemStatus {
  /** The number that the system has for the kind of file system. */
  readonly type: number;
  readonly blockBytes: number;
  /** All blocks, those that are free, and those that are free for everybody. */
  readonly blocks: number;
  readonly blocksFree: number;
  readonly blocksAvailable: number;
  /** All inodes, and those that are free. */
  readonly inodes: number;
  readonly inodesFree: number;
}

/**
 * Reads a `uv_stat_t`.
 *
 * @param bytes native memory, or a copy of it: a region, a block
 * @param at where the structure begins in them
 */
export function readFileStatus(bytes: Uint8Array<ArrayBuffer>, at: number): FileStatus {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, uv_stat_t.size);
  const mode = word(view, uv_stat_t.st_mode);
  const [accessed, modified] = [uv_stat_t.st_atim, uv_stat_t.st_mtim];
  const [changed, born] = [uv_stat_t.st_ctim, uv_stat_t.st_birthtim];
  return {
    type: types.get(mode & file_types.S_IFMT) ?? "unknown",
    mode: mode & MODE_BITS,
    size: word(view, uv_stat_t.st_size),
    device: view.getBigUint64(uv_stat_t.st_dev, true),
    inode: view.getBigUint64(uv_stat_t.st_ino, true),
    links: word(view, uv_stat_t.st_nlink),
    uid: word(view, uv_stat_t.st_uid),
    gid: word(view, uv_stat_t.st_gid),
    specialDevice: view.getBigUint64(uv_stat_t.st_rdev, true),
    blockBytes: word(view, uv_stat_t.st_blksize),
    blocks: word(view, uv_stat_t.st_blocks),
    accessedMs: milliseconds(view, accessed),
    accessedNs: nanoseconds(view, accessed),
    modifiedMs: milliseconds(view, modified),
    modifiedNs: nanoseconds(view, modified),
    changedMs: milliseconds(view, changed),
    changedNs: nanoseconds(view, changed),
    bornMs: milliseconds(view, born),
    bornNs: nanoseconds(view, born),
  };
}

/** Reads a `uv_statfs_t`; see `readFileStatus`. */
export function readFileSystemStatus(bytes: Uint8Array<ArrayBuffer>, at: number): FileSystemStatus {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, uv_statfs_t.size);
  return {
    type: word(view, uv_statfs_t.f_type),
    blockBytes: word(view, uv_statfs_t.f_bsize),
    blocks: word(view, uv_statfs_t.f_blocks),
    blocksFree: word(view, uv_statfs_t.f_bfree),
    blocksAvailable: word(view, uv_statfs_t.f_bavail),
    inodes: word(view, uv_statfs_t.f_files),
    inodesFree: word(view, uv_statfs_t.f_ffree),
  };
}

/** A 64-bit word; exact up to 2^53. */
function word(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

/** Seconds before 1970 are negative, nanoseconds never. */
function milliseconds(view: DataView, at: number): number {
  const seconds = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  return seconds * 1000 + view.getUint32(at + uv_timespec_t.tv_nsec, true) / 1e6;
}

function nanoseconds(view: DataView, at: number): bigint {
  const seconds = view.getBigInt64(at + uv_timespec_t.tv_sec, true);
  return seconds * 1_000_000_000n + view.getBigInt64(at + uv_timespec_t.tv_nsec, true);
}
