/** Wake-ups of a loop by another thread, and calls of its functions. */

import { programExperiment } from "./program_experiment.ts";

const WAKEUPS = "programs/wakeups.ts";
const CALLS = "programs/calls.ts";

export const wakeups = programExperiment({
  name: "wakeups",
  title: "Wake-ups: another thread wakes the loop, which answers, and so on",
  about: "A round trip: a notifier (uv_async_send in C) wakes a sleeping loop, whose handler " +
    "raises a number in shared memory that the other thread waits for. The wake-up is the way " +
    "to the handler alone. Where both threads run, " +
    "on one CPU or on two, is the kernel's choice, and decides much.",
  yardstick: "wakeups",
  hasThreads: true,
  scripts: [
    { name: "ours-bun", runtime: "bun", file: WAKEUPS, args: ["run"] },
    { name: "ours-deno", runtime: "deno", file: WAKEUPS, args: ["run"] },
    { name: "pump-bun", runtime: "bun", file: WAKEUPS, args: ["pump"] },
    { name: "pump-deno", runtime: "deno", file: WAKEUPS, args: ["pump"] },
  ],
  options: {
    wakeups: { preset: 20_000, quick: 2_000, min: 1, max: 1e9, about: "round trips" },
  },
  arguments: ({ number }) => [number("wakeups")],
});

export const calls = programExperiment({
  name: "calls",
  title: "Calls of a function in another thread",
  about: "One after the other, each awaited: LoopThread.call on a loop that runs (ours-…) or is " +
    "pumped (pump-…), and postMessage to a plain worker and back. Each is compared with " +
    "postMessage in the same runtime.",
  hasThreads: true,
  rival: "postmessage",
  scripts: [
    { name: "bun", runtime: "bun", file: CALLS },
    { name: "deno", runtime: "deno", file: CALLS },
  ],
  options: { calls: { preset: 10_000, quick: 1_000, min: 1, max: 1e8, about: "of each kind" } },
  arguments: ({ number }) => [number("calls")],
});
