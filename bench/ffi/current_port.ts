import { bunPort } from "./bun_port.ts";
import { denoPort } from "./deno_port.ts";
import { nodePort } from "./node_port.ts";
import type { Port } from "./port.ts";

/** The FFI of the runtime that this code runs in; undefined in a Node without one. */
export function currentPort(): Port | undefined {
  if ("Deno" in globalThis) return denoPort();
  if ("Bun" in globalThis) return bunPort();
  return nodePort();
}
