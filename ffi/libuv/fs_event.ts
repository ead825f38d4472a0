import { family } from "./family.ts";
import { withPath } from "./path_argument.ts";
import type { Pointer } from "../runtime/contract.ts";

/** The functions of `uv_fs_event_t`. */
export const fsEventFunctions = family([
  "uv_fs_event_init",
  "uv_fs_event_start",
  "uv_fs_event_stop",
]);

/** Watches a path (`uv_fs_event_start`). Returns 0 or an error. */
export function startFsEvent(handle: Pointer, callback: Pointer, path: string): number {
  const { uv_fs_event_start } = fsEventFunctions();
  return withPath(path, (pointer) => uv_fs_event_start(handle, callback, pointer, 0));
}
