import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { runtimeCommand } from "../ffi/raw_child.ts";

const TIMEOUT_MS = 60_000;

/** Another user, who may read our files: root may start as many threads as it likes. */
export const asNobody: readonly string[] = process.getuid?.() !== 0 ? [] : [
  ...["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
  ...["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"],
];

/** How a process ended, and what it printed. */
export interface Ended {
  /** `0`, `7`, `SIGABRT`. */
  readonly end: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of this folder under this runtime, to its end. */
export function runScript(
  script: "child.ts" | "raw_child.ts",
  name: string,
  under: readonly string[] = [],
): Ended {
  const path = join(import.meta.dirname as string, script);
  const [program = "", ...rest] = [...under, ...runtimeCommand(path, name)];
  const { status, signal, stdout, stderr } = spawnSync(program, rest, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
  return { end: `${signal ?? status}`, stdout, stderr };
}

/** Does the acts of a row in a process, which must end by itself. Returns their names and ends. */
export function runHazard(row: string, under: readonly string[] = []): unknown[] {
  const { end, stdout, stderr } = runScript("child.ts", row, under);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(end, "0", `${stderr}\nThe last act that came to its end: ${lines.at(-1)}`);
  return lines.map((line) => JSON.parse(line) as unknown);
}
