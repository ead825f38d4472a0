import { runtime } from "../runtime/current.ts";
import { uv_errno_common, uv_errno_t } from "./errno.ts";
import { errorText } from "./error_text.ts";

/** The name of an error of libuv. */
export type ErrorName = keyof typeof uv_errno_t | keyof typeof uv_errno_common;

/** System error numbers are small; libuv's own begin at -3000. */
const SYSTEM_ERRORS = 160;

/**
 * The number of an error on this system: from the table on Linux, asked of libuv elsewhere.
 *
 * @param name `UV_EAGAIN`, `UV_EOF`, ...
 */
export function errorNumber(name: ErrorName): number {
  if (name in uv_errno_common) return uv_errno_common[name as keyof typeof uv_errno_common];
  const linux = uv_errno_t[name as keyof typeof uv_errno_t];
  if (runtime().os === "linux") return linux;
  for (let code = -1; code > -SYSTEM_ERRORS; code--) {
    if (`UV_${errorText(code).name}` === name) return code;
  }
  return linux;
}
