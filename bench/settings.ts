/** The command line of the comparisons. */

import process from "node:process";
import { parseArgs } from "node:util";
import { ECHO_SERVERS, namesOf } from "./contestant.ts";
import type { LoadOptions } from "./load_process.ts";

export interface Settings {
  readonly rounds: number;
  /** Names of contestants. */
  readonly only: readonly string[];
  /** Where to write the raw samples. */
  readonly jsonFile: string | undefined;
  readonly load: LoadOptions;
}

const CONTESTANT_NAMES = namesOf(ECHO_SERVERS);

const USAGE = `options, with their defaults:
  --rounds 5  --seconds 5  --warmup 1  --connections 50  --size 64  --pipeline 1
  --only ${CONTESTANT_NAMES.join(",")}
  --json FILE   write the raw samples`;

/** Prints why, and ends the process. */
function refuse(why: string): never {
  console.error(`${why}\n${USAGE}`);
  process.exit(2);
}

function numberIn(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text === "" || !(value >= min && value <= max)) {
    refuse(`--${name} ${text}: a number from ${min} to ${max} is needed`);
  }
  return value;
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "5" },
        warmup: { type: "string", default: "1" },
        connections: { type: "string", default: "50" },
        size: { type: "string", default: "64" },
        pipeline: { type: "string", default: "1" },
        only: { type: "string", default: CONTESTANT_NAMES.join(",") },
        json: { type: "string" },
      },
    });
    return values;
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Reads the command line; ends the process if it makes no sense. */
export function readSettings(args: string[], { churn }: { churn: boolean }): Settings {
  const values = parse(args);
  const only = values.only.split(",");
  const unknown = only.find((name) => !CONTESTANT_NAMES.includes(name));
  if (unknown !== undefined) refuse(`--only ${unknown}: no such contestant`);
  return {
    rounds: numberIn("rounds", values.rounds, 1, 100),
    only,
    jsonFile: values.json,
    load: {
      connections: numberIn("connections", values.connections, 1, 10_000),
      sizeBytes: numberIn("size", values.size, 1, 1 << 24),
      pipeline: numberIn("pipeline", values.pipeline, 1, churn ? 1 : 1024),
      seconds: numberIn("seconds", values.seconds, 0.1, 60),
      warmupSeconds: numberIn("warmup", values.warmup, 0, 60),
      churn,
    },
  };
}
