import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import { lastingBytes } from "../lasting_bytes.ts";
import type { Native, Port, Signature } from "../port.ts";
import { baselineCase } from "./baseline.ts";

interface Called {
  readonly metric: string;
  readonly function: string;
  readonly signature: Signature;
}

const CALLED: readonly Called[] = [
  {
    metric: "void (void)",
    function: "take_nothing",
    signature: { parameters: [], result: "void" },
  },
  {
    metric: "void (i32)",
    function: "take_i32",
    signature: { parameters: ["i32"], result: "void" },
  },
  {
    metric: "void (pointer, i32, f64, usize)",
    function: "mixed_4",
    signature: { parameters: ["pointer", "i32", "f64", "usize"], result: "void" },
  },
];

/** The same function by its name, and by its address. */
export function pointerCallCases(port: Port, path: string): CaseList {
  const bytes = port.pointerOf(lastingBytes([]));
  const values = [bytes, 1, 1.5, 1n];
  const cases: Case[] = [];
  for (const { metric, function: name, signature } of CALLED) {
    const args = signature.parameters.length === 1 ? [1] : values.slice(
      0,
      signature.parameters.length,
    );
    const address = bind(port, path, `lab_address_of_${name}`, [], "pointer")();
    const add = (way: string, call: Native): void => {
      cases.push({ name: way, metric, run: callLoop(call, args) });
    };
    cases.push(baselineCase(metric));
    add("symbol of dlopen", bind(port, path, `lab_${name}`, signature.parameters, "void"));
    for (const way of port.pointerCalls) add(way.name, way.make(address, signature));
  }
  const notes = port.pointerCalls.length > 0
    ? []
    : [`${port.name} calls no function by its address`];
  return { cases, notes };
}

/** A call that runs on another thread, alone and with others. */
export function nonblockingCallCases(port: Port, path: string): CaseList {
  const { openNonblocking } = port;
  if (openNonblocking === undefined) {
    return { cases: [], notes: [`${port.name} has no nonblocking calls`] };
  }
  const metric = "void (void)";
  const signature: Signature = { parameters: [], result: "void" };
  const call = openNonblocking(path, { lab_take_nothing: signature }).lab_take_nothing;
  const at = async (times: number, once: number): Promise<void> => {
    for (let i = 0; i < times; i++) await Promise.all(Array.from({ length: once }, () => call()));
  };
  return {
    cases: [
      { name: "nonblocking, one at a time", metric, isAsync: true, run: (times) => at(times, 1) },
      {
        name: "nonblocking, 100 at once",
        metric,
        isAsync: true,
        eventsEach: 100,
        run: (times) => at(times, 100),
      },
    ],
    notes: [],
  };
}
