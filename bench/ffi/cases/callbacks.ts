import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import type { Port, Signature } from "../port.ts";
import { baselineCase } from "./baseline.ts";

const METRIC = "one callback";
/** Callbacks of one native call: enough that the call itself does not count. */
export const CALLBACKS_EACH = 1000;

interface Called {
  readonly name: string;
  readonly caller: string;
  readonly signature: Signature;
  /** The callback; it counts in `counter`. */
  readonly body: (counter: Counter) => (...args: never[]) => unknown;
}

/** What callbacks count in, to prove that each was called. */
export interface Counter {
  count: number;
  sum: number;
}

const count = (counter: Counter) => (): void => {
  counter.count++;
};

const CALLED: readonly Called[] = [
  { name: "void ()", caller: "nothing", signature: to([], "void"), body: count },
  {
    name: "void (i32)",
    caller: "i32",
    signature: to(["i32"], "void"),
    body: (counter) => (value: number) => {
      counter.count++;
      counter.sum += value;
    },
  },
  {
    name: "void (f64)",
    caller: "f64",
    signature: to(["f64"], "void"),
    body: (counter) => (value: number) => {
      counter.count++;
      counter.sum += value;
    },
  },
  { name: "void (i64)", caller: "i64", signature: to(["i64"], "void"), body: count },
  { name: "void (i64_fast)", caller: "i64", signature: to(["i64_fast"], "void"), body: count },
  { name: "void (pointer)", caller: "pointer", signature: to(["pointer"], "void"), body: count },
  {
    name: "void (pointer, i64, pointer)",
    caller: "read",
    signature: to(["pointer", "i64", "pointer"], "void"),
    body: count,
  },
  {
    name: "void (pointer, i32, f64, u64, u32, i64)",
    caller: "mixed",
    signature: to(["pointer", "i32", "f64", "u64", "u32", "i64"], "void"),
    body: count,
  },
  {
    name: "i32 (i32)",
    caller: "for_i32",
    signature: to(["i32"], "i32"),
    body: (counter) => (value: number) => {
      counter.count++;
      return value;
    },
  },
  {
    name: "f64 (f64)",
    caller: "for_f64",
    signature: to(["f64"], "f64"),
    body: (counter) => (value: number) => {
      counter.count++;
      return value;
    },
  },
];

function to(parameters: Signature["parameters"], result: Signature["result"]): Signature {
  return { parameters, result };
}

/** A callback by its signature, on the thread that made it. */
export function callbackCases(port: Port, path: string): CaseList {
  const cases: Case[] = [baselineCase(METRIC)];
  for (const { name, caller, signature, body } of CALLED) {
    if (signature.parameters.some((kind) => port.lacks.includes(kind))) continue;
    const counter: Counter = { count: 0, sum: 0 };
    const { pointer } = port.callback(signature, body(counter));
    const result = signature.result;
    const call = bind(
      port,
      path,
      `lab_call_${caller}`,
      ["pointer", "u32"],
      result === "i32" ? "i64" : result,
    );
    call(pointer, 3);
    if (counter.count !== 3) throw new Error(`${name}: called ${counter.count} times, not 3`);
    const run = callLoop(call, [pointer, CALLBACKS_EACH]);
    cases.push({ name, metric: METRIC, eventsEach: CALLBACKS_EACH, run });
  }
  return { cases, notes: [] };
}
