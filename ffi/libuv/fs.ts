import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { uv_req_type } from "./constants.ts";
import { family } from "./family.ts";
import { uv_fs_t } from "./layouts.ts";
import { openLibrary } from "./library.ts";

/** libuv's operations on files. */
export const fs = family([
  "uv_fs_access",
  "uv_fs_chmod",
  "uv_fs_chown",
  "uv_fs_close",
  "uv_fs_closedir",
  "uv_fs_copyfile",
  "uv_fs_fchmod",
  "uv_fs_fchown",
  "uv_fs_fdatasync",
  "uv_fs_fstat",
  "uv_fs_fsync",
  "uv_fs_ftruncate",
  "uv_fs_futime",
  "uv_fs_lchown",
  "uv_fs_link",
  "uv_fs_lstat",
  "uv_fs_lutime",
  "uv_fs_mkdir",
  "uv_fs_mkdtemp",
  "uv_fs_mkstemp",
  "uv_fs_open",
  "uv_fs_opendir",
  "uv_fs_read",
  "uv_fs_readdir",
  "uv_fs_readlink",
  "uv_fs_realpath",
  "uv_fs_rename",
  "uv_fs_req_cleanup",
  "uv_fs_rmdir",
  "uv_fs_scandir",
  "uv_fs_scandir_next",
  "uv_fs_sendfile",
  "uv_fs_stat",
  "uv_fs_statfs",
  "uv_fs_symlink",
  "uv_fs_unlink",
  "uv_fs_utime",
  "uv_fs_write",
]);

/** A `uv_fs_t`, who is told when it is done, and where it lies. */
export interface FsCall {
  /** null where nobody is told. */
  readonly loop: Pointer | null;
  readonly request: Pointer;
  /** null: the call itself does the work, on this thread. */
  readonly callback: Pointer | null;
  readonly region: Region;
  /** Where the request begins in the region. */
  readonly offset: number;
}

/** What came of a request: a number, negative for an error. Exact up to 2^53. */
export function fsResult({ region, offset }: FsCall): number {
  const at = (offset + uv_fs_t.result) >>> 2;
  return (region.i32[at + 1] as number) * 2 ** 32 + (region.u32[at] as number);
}

/**
 * Frees what libuv has allocated for a request.
 *
 * SAFETY: once for each that was started, also in vain, when it is done and its results were read.
 */
export function cleanUp({ request }: FsCall): void {
  fs().uv_fs_req_cleanup(request);
}

let now: FsCall | undefined;

/** The request of this thread for calls that do their work themselves, one at a time. */
export function immediateCall(): FsCall {
  return now ??= makeImmediateCall();
}

function makeImmediateCall(): FsCall {
  const region = new Region(Number(openLibrary().core.uv_req_size(uv_req_type.UV_FS)));
  return { loop: null, request: region.pointer, callback: null, region, offset: 0 };
}
