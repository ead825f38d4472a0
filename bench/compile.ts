/** Compiles the C programs of the lab. */

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Programs {
  /** The echo server in C. */
  readonly echo: string;
  /** The TCP proxy in C. */
  readonly proxy: string;
  /** The load program of echo servers. */
  readonly load: string;
  /** Source and sink of proxies. */
  readonly transfer: string;
  /** Clients that never read. */
  readonly stall: string;
  readonly libuvVersion: string;
}

const FLAGS = ["-O2", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra"];

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
  const link = (name: string, files: readonly string[], libraries: readonly string[] = []) => {
    const program = join(build, name);
    run("gcc", [
      ...FLAGS,
      "-o",
      program,
      ...files.map((file) => join(sources, file)),
      ...libraries,
    ]);
    return program;
  };
  return {
    echo: link("echo", ["echo.c", "server.c"], libuv),
    proxy: link("proxy", ["proxy.c", "server.c"], libuv),
    load: link("load", ["load.c", "client.c"]),
    transfer: link("transfer", ["transfer.c", "flow.c"]),
    stall: link("stall", ["stall.c"]),
    libuvVersion: run("pkg-config", ["--modversion", "libuv"]),
  };
}
