/** What our own parts cost: blocks, deadlines, and writes of the user's bytes. */

import { spreadOf } from "../spread.ts";
import { findValues, programExperiment } from "./program_experiment.ts";

const BLOCKS = "programs/block_pairs.ts";
const DEADLINES = "programs/deadline_pairs.ts";
const COPIES = "programs/copy_threshold.ts";

const BLOCK_NS_MAX: Readonly<Record<string, number>> = { "ours-bun": 20, "ours-deno": 30 };
/** What measuring itself leaves on the heap: the strings that were printed, compiled code. */
const HEAP_NOISE_BYTES = 64 * 1024;
const DEADLINE_NS_MAX = 150;
const DEADLINE_CASES = ["at once, alone", "at once, later than all", "at once, in no order"];

export const blocks = programExperiment({
  name: "blocks",
  title: "Blocks of native memory: leased and returned",
  about: "By leak level, and by how many are held at once.",
  scripts: [
    { name: "ours-bun", runtime: "bun", file: BLOCKS },
    { name: "ours-deno", runtime: "deno", file: BLOCKS, denoFlags: ["--v8-flags=--expose-gc"] },
  ],
  options: {
    pairs: { preset: 2e6, quick: 20_000, min: 1_000, max: 1e9, about: "leased and returned" },
  },
  arguments: ({ number }) => [number("pairs")],
  isRow: ({ metric }) => !metric.endsWith("growth"),
  judge: (context, courses) => {
    for (const { contender: { name }, samples } of courses) {
      const worst = (ending: string) =>
        Math.max(...findValues(samples, (metric) => metric.endsWith(ending)));
      const [heap, mapped] = [worst(": heap growth"), worst(": mapped growth")];
      context.claim(name, heap <= HEAP_NOISE_BYTES, `the heap does not grow: ${heap} bytes`);
      context.claim(name, mapped === 0, `the pool does not grow: ${mapped} bytes`);
      if (context.isQuick) continue;
      const ns = spreadOf(findValues(samples, "level simple, 1 held")).median;
      const limit = BLOCK_NS_MAX[name] ?? 0;
      context.claim(name, ns <= limit, `${ns.toFixed(0)} ns a pair, of at most ${limit}`);
    }
  },
});

export const deadlines = programExperiment({
  name: "deadlines",
  title: "Deadlines of machines: set and cleared",
  about: "At once: one is cleared before the next machine sets its own; later than all, in no " +
    "order, earlier: among those that are pending. A wake-up pair is two wake-ups of a machine; " +
    "what the second of these costs less is the deadline's.",
  scripts: [
    { name: "ours-bun", runtime: "bun", file: DEADLINES },
    { name: "ours-deno", runtime: "deno", file: DEADLINES },
  ],
  options: {
    pairs: { preset: 300_000, quick: 10_000, min: 1_000, max: 1e8, about: "set and cleared" },
    pending: { preset: 300_000, quick: 10_000, min: 1, max: 1e6, about: "machines with one" },
  },
  arguments: ({ number }) => [number("pairs"), number("pending")],
  isRow: ({ metric }) => !metric.endsWith("FFI calls"),
  judge: (context, courses) => {
    for (const { contender: { name }, samples } of courses) {
      for (const metric of DEADLINE_CASES) {
        const calls = Math.max(...findValues(samples, `${metric}: FFI calls`));
        context.claim(name, calls === 0, `${metric}: no FFI call: ${calls}`);
        if (context.isQuick) continue;
        const ns = spreadOf(findValues(samples, metric)).median;
        const text = `${metric}: ${ns.toFixed(0)} ns, of at most ${DEADLINE_NS_MAX}`;
        context.claim(name, ns <= DEADLINE_NS_MAX, text);
      }
    }
  },
});

export const copyThreshold = programExperiment({
  name: "copy-threshold",
  title: "Writing bytes of the user's: copying them into blocks, or pinning them",
  about: "All that a write costs in TypeScript, from write() until the memory is free again, " +
    "without the system call. The library copies below PIN_BYTES_MIN and pins from there on: " +
    "this shows where the two meet.",
  rival: "copy",
  charts: ["4 KiB", "16 KiB", "64 KiB", "256 KiB"],
  scripts: [
    { name: "bun", runtime: "bun", file: COPIES },
    { name: "deno", runtime: "deno", file: COPIES },
  ],
  options: {
    repeats: { preset: 400, quick: 50, min: 1, max: 1e6, about: "writes of each size" },
  },
  arguments: ({ number }) => [number("repeats")],
});
