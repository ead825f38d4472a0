/** What all comparisons and checks start with. */

import { writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import process from "node:process";
import { compile, type Programs } from "./compile.ts";
import { findRuntime, type Runtime } from "./runtime.ts";

/** Where servers run; the load has a CPU of its own. */
export const SERVER_CPU = 0;
export const LOAD_CPU = 1;

export interface Lab {
  readonly programs: Programs;
  readonly runtimes: readonly Runtime[];
  /** Of everything that takes part, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Compiles the C programs, finds the runtimes, and prints the versions of all. */
export function openLab(): Lab {
  // Ending by exit() lets the exit hooks of servers and load end them too.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const programs = compile();
  const runtimes = (["bun", "deno", "node"] as const)
    .map(findRuntime)
    .filter((runtime) => runtime !== undefined);
  const versions = {
    ...Object.fromEntries(runtimes.map(({ name, version }) => [name, version])),
    libuv: programs.libuvVersion,
    kernel: release(),
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  };
  console.log(Object.entries(versions).map((entry) => entry.join(" ")).join(", "));
  return { programs, runtimes, versions };
}

/** Writes what was found, if a file was given for it. */
export function writeJson(file: string | undefined, report: unknown): void {
  if (file !== undefined) writeFileSync(file, JSON.stringify(report, null, 2) + "\n");
}
