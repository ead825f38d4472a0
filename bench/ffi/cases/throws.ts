import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import type { Port } from "../port.ts";
import { CALLBACKS_EACH, type Counter } from "./callbacks.ts";

const METRIC = "void (i32) callback";
const DEPTH = 10;
/** Thrown without being made: what is left is the throw. */
const kept = new Error("kept");

function throwFrom(depth: number): void {
  if (depth === 0) throw new Error("deep");
  throwFrom(depth - 1);
}

/**
 * Callbacks that catch what they throw. None lets it out: the callbacks after it would not run in
 * Bun, and its error could be lost in Deno.
 */
const BODIES: Readonly<Record<string, (counter: Counter) => (value: number) => void>> = {
  "without try": (counter) => (value) => {
    counter.count++;
    counter.sum += value;
  },
  "with try, nothing thrown": (counter) => (value) => {
    try {
      counter.count++;
      counter.sum += value;
    } catch {
      counter.sum = -1;
    }
  },
  "throws an error that is kept": (counter) => (value) => {
    try {
      counter.sum += value;
      throw kept;
    } catch {
      counter.count++;
    }
  },
  "throws a new Error": (counter) => (value) => {
    try {
      counter.sum += value;
      throw new Error("new");
    } catch {
      counter.count++;
    }
  },
  [`throws a new Error, ${DEPTH} calls deep`]: (counter) => (value) => {
    try {
      counter.sum += value;
      throwFrom(DEPTH);
    } catch {
      counter.count++;
    }
  },
};

/** What a throw costs that is caught where it must be: inside the callback. */
export function throwCases(port: Port, path: string): CaseList {
  const call = bind(port, path, "lab_call_i32", ["pointer", "u32"], "void");
  const cases = Object.entries(BODIES).map(([name, body]): Case => {
    const counter: Counter = { count: 0, sum: 0 };
    const { pointer } = port.callback({ parameters: ["i32"], result: "void" }, body(counter));
    call(pointer, 3);
    if (counter.count !== 3 || counter.sum !== 3) throw new Error(`${name}: was not called well`);
    const run = callLoop(call, [pointer, CALLBACKS_EACH]);
    return { name, metric: METRIC, eventsEach: CALLBACKS_EACH, run };
  });
  return { cases, notes: [] };
}
