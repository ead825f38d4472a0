import {
  uv_fs_open_flags as flags,
  uv_fs_open_flags_by_arch,
} from "../../ffi/libuv/system_constants.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { boolean, optionsObject, string } from "../handle/argument.ts";
import type { OpenOptions } from "../io/file_system.ts";

type Switch = Exclude<keyof OpenOptions, "mode" | "sync">;

/**
 * The flags of `uv_fs_open` for options.
 *
 * @throws {TypeError} for options of a wrong type
 * @throws {RangeError} for those that mean nothing together
 */
export function openFlags(options: OpenOptions): number {
  optionsObject(options);
  const has = (name: Switch): boolean => boolean(options[name] ?? false, name);
  const append = has("append");
  const write = has("write") || append;
  const read = boolean(options.read ?? !write, "read");
  if (!read && !write) throw new RangeError("A file is opened to be read, written or appended to");
  if (has("truncate") && !write) throw new RangeError("truncate needs write");
  if (has("exclusive") && !has("create")) throw new RangeError("exclusive needs create");
  const byArch = uv_fs_open_flags_by_arch[runtime().arch === "arm64" ? "arm64" : "x64"];
  return accessFlags(read, write) |
    syncFlags(options.sync) |
    (append ? flags.UV_FS_O_APPEND : 0) |
    (has("create") ? flags.UV_FS_O_CREAT : 0) |
    (has("exclusive") ? flags.UV_FS_O_EXCL : 0) |
    (has("truncate") ? flags.UV_FS_O_TRUNC : 0) |
    (has("direct") ? byArch.UV_FS_O_DIRECT : 0) |
    (has("directory") ? byArch.UV_FS_O_DIRECTORY : 0) |
    (has("noFollow") ? byArch.UV_FS_O_NOFOLLOW : 0) |
    (has("noAccessTime") ? flags.UV_FS_O_NOATIME : 0) |
    (has("nonBlocking") ? flags.UV_FS_O_NONBLOCK : 0);
}

function accessFlags(read: boolean, write: boolean): number {
  if (!write) return flags.UV_FS_O_RDONLY;
  return read ? flags.UV_FS_O_RDWR : flags.UV_FS_O_WRONLY;
}

function syncFlags(sync: OpenOptions["sync"]): number {
  if (sync === undefined) return 0;
  string(sync, "sync");
  if (sync === "data") return flags.UV_FS_O_DSYNC;
  if (sync === "all") return flags.UV_FS_O_SYNC;
  throw new RangeError(`sync must be "data" or "all", not ${sync}`);
}
