import type { Directory, DirectoryEntry } from "./directory.ts";
import type { File, TemporaryFile } from "./file.ts";
import type { FileStatus, FileSystemStatus } from "./file_status.ts";
import type { IoRequest, RequestDone, RequestFailed } from "./request.ts";

/** What comes of each operation, where files are an `F` and directories a `D`. */
export interface FsResultsOf<F, D> {
  readonly open: F;
  readonly mkstemp: TemporaryFile<F>;
  readonly opendir: D;
  readonly scandir: readonly DirectoryEntry[];
  readonly readdir: readonly DirectoryEntry[];
  readonly stat: FileStatus;
  readonly lstat: FileStatus;
  readonly fstat: FileStatus;
  readonly statfs: FileSystemStatus;
  /** Bytes. */
  readonly read: number;
  readonly write: number;
  readonly sendfile: number;
  /** A path, or what a link holds. */
  readonly mkdtemp: string;
  readonly readlink: string;
  readonly realpath: string;
  readonly access: void;
  readonly chmod: void;
  readonly chown: void;
  readonly close: void;
  readonly closedir: void;
  readonly copyfile: void;
  readonly fchmod: void;
  readonly fchown: void;
  readonly fdatasync: void;
  readonly fsync: void;
  readonly ftruncate: void;
  readonly futime: void;
  readonly lchown: void;
  readonly link: void;
  readonly lutime: void;
  readonly mkdir: void;
  readonly rename: void;
  readonly rmdir: void;
  readonly symlink: void;
  readonly unlink: void;
  readonly utime: void;
}

/** What comes of each operation of a machine. */
export interface FsResults extends FsResultsOf<File, Directory> {}

/** An operation on files, by libuv's name without `uv_fs_`. */
export type FsOperation = keyof FsResults;

/**
 * An operation on files under way (`uv_fs_t`): an `fs` or `fsFailed` event.
 *
 * `close` and `closedir` cannot be cancelled: a descriptor that stays open would be nobody's.
 */
export interface FsRequest<K extends FsOperation = FsOperation> extends IoRequest<FsResults[K]> {
  readonly kind: "fs";
  /** Tells which `result` there is. */
  readonly operation: K;
  /** What it works on, as messages say it: a path, or `one to other`. */
  readonly path: string;
}

/** A request of any operation, which `operation` tells apart. */
export type AnyFsRequest = { readonly [K in FsOperation]: FsRequest<K> }[FsOperation];

/** What comes of an operation on files. */
export type FsRequestEvent =
  /** It is done: `request.result`. */
  | RequestDone<"fs", AnyFsRequest>
  /** ENOENT, EACCES, ...; ECANCELED after `cancel()`. */
  | RequestFailed<"fsFailed", AnyFsRequest>;
