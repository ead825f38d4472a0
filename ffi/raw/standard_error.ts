import { systemAddress } from "../memory/system.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/**
 * C's `stderr`, the one `FILE*` that JavaScript can have: for `uv_print_all_handles` and
 * `uv_print_active_handles`, which do not take null.
 *
 * @throws {Error} where libc has no variable of that name
 */
export function standardError(): Pointer {
  const variable = runtime().pointer(systemAddress("stderr") || systemAddress("__stderrp"));
  const file = variable === null ? null : runtime().pointer(runtime().word(variable, 0));
  if (file === null) throw new Error("This system's libc has no variable stderr");
  return file;
}
