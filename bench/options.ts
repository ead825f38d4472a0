/** Command lines of numbers, for the commands that check one thing. */

import process from "node:process";
import { parseArgs } from "node:util";

/** A number that may be given. */
export interface NumberOption {
  readonly preset: number;
  readonly min: number;
  readonly max: number;
}

export interface Options<K extends string> {
  readonly numbers: Readonly<Record<K, number>>;
  /** The names given by `--only`, which are all by default. */
  readonly only: readonly string[];
  /** Where to write the results. */
  readonly jsonFile: string | undefined;
}

/**
 * Reads the command line; prints why and ends the process if it makes no sense.
 *
 * @param table by option name
 * @param names what `--only` may choose from
 */
export function readOptions<K extends string>(
  args: string[],
  table: Readonly<Record<K, NumberOption>>,
  names: readonly string[],
): Options<K> {
  const numberNames = Object.keys(table) as K[];
  try {
    const text = { type: "string" } as const;
    const known = Object.fromEntries([...numberNames, "only", "json"].map((name) => [name, text]));
    const values = parseArgs({ args, options: known }).values as Record<string, string | undefined>;
    const numbers = numberNames.map((name) => [name, numberOf(name, values[name], table[name])]);
    const only = values["only"]?.split(",") ?? names;
    const unknown = only.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ${names.join(", ")}`);
    return { numbers: Object.fromEntries(numbers), only, jsonFile: values["json"] };
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    const presets = numberNames.map((name) => `--${name} ${table[name].preset}`);
    console.error(`options: ${presets.join("  ")}  --only ${names.join(",")}  --json FILE`);
    process.exit(2);
  }
}

function numberOf(name: string, text: string | undefined, option: NumberOption): number {
  const { preset, min, max } = option;
  if (text === undefined) return preset;
  const value = Number(text);
  if (text !== "" && value >= min && value <= max) return value;
  throw new Error(`--${name} ${text}: a number from ${min} to ${max} is needed`);
}
