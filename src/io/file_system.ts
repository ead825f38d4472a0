import type { FileOwner, FileTimes } from "./file.ts";
import type { FsRequest } from "./fs_request.ts";

/** How a file is opened. Nothing given: to be read. */
export interface OpenOptions {
  /** To be read: true by default, unless `write` or `append` is given. */
  readonly read?: boolean;
  /** To be written. */
  readonly write?: boolean;
  /** To be written, each time at the end, whatever the position (`O_APPEND`). */
  readonly append?: boolean;
  /** Makes the file if there is none (`O_CREAT`). */
  readonly create?: boolean;
  /** With `create`: fails with EEXIST if there is one (`O_EXCL`). */
  readonly exclusive?: boolean;
  /** With `write`: makes it empty (`O_TRUNC`). */
  readonly truncate?: boolean;
  /** Each write waits for the disk: `data` for the bytes (`O_DSYNC`), `all` (`O_SYNC`). */
  readonly sync?: "data" | "all";
  /** Around the system's cache (`O_DIRECT`): memory, positions and lengths must be whole blocks. */
  readonly direct?: boolean;
  /** Fails with ENOTDIR unless it is a directory (`O_DIRECTORY`). */
  readonly directory?: boolean;
  /** Fails with ELOOP if the last part of the path is a link (`O_NOFOLLOW`). */
  readonly noFollow?: boolean;
  /** Reading does not change `accessed` (`O_NOATIME`); for the owner only. */
  readonly noAccessTime?: boolean;
  /** Does not wait for the other end of a FIFO, or for a device (`O_NONBLOCK`). */
  readonly nonBlocking?: boolean;
  /** The permissions of a file that is made, less the process' umask; 0o666 by default. */
  readonly mode?: number;
}

/** What to look for in `access`. Nothing given: whether there is such a file. */
export interface AccessOptions {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly execute?: boolean;
}

/** How a file is copied. */
export interface CopyfileOptions {
  /** Fails with EEXIST if there is such a file. */
  readonly exclusive?: boolean;
  /** Lets both share their blocks until one is changed, where the file system can. */
  readonly ficlone?: boolean;
  /** Fails where the file system cannot do that: ENOTSUP, EXDEV, ENOTTY. */
  readonly ficloneForce?: boolean;
}

/**
 * Operations on paths (`uv_fs_...`). Each is a request, which libuv's pool of threads works on: it
 * is answered by an `fs` or `fsFailed` event.
 *
 * A path is text, relative to the process' working directory at the time when a thread gets to it.
 * Not a string throws `TypeError`; an empty one, one with a NUL in it, or with half a surrogate
 * pair, `RangeError`.
 */
export interface FileSystem {
  /** Opens a file (`uv_fs_open`), which is closed in child processes. */
  open(path: string, options?: OpenOptions): FsRequest<"open">;
  /** What is known of a file (`uv_fs_stat`); of what a link leads to. */
  stat(path: string): FsRequest<"stat">;
  /** What is known of a file (`uv_fs_lstat`); of a link itself. */
  lstat(path: string): FsRequest<"lstat">;
  /** What is known of the file system that it lies on (`uv_fs_statfs`). */
  statfs(path: string): FsRequest<"statfs">;
  /** Fails unless this process may do that with a file (`uv_fs_access`). */
  access(path: string, options?: AccessOptions): FsRequest<"access">;
  /** Makes a directory (`uv_fs_mkdir`). @param mode less the umask; 0o777 by default */
  mkdir(path: string, mode?: number): FsRequest<"mkdir">;
  /**
   * Makes a directory of a name that there was not yet (`uv_fs_mkdtemp`): its path. Permissions
   * 0o700.
   *
   * @param template ends with `XXXXXX`, which is replaced; else it fails with EINVAL
   */
  mkdtemp(template: string): FsRequest<"mkdtemp">;
  /** Makes and opens a file of a new name (`uv_fs_mkstemp`); see `mkdtemp`. Permissions 0o600. */
  mkstemp(template: string): FsRequest<"mkstemp">;
  /** Removes an empty directory (`uv_fs_rmdir`). */
  rmdir(path: string): FsRequest<"rmdir">;
  /** Removes a name of a file (`uv_fs_unlink`); with the last one the file, once it is closed. */
  unlink(path: string): FsRequest<"unlink">;
  /** Renames (`uv_fs_rename`); a file of the new name is replaced. */
  rename(path: string, newPath: string): FsRequest<"rename">;
  /** Gives a file another name (`uv_fs_link`). */
  link(path: string, newPath: string): FsRequest<"link">;
  /** Makes a link at `path` (`uv_fs_symlink`). @param target what it holds, be it there or not */
  symlink(target: string, path: string): FsRequest<"symlink">;
  /** What a link holds (`uv_fs_readlink`). */
  readlink(path: string): FsRequest<"readlink">;
  /** The path from the root, without links (`uv_fs_realpath`). */
  realpath(path: string): FsRequest<"realpath">;
  /**
   * Copies a file, with its permissions (`uv_fs_copyfile`). What it has made when it fails is
   * removed.
   *
   * libuv copies as many bytes as the file's status says, and never ends if there are fewer: not
   * for a file of `/sys`, or one that is cut off meanwhile. Read and write those.
   */
  copyfile(path: string, newPath: string, options?: CopyfileOptions): FsRequest<"copyfile">;
  /** Sets the permissions (`uv_fs_chmod`). @param mode 0 to 0o7777 */
  chmod(path: string, mode: number): FsRequest<"chmod">;
  /** Sets the owner (`uv_fs_chown`); of what a link leads to. */
  chown(path: string, owner: FileOwner): FsRequest<"chown">;
  /** Sets the owner (`uv_fs_lchown`); of a link itself. */
  lchown(path: string, owner: FileOwner): FsRequest<"lchown">;
  /** Sets the times (`uv_fs_utime`); of what a link leads to. */
  utime(path: string, times: FileTimes): FsRequest<"utime">;
  /** Sets the times (`uv_fs_lutime`); of a link itself. */
  lutime(path: string, times: FileTimes): FsRequest<"lutime">;
  /** All names in a directory, without `.` and `..`, sorted by their bytes (`uv_fs_scandir`). */
  scandir(path: string): FsRequest<"scandir">;
  /** Opens a directory, to be read in chunks (`uv_fs_opendir`). */
  opendir(path: string): FsRequest<"opendir">;
}
