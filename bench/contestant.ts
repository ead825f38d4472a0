/** The echo servers that are compared. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Runtime, RuntimeName } from "./runtime.ts";

/** An echo server that can be started: it takes a port and prints `listening on HOST:PORT`. */
export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

/** A contestant that cannot take part. */
export interface Absentee {
  readonly name: string;
  readonly why: string;
}

/** The one that the others are compared with. */
export const YARDSTICK = "c";

const SCRIPTS: readonly { name: string; runtime: RuntimeName; file: string }[] = [
  { name: "ours-bun", runtime: "bun", file: "../samples/tcp_echo.ts" },
  { name: "ours-deno", runtime: "deno", file: "../samples/tcp_echo.ts" },
  { name: "bun-listen", runtime: "bun", file: "servers/bun_listen.ts" },
  { name: "deno-listen", runtime: "deno", file: "servers/deno_listen.ts" },
  { name: "node-net", runtime: "node", file: "servers/node_net.mjs" },
];

export const CONTESTANT_NAMES: readonly string[] = [YARDSTICK, ...SCRIPTS.map(({ name }) => name)];

/**
 * The command that runs a script of this repository.
 *
 * @param file from `bench/`
 * @param v8Flags for Deno alone
 */
export function scriptCommand(
  runtime: Runtime,
  file: string,
  args: readonly string[],
  v8Flags: string = "",
): readonly string[] {
  const path = fileURLToPath(new URL(file, import.meta.url));
  if (runtime.name !== "deno") return [runtime.path, path, ...args];
  const flags = v8Flags === "" ? [] : [`--v8-flags=${v8Flags}`];
  return [runtime.path, "run", "-A", "--no-check", ...flags, path, ...args];
}

/**
 * The contestants called `names` in the order of the table above, and those that are missing.
 *
 * @param echoProgram the compiled C server
 */
export function findContestants(
  names: readonly string[],
  echoProgram: string,
  runtimes: readonly Runtime[],
): { present: Contestant[]; absent: Absentee[] } {
  const present: Contestant[] = [];
  const absent: Absentee[] = [];
  if (names.includes(YARDSTICK)) present.push({ name: YARDSTICK, command: [echoProgram, "0"] });
  for (const { name, runtime: runtimeName, file } of SCRIPTS) {
    if (!names.includes(name)) continue;
    const runtime = runtimes.find((candidate) => candidate.name === runtimeName);
    const path = fileURLToPath(new URL(file, import.meta.url));
    if (runtime === undefined) absent.push({ name, why: `no ${runtimeName} on PATH` });
    else if (!existsSync(path)) absent.push({ name, why: `no file ${path}` });
    else present.push({ name, command: scriptCommand(runtime, file, ["0"]) });
  }
  return { present, absent };
}
