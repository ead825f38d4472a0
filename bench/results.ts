/** A whole run, as it is written to a file and read by `report.ts`. */

import { readFileSync } from "node:fs";
import type { Machine } from "./machine.ts";
import type { Row } from "./result.ts";

/** Something that the project promises of a contender, and whether it was seen to hold. */
export interface Claim {
  readonly contender: string;
  readonly holds: boolean;
  readonly what: string;
}

/** What came of one experiment. */
export interface Outcome {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly lab: Row["lab"];
  readonly yardstick: string | undefined;
  /** Metrics that get a chart; undefined: all. */
  readonly charts: readonly string[] | undefined;
  readonly numbers: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly warnings: readonly string[];
  readonly claims: readonly Claim[];
  /** Why there is nothing, or not all. */
  readonly failure: string | undefined;
}

export interface Results {
  readonly format: typeof FORMAT;
  readonly startedAt: string;
  readonly seconds: number;
  readonly isQuick: boolean;
  readonly command: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  readonly outcomes: readonly Outcome[];
}

export const FORMAT = 1;

/** @throws if the file is none of ours */
export function readResults(file: string): Results {
  const results = JSON.parse(readFileSync(file, "utf8")) as Partial<Results>;
  if (results.format !== FORMAT) throw new Error(`${file} has no results of format ${FORMAT}`);
  return results as Results;
}
