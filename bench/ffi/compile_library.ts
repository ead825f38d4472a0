/** Makes the C functions of the lab into a library. */

import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const SOURCES = ["callees.c", "callers.c"];
const FLAGS = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-fPIC", "-shared", "-pthread"];

/** The library's path; or why there is none, and the lab calls libc instead. */
export type CompiledLibrary = { readonly path: string } | { readonly missing: string };

let compiled: CompiledLibrary | undefined;

/**
 * Compiles into `bench/.build`, once. A machine without a compiler is no error: it loses what only
 * functions of our own can show.
 *
 * @throws {Error} if the compiler refuses the source
 */
export function compileLibrary(): CompiledLibrary {
  return compiled ??= compile();
}

function compile(): CompiledLibrary {
  const compiler = process.env["ROTOR_CC"] ?? "gcc";
  const sources = fileURLToPath(new URL("c", import.meta.url));
  const build = fileURLToPath(new URL("../.build", import.meta.url));
  mkdirSync(build, { recursive: true });
  const path = join(build, "libffilab.so");
  // Another process may have the library open, and must not see half a file.
  const fresh = `${path}.${process.pid}`;
  const files = SOURCES.map((file) => join(sources, file));
  const { error, status, stderr } = spawnSync(compiler, [...FLAGS, "-o", fresh, ...files], {
    encoding: "utf8",
  });
  if (error !== undefined) return { missing: `no C compiler: ${error.message}` };
  if (status !== 0) throw new Error(`${compiler} refuses the lab's C: ${stderr}`);
  renameSync(fresh, path);
  return { path };
}
