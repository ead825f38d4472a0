import type { StepResult } from "./step.ts";

/** Prints a step's line, and what it said: all if it failed or `verbose`, else what it skipped. */
export function printResult(result: StepResult, verbose: boolean): void {
  const { step, seconds, problem } = result;
  const columns = [verdict(result).padEnd(7), step.name.padEnd(14), `${seconds.toFixed(1)} s`];
  if (step.suite) columns.push(`  ${describeCounts(result)}`);
  if (problem) columns.push(`  ${problem}`);
  console.log(columns.join(" "));
  const said = result.failed > 0 || verbose ? result.output.split("\n") : result.skippedLines;
  for (const line of said) if (line !== "") console.log(`    ${line}`);
}

/** Prints the line that ends the gate. Returns whether all is well. */
export function printTotals(results: readonly StepResult[]): boolean {
  const sum = (key: "passed" | "failed" | "skipped") =>
    results.reduce((total, result) => total + result[key], 0);
  const failedSteps = results.filter((result) => result.failed > 0).map(({ step }) => step.name);
  console.log();
  if (failedSteps.length > 0) console.log(`failed: ${failedSteps.join(", ")}`);
  if (sum("skipped") > 0) console.log(`${sum("skipped")} skipped`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return failedSteps.length === 0;
}

function verdict(result: StepResult): string {
  if (result.failed > 0) return "FAILED";
  return result.passed === 0 ? "skipped" : "ok";
}

function describeCounts(result: StepResult): string {
  const counts = [`${result.passed} passed`];
  if (result.failed > 0) counts.push(`${result.failed} failed`);
  if (result.skipped > 0) counts.push(`${result.skipped} skipped`);
  return counts.join(", ");
}
