import type { Pointer } from "../runtime/contract.ts";
import { errorNumber } from "./error_number.ts";
import { family } from "./family.ts";
import { type FileStatus, readFileStatus } from "./file_status.ts";
import { firstPath } from "./fs_path.ts";
import { uv_stat_t } from "./layouts.ts";

/** The functions of `uv_fs_poll_t`. */
export const fsPollFunctions = family(["uv_fs_poll_init", "uv_fs_poll_start"]);

/** What Linux takes, the closing NUL included (`PATH_MAX`). */
const PATH_BYTES_MAX = 4096;

/** What `on_fs_poll` writes into a block. */
export const FS_POLL_BYTES = 2 * uv_stat_t.size;

/** Watches a path (`uv_fs_poll_start`). Returns 0 or an error, which libuv would tell later. */
export function startFsPoll(
  handle: Pointer,
  callback: Pointer,
  path: string,
  intervalMs: number,
): number {
  const { length } = new TextEncoder().encode(path);
  if (length >= PATH_BYTES_MAX) return errorNumber("UV_ENAMETOOLONG");
  return fsPollFunctions().uv_fs_poll_start(handle, callback, firstPath(path), intervalMs);
}

/** Reads what `on_fs_poll` has written: the status before, and the one now. */
export function readTwoStatuses(
  bytes: Uint8Array<ArrayBuffer>,
): { readonly previous: FileStatus; readonly current: FileStatus } {
  return { previous: readFileStatus(bytes, 0), current: readFileStatus(bytes, uv_stat_t.size) };
}
