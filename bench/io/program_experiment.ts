/** Comparisons of programs that measure by themselves, and print `Reading`s. */

import { compile, type ProgramName } from "../process/compile.ts";
import { type Contender, findContenders, type Script, YARDSTICK } from "../process/contender.ts";
import { SERVER_CPU } from "../process/cpus.ts";
import { type Course, takeTurns } from "../process/rounds.ts";
import { runProgram } from "../process/run_program.ts";
import type { Reading } from "../programs/reading.mjs";
import type { BenchContext, Experiment, Row } from "../result.ts";

/** What differs between them. */
export interface ProgramExperiment
  extends Pick<Experiment, "name" | "title" | "about" | "options" | "charts"> {
  /** The same in C, if there is such a program. */
  readonly yardstick?: ProgramName;
  readonly scripts: readonly Script[];
  /** Of all programs. */
  arguments(context: BenchContext): readonly (string | number)[];
  /** They have several threads, which share all CPUs; default: they have one. */
  readonly hasThreads?: boolean;
  /** The contender of its runtime that a row is compared with; default: the program in C. */
  readonly rival?: string;
  /** Judges all that was read; a reading may be for this alone: see `isRow`. */
  judge?(context: BenchContext, courses: readonly Course<readonly Reading[]>[]): void;
  /** Whether a reading becomes a row; default: each does. */
  isRow?(reading: Reading): boolean;
}

function rowsOf(
  { name, rival, isRow = () => true }: ProgramExperiment,
  { contender, samples }: Course<readonly Reading[]>,
): readonly Row[] {
  const readings = samples.flat().filter(isRow);
  const nameOf = (reading: Reading) => reading.contender ?? contender.name;
  const groups = Map.groupBy(readings, (reading) => `${nameOf(reading)}\n${reading.metric}`);
  return [...groups.values()].map((group) => {
    const [first] = group as [Reading];
    return {
      lab: "io",
      experiment: name,
      contender: nameOf(first),
      runtime: contender.runtime,
      metric: first.metric,
      unit: first.unit,
      samples: group.map(({ value }) => value),
      ...first.better !== undefined && { better: first.better },
      ...rival !== undefined && { yardstick: `${rival}-${contender.runtime}` },
    };
  });
}

/** Each process is a round of its own. */
export function programExperiment(own: ProgramExperiment): Experiment {
  const { name, title, about = "", options = {}, charts, yardstick } = own;
  const cpu = own.hasThreads === true ? undefined : SERVER_CPU;
  return {
    name,
    title,
    about,
    lab: "io",
    ...yardstick !== undefined && { yardstick: YARDSTICK },
    ...charts !== undefined && { charts },
    options: {
      rounds: { preset: 3, quick: 1, min: 1, max: 100, about: "processes of each contender" },
      ...options,
    },
    async run(context) {
      const program = yardstick && compile(yardstick);
      const args = own.arguments(context).map(String);
      const contenders = findContenders(context, own.scripts, program, args);
      const measure = ({ command }: Contender) => runProgram<Reading>(command, cpu);
      const courses = await takeTurns(context, context.number("rounds"), contenders, measure);
      own.judge?.(context, courses);
      return courses.flatMap((course) => rowsOf(own, course));
    },
  };
}

/** All that was read of a metric, or of those that are wanted. */
export function findValues(
  samples: readonly (readonly Reading[])[],
  wanted: string | ((metric: string) => boolean),
): readonly number[] {
  const isWanted = (metric: string) =>
    typeof wanted === "string" ? metric === wanted : wanted(metric);
  return samples.flat().filter(({ metric }) => isWanted(metric)).map(({ value }) => value);
}
