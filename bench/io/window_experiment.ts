/** Comparisons of servers under the load program `bench/c/load.c`. */

import { compile, type ProgramName } from "../process/compile.ts";
import { findContenders, type Script, YARDSTICK } from "../process/contender.ts";
import type { LoadOptions } from "../process/load_process.ts";
import { takeTurnsOnServers } from "../process/rounds.ts";
import { measureWindow } from "../process/window.ts";
import type { Experiment, NumberOption } from "../result.ts";
import { CPU, P99, RATE, USER_CPU, windowRows } from "./window_rows.ts";

/** What differs between them. */
export interface WindowExperiment {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** What is counted. */
  readonly item: string;
  readonly yardstick: ProgramName;
  readonly servers: readonly Script[];
  readonly load: Partial<LoadOptions>;
  /** Presets of this one. */
  readonly sizeBytes?: number;
  readonly pipeline?: number;
}

function optionsOf(own: WindowExperiment): Readonly<Record<string, NumberOption>> {
  const size = own.sizeBytes ?? 64;
  const pipeline = own.pipeline ?? 1;
  const isSingle = own.load.churn === true || own.load.datagrams === true;
  return {
    rounds: { preset: 3, quick: 2, min: 1, max: 100, about: "windows of each contender" },
    seconds: { preset: 0.6, quick: 0.1, min: 0.05, max: 60, about: "of a window" },
    warmup: { preset: 0.2, quick: 0.05, min: 0.01, max: 60, about: "seconds before each window" },
    connections: { preset: 50, min: 1, max: 10_000, about: "at once" },
    size: { preset: size, min: 1, max: isSingle ? 65_507 : 1 << 24, about: "bytes of a message" },
    pipeline: {
      preset: pipeline,
      min: 1,
      max: isSingle ? 1 : 1024,
      about: "messages in flight on each connection",
    },
  };
}

export function windowExperiment(own: WindowExperiment): Experiment {
  const { name, title, about, item, servers } = own;
  return {
    name,
    title,
    about,
    lab: "io",
    yardstick: YARDSTICK,
    charts: [RATE, CPU, USER_CPU, P99],
    options: optionsOf(own),
    async run(context) {
      const load: LoadOptions = {
        connections: context.number("connections"),
        sizeBytes: context.number("size"),
        pipeline: context.number("pipeline"),
        churn: false,
        seconds: context.number("seconds"),
        warmupSeconds: context.number("warmup"),
        ...own.load,
      };
      const contenders = findContenders(context, servers, compile(own.yardstick), ["0"]);
      const courses = await takeTurnsOnServers(
        context,
        context.number("rounds"),
        contenders,
        (server) => measureWindow(server, load),
      );
      return windowRows(context, name, item, courses);
    },
  };
}
