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
