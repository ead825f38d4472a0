import { spawn } from "node:child_process";
import process from "node:process";
import { countTests, type TestCounts } from "./counts.ts";

/** One thing the gate runs. */
export interface Step {
  readonly name: string;
  /** A program and its arguments; `bun` and `deno` stand for the runtimes that set-up found. */
  readonly command: readonly [string, ...string[]];
  /** Set over the gate's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whose closing counts to read; without it the step counts as one test. A suite runs alone. */
  readonly suite?: "bun" | "deno";
  /** Nothing else may run beside it. */
  readonly alone?: boolean;
  /** Only for CI and `--all`. */
  readonly extra?: boolean;
}

/** What came of a step. */
export interface StepResult extends TestCounts {
  readonly step: Step;
  readonly seconds: number;
  readonly output: string;
  /** How the process ended when it was not with 0: `exit 1`, `SIGSEGV`, `time limit`. */
  readonly problem: string | undefined;
  /** The lines in which the step says what it left out. */
  readonly skippedLines: readonly string[];
}

const timeLimitMs = 15 * 60_000;
const running = new Set<number>();

/**
 * Runs one step to its end; never throws for a step that fails.
 *
 * A step passes if it exits with 0. If it then printed lines that begin with `skipped:`, it counts
 * as skipped: neither as passed nor as failed.
 */
export async function runStep(step: Step): Promise<StepResult> {
  const startMs = performance.now();
  const { output, problem } = await runCommand(step);
  const skippedLines = output.split("\n").filter((line) => line.startsWith("skipped:"));
  return {
    step,
    seconds: (performance.now() - startMs) / 1000,
    output,
    problem,
    skippedLines,
    ...countStep(step, output, problem, skippedLines.length > 0),
  };
}

/** Ends what still runs, with everything it started: for an interrupted gate. */
export function killRunningSteps(): void {
  for (const pid of running) killGroup(pid);
}

function countStep(
  step: Step,
  output: string,
  problem: string | undefined,
  saidSkipped: boolean,
): TestCounts {
  const counts = step.suite && countTests(step.suite, output);
  // A suite that crashed half-way, or failed outside of any test, failed whatever it counted.
  if (problem) return { passed: counts?.passed ?? 0, failed: counts?.failed || 1, skipped: 0 };
  if (step.suite) return counts ?? { passed: 0, failed: 1, skipped: 0 };
  return saidSkipped ? { passed: 0, failed: 0, skipped: 1 } : { passed: 1, failed: 0, skipped: 0 };
}

function runCommand(step: Step): Promise<{ output: string; problem: string | undefined }> {
  const [program, ...args] = step.command;
  const child = spawn(programPath(program), args, {
    env: { ...process.env, NO_COLOR: "1", ...step.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a process group of its own, so that we can end all of it
  });
  let output = "";
  let timedOut = false;
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const timer = setTimeout(() => {
    timedOut = true;
    if (pid !== undefined) killGroup(pid);
  }, timeLimitMs);

  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => output += text);
  }
  return new Promise((resolve) => {
    const finish = (problem: string | undefined) => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      resolve({ output, problem: timedOut ? "time limit" : problem });
    };
    child.on("error", (error) => finish(error.message));
    child.on("close", (code, signal) => finish(code === 0 ? undefined : signal ?? `exit ${code}`));
  });
}

function programPath(program: string): string {
  switch (program) {
    case "bun":
      return process.env.ROTOR_BUN || "bun";
    case "deno":
      return process.env.ROTOR_DENO || "deno";
    default:
      return program;
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
