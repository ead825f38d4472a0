/** What an experiment is, and what it finds: the one shape of tables, JSON and charts. */

import type { Runtime, RuntimeName } from "./runtime.ts";

/** One measure of one contender: a line of a table, a bar of a chart. */
export interface Row {
  readonly lab: "ffi" | "io";
  /** The experiment's name. */
  readonly experiment: string;
  /** What was measured: a server, a kind of parameter, a size of a batch. */
  readonly contender: string;
  readonly runtime: RuntimeName | "c" | "python" | "lua";
  /** What of it; rows of one metric are compared with each other, and make one chart. */
  readonly metric: string;
  readonly unit: string;
  /** Raw, one a round, in the order of the rounds: ratios pair those of the same round. */
  readonly samples: readonly number[];
  /** What is good; default: `less`. */
  readonly better?: "less" | "more";
  /** The contender whose row of this metric is 1; default: the experiment's. */
  readonly yardstick?: string;
  readonly note?: string;
}

/** A number that the command line may set: `--NAME N`. */
export interface NumberOption {
  readonly preset: number;
  /** In place of the preset with `--quick`. */
  readonly quick?: number;
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

/** What an experiment is given. */
export interface BenchContext {
  /** Those that are there, and that `--runtimes` has not left out. */
  readonly runtimes: readonly Runtime[];
  /** `--quick`: as little as shows that it works. */
  readonly isQuick: boolean;
  /** The experiment's own options, by name: as given, else the presets. */
  readonly numbers: Readonly<Record<string, number>>;
  /** One of these; @throws if the experiment has no such option */
  number(name: string): number;
  /** Whether `--contenders` leaves this one in. */
  wants(contender: string): boolean;
  /** Says on stderr what is being done now. */
  progress(what: string): void;
  /** Something that a reader of the figures must know; printed, and kept with the results. */
  warn(what: string): void;
  /** Records whether something that the project promises was seen to hold; if not, exit code 1. */
  claim(contender: string, holds: boolean, what: string): void;
}

/** One comparison. */
export interface Experiment {
  /** For `--only`: lower case, with hyphens. */
  readonly name: string;
  /** The heading of its table and charts. */
  readonly title: string;
  /** For somebody who has never seen the project: what was done, and how to read it. */
  readonly about?: string;
  readonly lab?: Row["lab"];
  /** The contender that the others are compared with. */
  readonly yardstick?: string;
  readonly options?: Readonly<Record<string, NumberOption>>;
  /** Metrics that get a chart, in this order; default: all. */
  readonly charts?: readonly string[];
  run(context: BenchContext): Promise<readonly Row[]>;
}
