/** Compiles the C programs of the lab. */

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Programs {
  /** The echo server in C. */
  readonly echo: string;
  /** The load program. */
  readonly load: string;
  readonly libuvVersion: string;
}

const FLAGS = ["-O2", "-std=gnu11", "-Wall", "-Wextra"];

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: "utf8" });
  if (result.status === 0) return result.stdout.trim();
  const why = result.error?.message ?? result.stderr;
  throw new Error(`Cannot run ${command} ${args.join(" ")}: ${why}`);
}

/** Compiles into `bench/.build`. Needs `gcc`, `pkg-config` and libuv's headers. */
export function compile(): Programs {
  const sources = fileURLToPath(new URL("c", import.meta.url));
  const build = fileURLToPath(new URL(".build", import.meta.url));
  mkdirSync(build, { recursive: true });
  const libuv = run("pkg-config", ["--cflags", "--libs", "libuv"]).split(/\s+/);

  const echo = join(build, "echo");
  run("gcc", [...FLAGS, "-o", echo, join(sources, "echo.c"), ...libuv]);
  const load = join(build, "load");
  run("gcc", [...FLAGS, "-o", load, join(sources, "load.c"), join(sources, "client.c")]);
  return { echo, load, libuvVersion: run("pkg-config", ["--modversion", "libuv"]) };
}
