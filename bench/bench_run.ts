/** Runs experiments one after the other, and keeps all that they say. */

import type { CommandLine } from "./command_line.ts";
import { reasonOf } from "./process/rounds.ts";
import { Progress } from "./progress.ts";
import type { BenchContext, Experiment, Row } from "./result.ts";
import type { Claim, Outcome } from "./results.ts";
import type { Runtime } from "./runtime.ts";

async function runOne(
  experiment: Experiment,
  commandLine: CommandLine,
  runtimes: readonly Runtime[],
  progress: Progress,
): Promise<Outcome> {
  const { name, title, about = "", lab = "io", yardstick, charts } = experiment;
  const warnings: string[] = [];
  const claims: Claim[] = [];
  const numbers = commandLine.numbersOf(experiment);
  const context: BenchContext = {
    runtimes,
    isQuick: commandLine.isQuick,
    numbers,
    number: (name) => {
      const value = numbers[name];
      if (value === undefined) throw new Error(`The experiment has no option ${name}`);
      return value;
    },
    wants: (contender) => commandLine.contenders?.includes(contender) ?? true,
    progress: (what) => progress.say(what),
    warn: (what) => void warnings.push(what),
    claim: (contender, holds, what) => void claims.push({ contender, holds, what }),
  };
  let rows: readonly Row[] = [];
  let failure: string | undefined;
  progress.begin(name);
  const startMs = performance.now();
  try {
    rows = await experiment.run(context);
  } catch (error) {
    failure = reasonOf(error);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const facts = { name, title, about, lab, yardstick, charts, numbers };
  return { ...facts, seconds, rows, warnings, claims, failure };
}

/** @param tell of each outcome, as soon as there is one */
export async function runExperiments(
  commandLine: CommandLine,
  runtimes: readonly Runtime[],
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const progress = new Progress(commandLine.experiments.length);
  const outcomes: Outcome[] = [];
  for (const experiment of commandLine.experiments) {
    const outcome = await runOne(experiment, commandLine, runtimes, progress);
    progress.end();
    tell(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}
