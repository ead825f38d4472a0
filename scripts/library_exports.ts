import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";

const installedLibraries = [
  `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/libuv.so.1`,
  "/usr/lib64/libuv.so.1",
  "/usr/lib/libuv.so.1",
  "/usr/local/lib/libuv.so.1",
];

/** The installed library that belongs to the installed header, or undefined. */
export function findLibrary(): string | undefined {
  return installedLibraries.find(existsSync);
}

/** The functions that a library exports. Undefined where there is no `nm` to ask. */
export function exportsOf(library: string): Set<string> | undefined {
  const { error, status, stdout } = spawnSync("nm", ["-D", "--defined-only", library], {
    encoding: "utf8",
  });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`nm cannot read ${library}`);
  return new Set([...stdout.matchAll(/ T (uv_\w+)/g)].map(([, name = ""]) => name));
}
