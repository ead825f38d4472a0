/** Runs one list of cases in one runtime, in a process of its own. */

import { execFile, spawnSync } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { scriptCommand } from "../process/contender.ts";
import type { Runtime } from "../runtime.ts";
import type { MeasureSettings } from "./measure.ts";
import type { Report, Task } from "./report.ts";

const START_MS_MAX = 30_000;
/** No list has more; and a busy machine takes longer than it was told to. */
const CASES_MAX = 40;
const SLOWDOWN_MAX = 3;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const run = promisify(execFile);

/** Whether a runtime can call C at all: Bun and Deno always can. */
export function hasFfi({ name, path }: Runtime): boolean {
  if (name !== "node") return true;
  const script = 'process.exit(process.getBuiltinModule?.("node:ffi") === undefined ? 1 : 0)';
  return spawnSync(path, ["-e", script], { timeout: START_MS_MAX }).status === 0;
}

/** How a child that failed has ended, as `execFile` tells it. */
interface Ended {
  readonly killed?: boolean;
  readonly signal?: string | null;
  readonly code?: number | string | null;
  readonly stderr?: string;
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const { killed, signal, code, stderr = "" } = error as Ended;
  if (killed === true) return `it was not ready after ${Math.round(timeoutMs / 1000)} s`;
  if (signal !== undefined && signal !== null) return `it ended with ${signal}`;
  if (typeof code !== "number") return error instanceof Error ? error.message : String(error);
  const said = stderr.split("\n").find((line) => /error\b.*:/i.test(line)) ?? "";
  return `it ended with exit code ${code}: ${said.trim()}`;
}

function timeoutOf({ rounds, samples, sampleMs, warmUpMs }: MeasureSettings): number {
  return START_MS_MAX + SLOWDOWN_MAX * CASES_MAX * (warmUpMs + rounds * samples * sampleMs);
}

/**
 * Measures in a child process. What it does there may end it: a wrong signature is a crash.
 *
 * @throws {Error} if it ends in any other way than with a report
 */
export async function runTask(runtime: Runtime, task: Task): Promise<Report> {
  const timeoutMs = timeoutOf(task.settings);
  const args = [JSON.stringify(task)];
  const [program, ...rest] = scriptCommand(runtime, "ffi/program.ts", args);
  const running = run(program as string, rest, {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  const kill = () => void running.child.kill("SIGKILL");
  process.once("exit", kill);
  try {
    return JSON.parse((await running).stdout) as Report;
  } catch (error) {
    throw new Error(reasonOf(error, timeoutMs), { cause: error });
  } finally {
    process.off("exit", kill);
  }
}
