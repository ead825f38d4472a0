/** Where the JavaScript runtimes are, and which versions. */

import { spawnSync } from "node:child_process";

export type RuntimeName = "bun" | "deno" | "node";

export interface Runtime {
  readonly name: RuntimeName;
  /** The executable itself, so that the id of a process started from it is the runtime's. */
  readonly path: string;
  readonly version: string;
}

const START_TIMEOUT_MS = 20_000;

/**
 * Asks the runtime on PATH for its own path and version; undefined when there is none.
 *
 * Installed from npm, `deno` on PATH is a script that starts the real one as its child, and CPU
 * time measured by the script's process id would be nobody's. The path comes from the runtime for
 * that.
 */
export function findRuntime(name: RuntimeName): Runtime | undefined {
  const evaluate = name === "deno" ? "eval" : "-e";
  const script = `console.log(JSON.stringify([process.execPath, process.versions.${name}]))`;
  const run = spawnSync(name, [evaluate, script], {
    encoding: "utf8",
    timeout: START_TIMEOUT_MS,
  });
  if (run.status !== 0) return undefined;
  const [path, version] = JSON.parse(run.stdout) as [string, string];
  return { name, path, version };
}
