import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { family } from "./family.ts";
import { openLibrary } from "./library.ts";

/** The functions of `uv_tty_t`. */
export const ttyFunctions = family(["uv_tty_init", "uv_tty_set_mode", "uv_tty_get_winsize"]);

/** `uv_version` of 1.51, which knows `UV_TTY_MODE_RAW_VT`; others take it for the normal mode. */
const RAW_VT_VERSION = (1 << 16) | (51 << 8);

/** Whether this libuv knows the mode `UV_TTY_MODE_RAW_VT`. */
export function hasRawVt(): boolean {
  return openLibrary().core.uv_version() >= RAW_VT_VERSION;
}

/** What `readWindowSize` has read. */
export interface WindowSizeFields {
  /** 0, or an error. */
  readonly status: number;
  readonly columns: number;
  readonly rows: number;
}

/** Reads the size of a terminal's window (`uv_tty_get_winsize`). */
export function readWindowSize(handle: Pointer): WindowSizeFields {
  const memory = new Region(8);
  const { uv_tty_get_winsize } = ttyFunctions();
  const status = uv_tty_get_winsize(handle, memory.pointer, memory.pointerTo(4));
  const [columns = 0, rows = 0] = memory.i32;
  memory.free();
  return { status, columns, rows };
}
