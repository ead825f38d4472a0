/** The servers that are compared. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Runtime, RuntimeName } from "./runtime.ts";

/** A server that can be started: it prints `listening on HOST:PORT`. */
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

/** A server that is a script. */
export interface Script {
  readonly name: string;
  readonly runtime: RuntimeName;
  /** From `bench/`. */
  readonly file: string;
  /** Runs it where `runtime` is missing. */
  readonly substitute?: RuntimeName;
}

/** Each takes a port. */
export const ECHO_SERVERS: readonly Script[] = [
  { name: "ours-bun", runtime: "bun", file: "../samples/tcp_echo.ts" },
  { name: "ours-deno", runtime: "deno", file: "../samples/tcp_echo.ts" },
  { name: "bun-listen", runtime: "bun", file: "servers/bun_listen.ts" },
  { name: "deno-listen", runtime: "deno", file: "servers/deno_listen.ts" },
  { name: "node-net", runtime: "node", file: "servers/node_net.mjs" },
];

/** Each takes a port, and the port that it connects to. */
export const PROXIES: readonly Script[] = [
  { name: "ours-bun", runtime: "bun", file: "servers/proxy_ours.ts" },
  { name: "ours-deno", runtime: "deno", file: "servers/proxy_ours.ts" },
  { name: "machine-bun", runtime: "bun", file: "servers/proxy_machine.ts" },
  { name: "machine-deno", runtime: "deno", file: "servers/proxy_machine.ts" },
  { name: "bun-connect", runtime: "bun", file: "servers/proxy_bun.ts" },
  { name: "deno-connect", runtime: "deno", file: "servers/proxy_deno.ts" },
  { name: "node-net", runtime: "node", file: "servers/proxy_node.mjs", substitute: "bun" },
];

/** Echo servers that tell of themselves: see `servers/watched_echo.ts`. */
export const WATCHED_SERVERS: readonly Script[] = [
  { name: "ours-bun", runtime: "bun", file: "servers/watched_echo.ts" },
  { name: "ours-deno", runtime: "deno", file: "servers/watched_echo.ts" },
];

/** The yardstick and these. */
export function namesOf(scripts: readonly Script[]): readonly string[] {
  return [YARDSTICK, ...scripts.map(({ name }) => name)];
}

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
 * The contestants called `names`, the yardstick first, and those that are missing.
 *
 * @param yardstick the compiled C server
 * @param args of each
 */
export function findContestants(
  names: readonly string[],
  scripts: readonly Script[],
  yardstick: string,
  runtimes: readonly Runtime[],
  args: readonly string[] = ["0"],
): { present: Contestant[]; absent: Absentee[] } {
  const present: Contestant[] = [];
  const absent: Absentee[] = [];
  if (names.includes(YARDSTICK)) present.push({ name: YARDSTICK, command: [yardstick, ...args] });
  for (const { name, runtime: wanted, substitute, file } of scripts) {
    if (!names.includes(name)) continue;
    const find = (sought: RuntimeName | undefined) => runtimes.find(({ name }) => name === sought);
    const runtime = find(wanted) ?? find(substitute);
    const path = fileURLToPath(new URL(file, import.meta.url));
    if (runtime === undefined) absent.push({ name, why: `no ${wanted} on PATH` });
    else if (!existsSync(path)) absent.push({ name, why: `no file ${path}` });
    else present.push({ name, command: scriptCommand(runtime, file, args) });
    if (runtime?.name === substitute) {
      console.error(`${name}: run by ${substitute}, no ${wanted} on PATH`);
    }
  }
  return { present, absent };
}
