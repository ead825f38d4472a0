/** The experiments of the FFI lab, in the order in which they are run. */

import type { BenchContext, Experiment, Row } from "../result.ts";
import { spreadOf } from "../spread.ts";
import { inRuntime, labExperiment } from "./lab_experiment.ts";

const BASELINE =
  "The row of a JavaScript function is what a row costs without any FFI: the loop, " +
  "and a call that the engine has put into it. Nothing was subtracted.";

const parameters = labExperiment({
  name: "parameters",
  title: "A call by the kind of its parameter",
  about: `C functions that store their one parameter and return nothing. ${BASELINE}`,
  lists: [{ name: "parameters" }],
  yardstick: "none",
  runtimesIn: "columns",
});

const results = labExperiment({
  name: "results",
  title: "A call by the kind of its result",
  about: `C functions without parameters that return one value. ${BASELINE}`,
  lists: [{ name: "results" }],
  yardstick: "void",
  runtimesIn: "columns",
});

const arity = labExperiment({
  name: "arity",
  title: "A call by the number of its parameters",
  about:
    "The first 0 to 8 of: pointer, i32, f64, usize, bool, u32, i64, pointer. 64-bit integers " +
    `are bigints, but where the row says otherwise. ${BASELINE}`,
  lists: [{ name: "arity" }],
  yardstick: "0",
  runtimesIn: "columns",
});

const pointerCalls = labExperiment({
  name: "pointer-calls",
  title: "The same function by its name, by its address, and on another thread",
  about:
    "A library that gets function pointers can only call by address; a nonblocking call gives " +
    "a promise.",
  lists: [{ name: "pointerCalls" }, { name: "nonblockingCalls", isRisky: true }],
  yardstick: "symbol of dlopen",
  runtimesIn: "rows",
});

const callbacks = labExperiment({
  name: "callbacks",
  title: "A callback by its signature",
  about:
    "One native call makes 1000 calls of a JavaScript function, on the same thread; the figure " +
    "is for one of them.",
  lists: [{ name: "callbacks" }],
  yardstick: "void ()",
  runtimesIn: "columns",
});

const threads = labExperiment({
  name: "threads",
  title: "A callback by the thread that calls it",
  about: "C calls a JavaScript function 100 times: on the same thread, on a thread that it has " +
    "started, or on the thread of a nonblocking call. The figure is for one of them, until all " +
    "have arrived.",
  lists: [
    { name: "sameThread", isRisky: true },
    { name: "otherThread", isRisky: true },
    { name: "nonblocking", isRisky: true },
  ],
  yardstick: "plain, same thread",
  runtimesIn: "columns",
});

const RING = "ring";
const CALLBACK = "callback";

/** The ring is there because it is cheaper. */
function checkRing(context: BenchContext, rows: readonly Row[]): void {
  for (const { name } of context.runtimes) {
    const of = (way: string): ReadonlyMap<string, Row> => {
      const own = rows.filter(({ contender }) => contender === inRuntime(name, way));
      return new Map(own.map((row) => [row.metric, row]));
    };
    const byCallback = of(CALLBACK);
    for (const [metric, { contender, samples }] of of(RING)) {
      const other = byCallback.get(metric);
      if (other === undefined) continue;
      const isLess = spreadOf(samples).median < spreadOf(other.samples).median;
      context.claim(contender, isLess, `cheaper than a callback with ${metric}`);
    }
  }
}

const ring = labExperiment({
  name: "ring",
  title: "The same event by a callback, and by our ring",
  about:
    "C calls libuv's uv_write_cb that often in one native call; the figure is for one event, " +
    "until JavaScript has it. A callback of the runtime runs JavaScript at once. Ours is machine " +
    "code: it appends a record of 32 bytes to the ring, and JavaScript reads the ring after the " +
    "native call. As the ring does, the callback that finds its object looks up which request " +
    "the event is for; the one beside it does not. The ring that is filled by callbacks is the " +
    "fallback where machine code cannot be run, the C function what is left without JavaScript.",
  lists: [{ name: "ring" }],
  yardstick: CALLBACK,
  runtimesIn: "rows",
  check: checkRing,
});

const throws = labExperiment({
  name: "throws",
  title: "What a throw costs that is caught inside a callback",
  about: "It must be caught there: after one that gets out, Bun skips the callbacks that follow, " +
    "and Deno may lose the error.",
  lists: [{ name: "throws" }],
  yardstick: "without try",
  runtimesIn: "columns",
});

export const ffiExperiments: readonly Experiment[] = [
  parameters,
  results,
  arity,
  pointerCalls,
  callbacks,
  threads,
  ring,
  throws,
];
