/** What a result is true of: the machine, and the versions of everything that took part. */

import { spawnSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { Runtime } from "./runtime.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly memoryBytes: number;
  /** Of the last minute, when the run began. */
  readonly loadAverage: number;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    kernel: release(),
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0] ?? Number.NaN,
  };
}

function firstLineOf(command: string, ...args: readonly string[]): string | undefined {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", cwd });
  return status === 0 ? stdout.split("\n")[0]?.trim() : undefined;
}

function commit(): string {
  const revision = firstLineOf("git", "rev-parse", "--short", "HEAD");
  if (revision === undefined) return "unknown";
  const isChanged = firstLineOf("git", "status", "--porcelain", "--", "src", "ffi") !== "";
  return isChanged ? `${revision} and changes` : revision;
}

/** By name; what is not there is left out. */
export function findVersions(runtimes: readonly Runtime[]): Readonly<Record<string, string>> {
  const uvloop = "import uvloop; print(uvloop.__version__)";
  const found = {
    ...Object.fromEntries(runtimes.map(({ name, version }) => [name, version])),
    libuv: firstLineOf("pkg-config", "--modversion", "libuv"),
    uvloop: firstLineOf("/usr/bin/python3", "-c", uvloop),
    luv: firstLineOf("luajit", "-e", "print(require('luv').version_string())"),
    "rotor-uv": commit(),
  };
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
