/** Operations on one path or two, by libuv's names: how each is called, and what comes of it. */
import { uv_fs_copyfile_flags } from "../../ffi/libuv/constants.ts";
import { fs, type FsCall } from "../../ffi/libuv/fs.ts";
import { NativeDirectory } from "../../ffi/libuv/fs_directory.ts";
import { firstPath, secondPath } from "../../ffi/libuv/fs_path.ts";
import {
  addressOf,
  fileSystemStatusOf,
  pathOf,
  resultTextOf,
  scannedEntries,
  statusOf,
} from "../../ffi/libuv/fs_results.ts";
import { access_modes } from "../../ffi/libuv/system_constants.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { boolean, optionsObject } from "../handle/argument.ts";
import type { FileOwner, FileTimes } from "../io/file.ts";
import type { AccessOptions, CopyfileOptions, OpenOptions } from "../io/file_system.ts";
import type { FsOperation } from "../io/fs_request.ts";
import { checkMode, checkOwner, checkPath, checkTimes } from "./arguments.ts";
import { type FsCommand, type Opener, readNothing } from "./command.ts";
import { openFlags } from "./open_flags.ts";

const FILE_MODE = 0o666;
const DIRECTORY_MODE = 0o777;

/** Calls libuv with a path. */
type Start = (call: FsCall, path: Pointer) => number;

/** An operation on one path. */
function onPath<K extends FsOperation>(
  operation: K,
  path: string,
  start: Start,
  read: FsCommand<K>["read"],
  what = "path",
): FsCommand<K> {
  const checked = checkPath(path, what);
  return {
    operation,
    path: checked,
    start: (call) => start(call, firstPath(checked)),
    read,
  };
}

/** A function of libuv that takes nothing but a path. */
type PlainName =
  | "uv_fs_lstat"
  | "uv_fs_mkdtemp"
  | "uv_fs_mkstemp"
  | "uv_fs_opendir"
  | "uv_fs_readlink"
  | "uv_fs_realpath"
  | "uv_fs_rmdir"
  | "uv_fs_stat"
  | "uv_fs_statfs"
  | "uv_fs_unlink";

/** An operation on one path that takes nothing else. */
function plain<K extends FsOperation>(
  operation: K,
  path: string,
  name: PlainName,
  read: FsCommand<K>["read"],
  what?: string,
): FsCommand<K> {
  const start: Start = ({ loop, request, callback }, at) => fs()[name](loop, request, at, callback);
  return onPath(operation, path, start, read, what);
}

/** An operation on two paths, of which nothing comes. */
function onPaths<K extends "copyfile" | "link" | "rename" | "symlink">(
  operation: K,
  paths: readonly [path: string, newPath: string],
  start: (call: FsCall, path: Pointer, newPath: Pointer) => number,
  names: readonly [string, string] = ["path", "newPath"],
): FsCommand<K> {
  const first = checkPath(paths[0], names[0]);
  const second = checkPath(paths[1], names[1]);
  return {
    operation,
    path: `${first} to ${second}`,
    start: (call) => start(call, firstPath(first), secondPath(second)),
    read: readNothing as FsCommand<K>["read"],
  };
}

/** By libuv's names; see `FileSystem` for what they mean. */
export const pathCommands = {
  open(path: string, options: OpenOptions = {}): FsCommand<"open"> {
    const flags = openFlags(options);
    const mode = checkMode(options.mode ?? FILE_MODE);
    return onPath(
      "open",
      path,
      ({ loop, request, callback }, at) =>
        fs().uv_fs_open(loop, request, at, flags, mode, callback),
      (_call, fd, opener) => opener.file(fd, path),
    );
  },

  mkstemp(template: string): FsCommand<"mkstemp"> {
    return plain(
      "mkstemp",
      template,
      "uv_fs_mkstemp",
      <F, D>(call: FsCall, fd: number, opener: Opener<F, D>) => {
        const path = pathOf(call);
        return { path, file: opener.file(fd, path) };
      },
      "template",
    );
  },

  mkdtemp(template: string): FsCommand<"mkdtemp"> {
    return plain("mkdtemp", template, "uv_fs_mkdtemp", pathOf, "template");
  },

  opendir(path: string): FsCommand<"opendir"> {
    return plain(
      "opendir",
      path,
      "uv_fs_opendir",
      (call, _result, opener) => opener.directory(new NativeDirectory(addressOf(call)), path),
    );
  },

  scandir(path: string): FsCommand<"scandir"> {
    return onPath(
      "scandir",
      path,
      ({ loop, request, callback }, at) => fs().uv_fs_scandir(loop, request, at, 0, callback),
      scannedEntries,
    );
  },

  stat(path: string): FsCommand<"stat"> {
    return plain("stat", path, "uv_fs_stat", statusOf);
  },

  lstat(path: string): FsCommand<"lstat"> {
    return plain("lstat", path, "uv_fs_lstat", statusOf);
  },

  statfs(path: string): FsCommand<"statfs"> {
    return plain("statfs", path, "uv_fs_statfs", fileSystemStatusOf);
  },

  readlink(path: string): FsCommand<"readlink"> {
    return plain("readlink", path, "uv_fs_readlink", resultTextOf);
  },

  realpath(path: string): FsCommand<"realpath"> {
    return plain("realpath", path, "uv_fs_realpath", resultTextOf);
  },

  access(path: string, options: AccessOptions = {}): FsCommand<"access"> {
    const { read = false, write = false, execute = false } = optionsObject(options);
    const mode = (boolean(read, "read") ? access_modes.R_OK : 0) |
      (boolean(write, "write") ? access_modes.W_OK : 0) |
      (boolean(execute, "execute") ? access_modes.X_OK : 0);
    return onPath(
      "access",
      path,
      ({ loop, request, callback }, at) => fs().uv_fs_access(loop, request, at, mode, callback),
      readNothing,
    );
  },

  mkdir(path: string, mode: number = DIRECTORY_MODE): FsCommand<"mkdir"> {
    const bits = checkMode(mode);
    return onPath(
      "mkdir",
      path,
      ({ loop, request, callback }, at) => fs().uv_fs_mkdir(loop, request, at, bits, callback),
      readNothing,
    );
  },

  rmdir(path: string): FsCommand<"rmdir"> {
    return plain("rmdir", path, "uv_fs_rmdir", readNothing);
  },

  unlink(path: string): FsCommand<"unlink"> {
    return plain("unlink", path, "uv_fs_unlink", readNothing);
  },

  chmod(path: string, mode: number): FsCommand<"chmod"> {
    const bits = checkMode(mode);
    return onPath(
      "chmod",
      path,
      ({ loop, request, callback }, at) => fs().uv_fs_chmod(loop, request, at, bits, callback),
      readNothing,
    );
  },

  chown(path: string, owner: FileOwner): FsCommand<"chown"> {
    const { uid, gid } = checkOwner(owner);
    return onPath(
      "chown",
      path,
      ({ loop, request, callback }, at) => fs().uv_fs_chown(loop, request, at, uid, gid, callback),
      readNothing,
    );
  },

  lchown(path: string, owner: FileOwner): FsCommand<"lchown"> {
    const { uid, gid } = checkOwner(owner);
    return onPath(
      "lchown",
      path,
      ({ loop, request, callback }, at) => fs().uv_fs_lchown(loop, request, at, uid, gid, callback),
      readNothing,
    );
  },

  utime(path: string, times: FileTimes): FsCommand<"utime"> {
    const { accessed, modified } = checkTimes(times);
    return onPath(
      "utime",
      path,
      ({ loop, request, callback }, at) =>
        fs().uv_fs_utime(loop, request, at, accessed, modified, callback),
      readNothing,
    );
  },

  lutime(path: string, times: FileTimes): FsCommand<"lutime"> {
    const { accessed, modified } = checkTimes(times);
    return onPath(
      "lutime",
      path,
      ({ loop, request, callback }, at) =>
        fs().uv_fs_lutime(loop, request, at, accessed, modified, callback),
      readNothing,
    );
  },

  rename(path: string, newPath: string): FsCommand<"rename"> {
    return onPaths(
      "rename",
      [path, newPath],
      ({ loop, request, callback }, at, to) => fs().uv_fs_rename(loop, request, at, to, callback),
    );
  },

  link(path: string, newPath: string): FsCommand<"link"> {
    return onPaths(
      "link",
      [path, newPath],
      ({ loop, request, callback }, at, to) => fs().uv_fs_link(loop, request, at, to, callback),
    );
  },

  symlink(target: string, path: string): FsCommand<"symlink"> {
    return onPaths(
      "symlink",
      [target, path],
      ({ loop, request, callback }, at, to) =>
        fs().uv_fs_symlink(loop, request, at, to, 0, callback),
      ["target", "path"],
    );
  },

  copyfile(
    path: string,
    newPath: string,
    options: CopyfileOptions = {},
  ): FsCommand<"copyfile"> {
    const { exclusive = false, ficlone = false, ficloneForce = false } = optionsObject(options);
    const { UV_FS_COPYFILE_EXCL, UV_FS_COPYFILE_FICLONE, UV_FS_COPYFILE_FICLONE_FORCE } =
      uv_fs_copyfile_flags;
    const flags = (boolean(exclusive, "exclusive") ? UV_FS_COPYFILE_EXCL : 0) |
      (boolean(ficlone, "ficlone") ? UV_FS_COPYFILE_FICLONE : 0) |
      (boolean(ficloneForce, "ficloneForce") ? UV_FS_COPYFILE_FICLONE_FORCE : 0);
    return onPaths(
      "copyfile",
      [path, newPath],
      ({ loop, request, callback }, at, to) =>
        fs().uv_fs_copyfile(loop, request, at, to, flags, callback),
    );
  },
};
