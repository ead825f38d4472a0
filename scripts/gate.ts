/**
 * The one gate: everything that must hold before a commit. `npm test` and CI call it.
 *
 *     sh scripts/with_runtime.sh --dev scripts/gate.ts [--only NAME,...] [--all] [--verbose]
 *
 * `--only` runs the named steps, `--all` also those that are for CI, `--verbose` shows what passing
 * steps print. The last line is `N passed, N failed`: the suites count each test, any other step
 * counts as one. Exit code 1 if anything failed.
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { runSteps } from "./gate/runner.ts";
import type { Step } from "./gate/step.ts";
import { printResult, printTotals } from "./gate/report.ts";

const sources = ["src/mod.ts", "ffi/mod.ts", "samples", "bench", "scripts", "test"];
const fallback = { ROTOR_UV_CALLBACKS: "runtime" };
/** What depends on how callbacks are made; the rest is the same with either. */
const overCallbacks = ["ffi", "fuzz", "handle", "loop", "memory", "request", "stream", "thread"]
  .map((folder) => `test/${folder}`);

/** In a command, the words `bun` and `deno` in first place stand for the runtimes set-up found. */
const steps: readonly Step[] = [
  { name: "fmt", command: ["deno", "fmt", "--check"] },
  { name: "lint", command: ["deno", "lint"] },
  { name: "tsc", command: ["bun", "node_modules/typescript/bin/tsc", "--noEmit"] },
  { name: "check", command: ["deno", "check", "-q", ...sources] },
  { name: "tidy", command: ["bun", "scripts/tidy.ts"] },
  { name: "coverage", command: ["bun", "scripts/coverage.ts"] },
  { name: "reference", command: ["bun", "scripts/reference.ts", "--check"] },
  { name: "layouts", command: ["bun", "scripts/layouts.ts", "--check"] },
  { name: "thunks", command: ["bun", "scripts/thunks.ts", "--check"] },
  { name: "bun", suite: "bun", command: ["bun", "test", "test/"] },
  { name: "deno", suite: "deno", command: ["deno", "test", "-A", "--no-check", "test/"] },
  { name: "bun-fallback", suite: "bun", env: fallback, command: ["bun", "test", ...overCallbacks] },
  {
    name: "deno-fallback",
    suite: "deno",
    env: fallback,
    command: ["deno", "test", "-A", "--no-check", ...overCallbacks],
  },
  { name: "samples", alone: true, command: ["sh", "samples/test.sh"] },
  { name: "newer", alone: true, extra: true, command: ["sh", "scripts/newer_libuv.sh"] },
  { name: "arm64", alone: true, extra: true, command: ["sh", "scripts/arm64.sh"] },
];

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    all: { type: "boolean", default: Boolean(process.env.CI) },
    verbose: { type: "boolean", default: false },
  },
});

/** The steps that the command line asks for; a wrong name throws, else a typo would pass. */
function chosenSteps(): readonly Step[] {
  if (options.only === undefined) return steps.filter((step) => options.all || !step.extra);
  return options.only.split(",").map((name) => {
    const step = steps.find((step) => step.name === name);
    if (step === undefined) {
      throw new Error(`No step ${name}; there are ${steps.map((step) => step.name).join(", ")}`);
    }
    return step;
  });
}

const results = await runSteps(chosenSteps(), (result) => printResult(result, options.verbose));
process.exitCode = printTotals(results) ? 0 : 1;
