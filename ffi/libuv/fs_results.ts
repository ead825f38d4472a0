/** What requests on files have left behind, besides their number. */
import { nativeText } from "../memory/native_text.ts";
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { uv_dirent_type_t } from "./constants.ts";
import { entryName } from "./entry_name.ts";
import {
  type FileStatus,
  type FileSystemStatus,
  type FileType,
  readFileStatus,
  readFileSystemStatus,
} from "./file_status.ts";
import { fs, type FsCall } from "./fs.ts";
import { uv_dirent_t, uv_fs_t, uv_statfs_t } from "./layouts.ts";

/** A name in a directory (`uv_dirent_t`). Plain, and yours to keep. */
export interface DirectoryEntry {
  /** Without the directory. What is not UTF-8 in it reads as U+FFFD. */
  readonly name: string;
  /** `unknown` where the file system does not say: ask `lstat` then. */
  readonly type: FileType;
}

const types: readonly FileType[] = [];
Object.assign(types, {
  [uv_dirent_type_t.UV_DIRENT_UNKNOWN]: "unknown",
  [uv_dirent_type_t.UV_DIRENT_FILE]: "file",
  [uv_dirent_type_t.UV_DIRENT_DIR]: "directory",
  [uv_dirent_type_t.UV_DIRENT_LINK]: "link",
  [uv_dirent_type_t.UV_DIRENT_FIFO]: "fifo",
  [uv_dirent_type_t.UV_DIRENT_SOCKET]: "socket",
  [uv_dirent_type_t.UV_DIRENT_CHAR]: "character",
  [uv_dirent_type_t.UV_DIRENT_BLOCK]: "block",
});

/** `req->statbuf`. */
export function statusOf({ region, offset }: FsCall): FileStatus {
  return readFileStatus(region.u8, offset + uv_fs_t.statbuf);
}

/** `req->ptr` as a `uv_statfs_t`. */
export function fileSystemStatusOf(call: FsCall): FileSystemStatus {
  const pointer = runtime().pointer(addressOf(call)) as Pointer;
  const bytes = new Uint8Array(runtime().arrayBuffer(pointer, uv_statfs_t.size));
  return readFileSystemStatus(bytes, 0);
}

/** `req->ptr` as text. */
export function resultTextOf(call: FsCall): string {
  return nativeText(addressOf(call));
}

/** `req->path`: what has become of a template. */
export function pathOf({ region, offset }: FsCall): string {
  return nativeText(region.word(offset + uv_fs_t.path));
}

/** `req->ptr` as an address. */
export function addressOf({ region, offset }: FsCall): number {
  return region.word(offset + uv_fs_t.ptr);
}

let scratch: Region | undefined;

/** The entries of a `uv_fs_scandir`, one after the other (`uv_fs_scandir_next`). */
export function scannedEntries({ request }: FsCall): DirectoryEntry[] {
  const entry = scratch ??= new Region(uv_dirent_t.size);
  const entries: DirectoryEntry[] = [];
  while (fs().uv_fs_scandir_next(request, entry.pointer) === 0) entries.push(readEntry(entry, 0));
  return entries;
}

/** Reads the first entries of an array of `uv_dirent_t`. */
export function readEntries(array: Region, count: number): DirectoryEntry[] {
  return Array.from({ length: count }, (_, index) => readEntry(array, index * uv_dirent_t.size));
}

function readEntry(region: Region, offset: number): DirectoryEntry {
  return {
    name: entryName(region.word(offset + uv_dirent_t.name)),
    type: types[region.u32[(offset + uv_dirent_t.type) >>> 2] as number] ?? "unknown",
  };
}
