import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What `runRaw` runs. */
export const rawCases: string = join(
  dirname(fileURLToPath(import.meta.url)),
  "../fixtures/raw_cases.ts",
);
const TIMEOUT_MS = 60_000;

/** What runs the runtime, where the machine itself cannot: `scripts/arm64.sh` sets it. */
const emulator = (process.env["ROTOR_EMULATOR"] ?? "").split(" ").filter((word) => word !== "");

/** How a child process ended. */
export interface Ended {
  /** `0`, `7`, `SIGABRT`. */
  readonly end: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command that runs a script under this runtime. */
export function runtimeCommand(script: string, ...args: readonly string[]): string[] {
  const runner = "Deno" in globalThis ? ["run", "--quiet", "--no-check", "-A"] : [];
  return [...emulator, process.execPath, ...runner, script, ...args];
}

/**
 * Runs one case of `test/fixtures/raw_cases.ts` under this runtime: what may end the process, or
 * changes it for good.
 */
export function runRaw(name: string): Ended {
  const [program = "", ...rest] = runtimeCommand(rawCases, name);
  const { status, signal, stdout, stderr } = spawnSync(program, rest, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
  return { end: `${signal ?? status}`, stdout, stderr };
}
