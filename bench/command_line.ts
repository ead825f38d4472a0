/** The command line of `main.ts`. */

import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Experiment, NumberOption } from "./result.ts";
import type { RuntimeName } from "./runtime.ts";

export interface CommandLine {
  readonly experiments: readonly Experiment[];
  readonly isQuick: boolean;
  readonly jsonFile: string | undefined;
  /** The folder of `index.html` and `results.json`. */
  readonly reportFolder: string;
  readonly runtimes: readonly RuntimeName[];
  /** Undefined: all. */
  readonly contenders: readonly string[] | undefined;
  /** The numbers of an experiment, with its presets. */
  numbersOf(experiment: Experiment): Readonly<Record<string, number>>;
}

/** Makes an experiment of `--ffi LIBRARY FUNCTION TYPES...`. */
export type FunctionExperiment = (args: readonly string[]) => Experiment;

/** What is checked in is not overwritten by a part, or by a quick look. */
const FULL_REPORT = new URL("report", import.meta.url);
const OTHER_REPORT = new URL(".build/report", import.meta.url);

const RUNTIMES: readonly RuntimeName[] = ["bun", "deno", "node"];

const USAGE = `npm run bench -- OPTIONS      (or: bun run bench OPTIONS, deno task bench OPTIONS)

  --list                     the experiments, with their own options
  --only NAME,NAME           these only; "io" and "ffi" are the two labs
  --ffi LIB FUNCTION TYPES   a call of your own: npm run bench -- --ffi libm.so.6 cos f64 f64
  --quick                    just enough to see that everything works; its figures are worth little
  --runtimes bun,deno,node   these only
  --contenders c,ours-bun    these only
  --json FILE                the raw samples
  --report FOLDER            for index.html and results.json; a full run writes bench/report,
                             any other bench/.build/report
  --NAME N                   a number of the chosen experiments: --rounds 8 --seconds 10`;

function showUsage(): never {
  console.log(USAGE);
  process.exit(0);
}

/** Prints why, and ends the process. */
function refuse(why: string): never {
  console.error(`${why}\n\n${USAGE}`);
  process.exit(2);
}

function listExperiments(experiments: readonly Experiment[]): never {
  for (const { name, title, options = {} } of experiments) {
    console.log(`${name.padEnd(20)}${title}`);
    for (const [option, { preset, about }] of Object.entries(options)) {
      console.log(`${" ".repeat(22)}--${option} ${preset}  ${about}`);
    }
  }
  process.exit(0);
}

/** Takes `--ffi` and what follows it, up to the next option, out of the arguments. */
function takeFunction(args: string[]): readonly string[] | undefined {
  const start = args.indexOf("--ffi");
  if (start < 0) return undefined;
  const after = args.findIndex((arg, index) => index > start && arg.startsWith("--"));
  const [, ...found] = args.splice(start, (after < 0 ? args.length : after) - start);
  return found;
}

function choose(experiments: readonly Experiment[], only: string | undefined) {
  if (only === undefined) return experiments;
  const names = only.split(",");
  const has = (name: string) => (each: Experiment) => each.name === name || each.lab === name;
  const unknown = names.find((name) => !experiments.some(has(name)));
  if (unknown !== undefined) refuse(`--only ${unknown}: there is no such experiment, see --list`);
  return experiments.filter((each) => names.some((name) => has(name)(each)));
}

function parse(args: string[], numbers: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const known = { only: text, json: text, report: text, runtimes: text, contenders: text };
  const own = Object.fromEntries(numbers.map((name) => [name, text]));
  const options = { ...own, ...known, quick: flag, list: flag, help: flag };
  return attempt(() => parseArgs({ args, options }).values);
}

/** What a function makes of the arguments; it throws where they make no sense. */
function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

function numberIn(name: string, text: unknown, { min, max }: NumberOption): number {
  const value = Number(text);
  if (text !== "" && value >= min && value <= max) return value;
  refuse(`--${name} ${text}: a number from ${min} to ${max} is needed`);
}

/** Reads the command line; prints why and ends the process if it makes no sense. */
export function readCommandLine(
  given: readonly string[],
  all: readonly Experiment[],
  makeExperiment: FunctionExperiment,
): CommandLine {
  const args = [...given];
  const ffi = takeFunction(args);
  const numbers = [...new Set(all.flatMap(({ options = {} }) => Object.keys(options)))];
  const values = parse(args, numbers);
  if (values.help) showUsage();
  if (values.list) listExperiments(all);
  const experiments = ffi === undefined
    ? choose(all, values.only)
    : [attempt(() => makeExperiment(ffi))];
  const texts = values as Readonly<Record<string, unknown>>;
  for (const name of numbers.filter((name) => texts[name] !== undefined)) {
    const isKnown = experiments.some(({ options = {} }) => name in options);
    if (!isKnown) refuse(`--${name}: none of the chosen experiments has it, see --list`);
  }
  const runtimes = (values.runtimes?.split(",") ?? RUNTIMES) as RuntimeName[];
  const unknown = runtimes.find((name) => !RUNTIMES.includes(name));
  if (unknown !== undefined) refuse(`--runtimes ${unknown}: there is ${RUNTIMES.join(", ")}`);
  const numbersOf = ({ options = {} }: Experiment) =>
    Object.fromEntries(
      Object.entries(options).map(([name, option]) => {
        const preset = values.quick ? option.quick ?? option.preset : option.preset;
        const text = texts[name];
        return [name, text === undefined ? preset : numberIn(name, text, option)];
      }),
    );
  const numbersByExperiment = new Map(experiments.map((each) => [each, numbersOf(each)]));
  const isWhole = values.contenders === undefined && values.runtimes === undefined;
  const isFull = experiments === all && isWhole && !values.quick;
  return {
    experiments,
    isQuick: values.quick,
    jsonFile: values.json,
    reportFolder: values.report ?? fileURLToPath(isFull ? FULL_REPORT : OTHER_REPORT),
    runtimes,
    contenders: values.contenders?.split(","),
    numbersOf: (experiment) => numbersByExperiment.get(experiment) ?? {},
  };
}
