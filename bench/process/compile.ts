/** Compiles the C programs of the lab, each when it is first asked for. */

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Source files from `bench/c`, and whether libuv is linked. */
const PROGRAMS = {
  /** The yardsticks. */
  echo: { files: ["echo.c", "server.c"], usesLibuv: true },
  udp_echo: { files: ["udp_echo.c"], usesLibuv: true },
  proxy: { files: ["proxy.c", "server.c"], usesLibuv: true },
  timers: { files: ["timers.c"], usesLibuv: true },
  wakeups: { files: ["wakeups.c"], usesLibuv: true },
  file_reads: { files: ["file_reads.c"], usesLibuv: true },
  /** The load program of echo servers. */
  load: { files: ["load.c", "client.c"], usesLibuv: false },
  /** Source and sink of proxies. */
  transfer: { files: ["transfer.c", "flow.c"], usesLibuv: false },
  /** Clients that never read. */
  stall: { files: ["stall.c"], usesLibuv: false },
} as const;

export type ProgramName = keyof typeof PROGRAMS;

const FLAGS = ["-O2", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra"];

const built = new Map<ProgramName, string>();

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: "utf8" });
  if (result.status === 0) return result.stdout.trim();
  const why = result.error?.message ?? result.stderr;
  throw new Error(`Cannot run ${command} ${args.join(" ")}: ${why}`);
}

/**
 * The path of a program, compiled into `bench/.build`.
 *
 * @throws without `gcc`, `pkg-config` or libuv's headers
 */
export function compile(name: ProgramName): string {
  const known = built.get(name);
  if (known !== undefined) return known;
  const sources = fileURLToPath(new URL("../c", import.meta.url));
  const build = fileURLToPath(new URL("../.build", import.meta.url));
  mkdirSync(build, { recursive: true });
  const { files, usesLibuv } = PROGRAMS[name];
  const program = join(build, name);
  const libraries = usesLibuv
    ? [...run("pkg-config", ["--cflags", "--libs", "libuv"]).split(/\s+/), "-lpthread"]
    : [];
  const paths = files.map((file) => join(sources, file));
  run("gcc", [...FLAGS, "-o", program, ...paths, ...libraries]);
  built.set(name, program);
  return program;
}
