/** Operations on an open directory, by libuv's names. */
import { fs } from "../../ffi/libuv/fs.ts";
import type { NativeDirectory } from "../../ffi/libuv/fs_directory.ts";
import { integer } from "../handle/argument.ts";
import { type FsCommand, readNothing } from "./command.ts";

/** Entries that one read takes unless it says otherwise: what fills a page. */
export const ENTRIES = 256;

const ENTRIES_MAX = 65536;

/** By libuv's names; see `Directory` for what they mean. */
export const directoryCommands = {
  readdir(native: NativeDirectory, path: string, entriesMax: number): FsCommand<"readdir"> {
    native.makeRoom(integer(entriesMax, "entriesMax", 1, ENTRIES_MAX));
    return {
      operation: "readdir",
      path,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_readdir(loop, request, native.pointer, callback),
      read: (_call, count) => native.entries(count),
    };
  },

  closedir(native: NativeDirectory, path: string): FsCommand<"closedir"> {
    return {
      operation: "closedir",
      path,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_closedir(loop, request, native.pointer, callback),
      read: readNothing,
      end: () => native.free(),
    };
  },
};
