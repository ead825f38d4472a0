/** What the experiments of the FFI lab have in common. */

import type { BenchContext, Experiment, NumberOption, Row } from "../result.ts";
import type { Runtime } from "../runtime.ts";
import type { ListName } from "./case_lists.ts";
import { hasFfi, runTask } from "./child.ts";
import { compileLibrary } from "./compile_library.ts";
import type { MeasureSettings } from "./measure.ts";
import type { Task, UserFunction } from "./report.ts";

const OPTIONS = {
  rounds: { preset: 20, quick: 3, min: 1, max: 1000, about: "measurements of each case, in turn" },
  samples: { preset: 5, quick: 3, min: 1, max: 1000, about: "of each round; their median counts" },
  "sample-us": { preset: 2000, quick: 500, min: 10, max: 1e6, about: "length of a sample" },
  "warm-up-ms": { preset: 100, quick: 40, min: 0, max: 10_000, about: "of each case" },
} as const satisfies Readonly<Record<string, NumberOption>>;

/** One list of cases; each runs in a child process of its own. */
export interface List {
  readonly name: ListName;
  /** It is known to crash or hang in some version of a runtime: then only its rows are missing. */
  readonly isRisky?: boolean;
}

export interface LabExperiment {
  /** After `ffi-`. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly lists: readonly List[] | UserFunction;
  /** The case that the others of its runtime are compared with. */
  readonly yardstick: string;
  /**
   * Where the runtimes go. `columns`: the cases have one metric, and it is the runtime that they
   * are measured in. `rows`: they have several, and each runtime has its own contenders.
   */
  readonly runtimesIn: "columns" | "rows";
  /** Says what must hold. */
  readonly check?: (context: BenchContext, rows: readonly Row[]) => void;
}

/** The contender's name with its runtime. */
export function inRuntime(runtime: string, name: string): string {
  return `${runtime}: ${name}`;
}

function settingsOf(context: BenchContext): MeasureSettings {
  return {
    rounds: context.number("rounds"),
    samples: context.number("samples"),
    sampleMs: context.number("sample-us") / 1000,
    warmUpMs: context.number("warm-up-ms"),
  };
}

/** Measures one list in one runtime. One that fails leaves the others as they are. */
async function rowsOf(
  context: BenchContext,
  experiment: LabExperiment,
  runtime: Runtime,
  task: Task,
  isRisky: boolean,
): Promise<Row[]> {
  const { name, yardstick, runtimesIn } = experiment;
  context.progress(`${task.list} in ${runtime.name}`);
  try {
    const { measured, notes } = await runTask(runtime, task);
    for (const note of notes) context.warn(note);
    const isColumn = runtimesIn === "columns";
    return measured.map(({ contender, metric, samplesNs, note }): Row => ({
      lab: "ffi",
      experiment: `ffi-${name}`,
      runtime: runtime.name,
      contender: isColumn ? contender : inRuntime(runtime.name, contender),
      metric: isColumn ? runtime.name : metric,
      unit: "ns",
      samples: samplesNs,
      yardstick: isColumn ? yardstick : inRuntime(runtime.name, yardstick),
      ...(note === undefined ? {} : { note }),
    })).filter(({ contender }) => context.wants(contender));
  } catch (error) {
    const why = (error as Error).message;
    if (isRisky) context.warn(`${runtime.name}: no figures of ${task.list}: ${why}`);
    else context.claim(runtime.name, false, `it measures ${task.list}; ${why}`);
    return [];
  }
}

function libraryPath(context: BenchContext): string | null {
  const library = compileLibrary();
  if ("path" in library) return library.path;
  context.warn(library.missing);
  return null;
}

/** Makes an experiment: all runtimes measure the same cases, one after the other. */
export function labExperiment(experiment: LabExperiment): Experiment {
  const { name, title, about, lists, check } = experiment;
  return {
    name: `ffi-${name}`,
    title,
    about,
    lab: "ffi",
    options: OPTIONS,
    run: async (context) => {
      const settings = settingsOf(context);
      const tasks: readonly (readonly [Task, boolean])[] = "library" in lists
        ? [[{ list: "user", user: lists, library: null, settings }, false]]
        : tasksOf(lists, libraryPath(context), settings);
      const rows: Row[] = [];
      for (const runtime of context.runtimes) {
        if (!hasFfi(runtime)) {
          context.warn(`node ${runtime.version} is left out: node:ffi came with 26.1`);
          continue;
        }
        for (const [task, isRisky] of tasks) {
          rows.push(...await rowsOf(context, experiment, runtime, task, isRisky));
        }
      }
      check?.(context, rows);
      return rows;
    },
  };
}

function tasksOf(lists: readonly List[], library: string | null, settings: MeasureSettings) {
  return lists.map(({ name, isRisky = false }) => {
    const task: Task = { list: name, library, settings };
    return [task, isRisky] as const;
  });
}
