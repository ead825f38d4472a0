import type { Pointer } from "../runtime/contract.ts";
import { family } from "./family.ts";
import { firstPath } from "./fs_path.ts";

/** The functions of `uv_fs_event_t`. */
export const fsEventFunctions = family([
  "uv_fs_event_init",
  "uv_fs_event_start",
  "uv_fs_event_stop",
]);

/** Watches a path (`uv_fs_event_start`). Returns 0 or an error. */
export function startFsEvent(handle: Pointer, callback: Pointer, path: string): number {
  return fsEventFunctions().uv_fs_event_start(handle, callback, firstPath(path), 0);
}
