/** Maps C prototypes of `uv.h` to the types that cross the FFI boundary. */

import type { NativeType, SymbolDefinition } from "../ffi/runtime/contract.ts";

/**
 * libuv's scalars on 64-bit Linux. Enums are `i32` whatever sign the compiler gives them: no value
 * of theirs reaches the top bit. `uv_thread_t` is glibc's `pthread_t`, an unsigned long.
 */
const scalars: ReadonlyMap<string, NativeType> = new Map([
  ["void", "void"],
  ["double", "f64"],
  ["int", "i32"],
  ["unsigned", "u32"],
  ["unsigned int", "u32"],
  ["int64_t", "i64"],
  ["ssize_t", "i64"],
  ["uint64_t", "u64"],
  ["size_t", "u64"],
  ["uv_thread_t", "u64"],
  ["uv_file", "i32"],
  ["uv_os_fd_t", "i32"],
  ["uv_os_sock_t", "i32"],
  ["uv_pid_t", "i32"],
  ["uv_uid_t", "u32"],
  ["uv_gid_t", "u32"],
  ["uv_clock_id", "i32"],
  ["uv_fs_type", "i32"],
  ["uv_handle_type", "i32"],
  ["uv_loop_option", "i32"],
  ["uv_membership", "i32"],
  ["uv_req_type", "i32"],
  ["uv_run_mode", "i32"],
  ["uv_tty_mode_t", "i32"],
  ["uv_tty_vtermstate_t", "i32"],
  // What a variadic function is handed: see the note on uv_loop_configure in `uv_functions.ts`.
  ["...", "i32"],
]);

/**
 * The FFI signature of one C function.
 *
 * @param prototype on one line, without comments: `int uv_run(uv_loop_t*, uv_run_mode mode)`
 * @throws if a type is neither a known scalar nor a pointer, such as a struct by value.
 */
export function signatureOf(prototype: string): SymbolDefinition {
  const [, result = "", list = ""] = /^(.*?)\b\w+\s*\((.*)\)$/.exec(prototype) ?? [];
  const native = (type: string): NativeType => {
    const found = isPointer(type) ? "pointer" : scalars.get(type);
    if (found === undefined) throw new Error(`Cannot bind \`${prototype}\`: no type for ${type}`);
    return found;
  };
  // No libuv function takes a callback spelled out with two parameters, so every comma separates.
  const declarators = list === "void" ? [] : list.split(",");
  const parameters = declarators.map(typeIn).map(native).filter((type) => type !== "void");
  return { parameters, result: native(result.trim()) };
}

/** The type in `unsigned int flags`; only pointers, told apart before, come without a name. */
function typeIn(declarator: string): string {
  const text = declarator.trim();
  return isPointer(text) || text === "..." ? text : text.replace(/\s+\w+$/, "");
}

/** Arrays decay to pointers; `_cb` and `_func` types are pointers to functions. */
function isPointer(text: string): boolean {
  return /[*[]|^uv_\w+_(cb|func)\b/.test(text);
}
