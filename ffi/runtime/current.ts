import { bunRuntime } from "./bun.ts";
import type { Runtime } from "./contract.ts";
import { denoRuntime } from "./deno.ts";

let current: Runtime | undefined;

/**
 * The foreign function interface of the runtime that this code runs in.
 *
 * @throws {Error} in a runtime that is neither Bun nor Deno, or without the permission to use FFI
 */
export function runtime(): Runtime {
  return current ??= detect();
}

function detect(): Runtime {
  if ("Deno" in globalThis) return denoRuntime();
  if ("Bun" in globalThis) return bunRuntime();
  throw new Error("rotor-uv runs on Bun and on Deno; this runtime is neither");
}
