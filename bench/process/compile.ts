/** Compiles the C programs of the lab, each when it is first asked for. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Program {
  /** Of `bench/c`. */
  readonly files: readonly string[];
  readonly libraries?: readonly string[];
}

const LIBUV = ["uv", "pthread"];

const PROGRAMS = {
  /** The yardsticks. */
  echo: { files: ["echo.c", "server.c"], libraries: LIBUV },
  udp_echo: { files: ["udp_echo.c"], libraries: LIBUV },
  proxy: { files: ["proxy.c", "server.c"], libraries: LIBUV },
  timers: { files: ["timers.c"], libraries: LIBUV },
  wakeups: { files: ["wakeups.c"], libraries: LIBUV },
  file_reads: { files: ["file_reads.c"], libraries: LIBUV },
  /** The load program of echo servers. */
  load: { files: ["load.c", "client.c", "calls.c"], libraries: liburing() },
  /** Source and sink of proxies. */
  transfer: { files: ["transfer.c", "flow.c"] },
  /** Clients that never read. */
  stall: { files: ["stall.c"] },
} as const satisfies { readonly [name: string]: Program };

export type ProgramName = keyof typeof PROGRAMS;

const FLAGS = ["-O2", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra"];

const built = new Map<ProgramName, string>();

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: "utf8" });
  if (result.status === 0) return result.stdout.trim();
  const why = result.error?.message ?? result.stderr;
  throw new Error(`Cannot run ${command} ${args.join(" ")}: ${why}`);
}

/** Optional: see `bench/c/calls.h`. */
function liburing(): readonly string[] {
  return existsSync("/usr/include/liburing.h") ? ["uring"] : [];
}

/**
 * The path of a program, compiled into `bench/.build`.
 *
 * @throws without `gcc` or libuv's headers
 */
export function compile(name: ProgramName): string {
  const known = built.get(name);
  if (known !== undefined) return known;
  const sources = fileURLToPath(new URL("../c", import.meta.url));
  const build = fileURLToPath(new URL("../.build", import.meta.url));
  mkdirSync(build, { recursive: true });
  const { files, libraries = [] }: Program = PROGRAMS[name];
  const program = join(build, name);
  const paths = files.map((file) => join(sources, file));
  run("gcc", [...FLAGS, "-o", program, ...paths, ...libraries.map((library) => `-l${library}`)]);
  built.set(name, program);
  return program;
}
