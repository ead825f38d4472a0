import process from "node:process";
import { killRunningSteps, runStep, type Step, type StepResult } from "./step.ts";

/** How many steps that allow it run side by side. */
const stepsAtOnce = 2;

/**
 * Runs all steps, whether or not some fail: first those that may run side by side, then the
 * suites and others that must run alone, in order.
 *
 * `report` is called with each result as soon as it is there. Returns all results.
 */
export async function runSteps(
  steps: readonly Step[],
  report: (result: StepResult) => void,
): Promise<readonly StepResult[]> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      killRunningSteps();
      process.exit(130);
    });
  }
  const results: StepResult[] = [];
  const runAll = async (queue: Step[]) => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const result = await runStep(step);
      results.push(result);
      report(result);
    }
  };
  const shared = steps.filter((step) => !runsAlone(step));
  await Promise.all(Array.from({ length: stepsAtOnce }, () => runAll(shared)));
  await runAll(steps.filter(runsAlone));
  return results;
}

function runsAlone(step: Step): boolean {
  return step.suite !== undefined || step.alone === true;
}
