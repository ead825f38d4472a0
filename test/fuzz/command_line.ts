import process from "node:process";
import { parseArgs } from "node:util";
import { families } from "./families.ts";

/** What to run. */
export interface FuzzOptions {
  readonly seed: number;
  readonly sequences: number;
  /** The first sequence. */
  readonly from: number;
  /** Names of families; all when empty. What they need is done by the others, so a few suffice. */
  readonly only: readonly string[];
  /** Prints every action. */
  readonly trace: boolean;
  /** Goes on after a finding. */
  readonly keepGoing: boolean;
}

/** Reads the command line. @throws {Error} for a family that there is not */
export function fuzzOptions(): FuzzOptions {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      seed: { type: "string", default: "1" },
      sequences: { type: "string", default: "1000" },
      from: { type: "string", default: "0" },
      only: { type: "string", default: "" },
      trace: { type: "boolean", default: false },
      "keep-going": { type: "boolean", default: false },
    },
  });
  const only = values.only === "" ? [] : values.only.split(",");
  const unknown = only.find((name) => families.every((family) => family.name !== name));
  if (unknown !== undefined) {
    throw new Error(`No family ${unknown}; there are ${families.map(({ name }) => name).join()}`);
  }
  return {
    seed: Number(values.seed) | 0,
    sequences: Number(values.sequences),
    from: Number(values.from),
    only,
    trace: values.trace,
    keepGoing: values["keep-going"],
  };
}
