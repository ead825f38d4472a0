/** What takes part in a comparison: programs that can be started. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchContext, Row } from "../result.ts";
import type { Runtime, RuntimeName } from "../runtime.ts";

/** A program that can be started. */
export interface Contender {
  readonly name: string;
  readonly runtime: Row["runtime"];
  readonly command: readonly string[];
}

/** A contender that is a script. */
export interface Script {
  readonly name: string;
  readonly runtime: RuntimeName | "python" | "lua";
  /** From `bench/`. */
  readonly file: string;
  readonly args?: readonly string[];
  /** For Deno alone, before the script. */
  readonly denoFlags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The one that the others are compared with: C on libuv. */
export const YARDSTICK = "c";

/** Ours with callbacks of the runtime instead of machine code: what the ring buys. */
export const FALLBACK = { ROTOR_UV_CALLBACKS: "runtime" } as const;

/** Ours without an io_uring: what one system call for many sockets buys. */
export const ALONE = { UV_USE_IO_URING: "0" } as const;

/** Interpreters that are not looked for on PATH, with what shows that they can take part. */
const GUESTS = {
  python: { program: "/usr/bin/python3", proof: ["-c", "import uvloop"] },
  lua: { program: "luajit", proof: ["-e", "require('luv')"] },
} as const;

const guestIsHere = new Map<string, boolean>();

function hasGuest(name: keyof typeof GUESTS): boolean {
  const { program, proof } = GUESTS[name];
  const known = guestIsHere.get(name) ?? spawnSync(program, proof).status === 0;
  guestIsHere.set(name, known);
  return known;
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../${file}`, import.meta.url));
}

/**
 * The command that runs a script of this repository.
 *
 * @param file from `bench/`
 * @param denoFlags for Deno alone, before the script
 */
export function scriptCommand(
  runtime: Runtime,
  file: string,
  args: readonly string[],
  denoFlags: readonly string[] = [],
): readonly string[] {
  if (runtime.name !== "deno") return [runtime.path, pathOf(file), ...args];
  return [runtime.path, "run", "-A", "--no-check", "--quiet", ...denoFlags, pathOf(file), ...args];
}

/** Undefined where what runs it is missing or left out. */
function commandOf(script: Script, runtimes: readonly Runtime[]): readonly string[] | undefined {
  const { runtime: wanted, file, args = [], denoFlags = [] } = script;
  if (wanted === "python" || wanted === "lua") {
    return hasGuest(wanted) ? [GUESTS[wanted].program, pathOf(file), ...args] : undefined;
  }
  const runtime = runtimes.find(({ name }) => name === wanted);
  return runtime && scriptCommand(runtime, file, args, denoFlags);
}

/**
 * Those that can take part and are wanted, the yardstick first; who is missing is told.
 *
 * @param yardstick the compiled C program, or undefined where there is none
 * @param args of each, after its own
 */
export function findContenders(
  context: BenchContext,
  scripts: readonly Script[],
  yardstick: string | undefined,
  args: readonly string[] = [],
): readonly Contender[] {
  const found: Contender[] = [];
  if (yardstick !== undefined && context.wants(YARDSTICK)) {
    found.push({ name: YARDSTICK, runtime: "c", command: [yardstick, ...args] });
  }
  for (const script of scripts.filter(({ name }) => context.wants(name))) {
    const command = commandOf(script, context.runtimes);
    if (command === undefined) {
      context.progress(`${script.name} is left out: no ${script.runtime}`);
      continue;
    }
    const settings = Object.entries(script.environment ?? {}).map((entry) => entry.join("="));
    const prefix = settings.length === 0 ? [] : ["env", ...settings];
    const { name, runtime } = script;
    found.push({ name, runtime, command: [...prefix, ...command, ...args] });
  }
  return found;
}
