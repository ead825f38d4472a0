/** Timers: what one costs, and how late it comes. */

import { programExperiment } from "./program_experiment.ts";

const RUNTIME = "programs/timers_runtime.mjs";
const OURS = "programs/timers_ours.ts";

export const timers = programExperiment({
  name: "timers",
  title: "Timers: set and clear, beside a million that are pending, and how late one comes",
  about: "Ours are deadlines of machines, the others setTimeout and uv_timer_t. A timer is set " +
    "and cleared at once, later than all that are pending. Late: what a timer of a few " +
    "milliseconds comes after its time, each set when the last one has come.",
  yardstick: "timers",
  charts: ["set and clear, alone", "set and clear, many pending", "late p50", "late p99"],
  scripts: [
    { name: "ours-bun", runtime: "bun", file: OURS },
    { name: "ours-deno", runtime: "deno", file: OURS },
    { name: "bun-settimeout", runtime: "bun", file: RUNTIME },
    { name: "deno-settimeout", runtime: "deno", file: RUNTIME },
    { name: "node-settimeout", runtime: "node", file: RUNTIME },
  ],
  options: {
    rounds: { preset: 2, quick: 1, min: 1, max: 100, about: "processes of each contender" },
    pairs: { preset: 200_000, quick: 20_000, min: 1_000, max: 1e8, about: "timers set, cleared" },
    pending: { preset: 1e6, quick: 10_000, min: 1, max: 1e6, about: "others meanwhile" },
    ticks: { preset: 100, quick: 10, min: 1, max: 1e6, about: "timers that are due" },
    interval: { preset: 5, min: 1, max: 1_000, about: "milliseconds to each of these" },
  },
  arguments: ({ number }) => [
    number("pairs"),
    number("pending"),
    number("ticks"),
    number("interval"),
  ],
});
