import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "../harness.ts";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "../fixtures");
const TIMEOUT_MS = 60_000;

/** What runs the runtime, where the machine itself cannot: `scripts/arm64.sh` sets it. */
const emulator = (process.env["ROTOR_EMULATOR"] ?? "").split(" ").filter((word) => word !== "");

/**
 * Registers a test that starts this runtime anew.
 *
 * `ROTOR_CHILDREN=none` leaves such tests out: an emulated Deno takes long to start, and
 * `scripts/arm64.sh` is for machine code, which the others execute.
 */
export const testChild: typeof test = process.env["ROTOR_CHILDREN"] === "none" ? () => {} : test;

/** What Deno is allowed when a test does not say. */
const ALL = ["-A"];

/** How a child process is to run. */
export interface ChildOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Deno's flags; Bun has none. */
  readonly permissions?: readonly string[];
  /** A command that runs the runtime: `setpriv --reuid 65534 ...`; none by default. */
  readonly under?: readonly string[];
}

/** Runs a script of `test/fixtures` under this runtime. Returns what it printed, line by line. */
export function runFixture(name: string, options: ChildOptions = {}): string[] {
  const { args = [], environment = {}, permissions = ALL, under = [] } = options;
  const script = join(fixtures, name);
  const command = "Deno" in globalThis
    ? ["run", "--quiet", "--no-check", "--no-prompt", ...permissions, script]
    : [script];
  const [program, ...before] = [...under, ...emulator, process.execPath];
  const { status, signal, stdout, stderr } = spawnSync(program as string, [
    ...before,
    ...command,
    ...args,
  ], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, stderr);
  return stdout.trim().split("\n");
}
