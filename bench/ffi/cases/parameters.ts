import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import { keptBy } from "../kept.ts";
import { lastingBytes } from "../lasting_bytes.ts";
import type { Kind, Port } from "../port.ts";
import { baselineCase } from "./baseline.ts";

const METRIC = "one parameter";
const FIRST_BYTE = 42;

interface Passed {
  readonly kind: Kind;
  readonly value: unknown;
  /** What C must have got. */
  readonly expected: number;
  /** How the value is given, where there are several ways. */
  readonly as?: string;
}

function passedTo(port: Port, bytes: Uint8Array<ArrayBuffer>): readonly Passed[] {
  const wide = (["i64", "u64", "usize"] as const).flatMap((kind): readonly Passed[] => [
    ...(port.takesNumbersFor64 ? [{ kind, value: 7, expected: 7, as: "number" }] : []),
    { kind, value: 7n, expected: 7, as: "bigint" },
  ]);
  return [
    { kind: "bool", value: port.trueValue, expected: 1 },
    { kind: "u8", value: 200, expected: 200 },
    { kind: "i32", value: -7, expected: -7 },
    { kind: "u32", value: 7, expected: 7 },
    { kind: "u32", value: 4e9, expected: 4e9, as: "above 2^31" },
    ...wide,
    { kind: "f32", value: 1.5, expected: 1.5 },
    { kind: "f64", value: 1.5, expected: 1.5 },
    { kind: "pointer", value: port.pointerOf(bytes), expected: FIRST_BYTE, as: "kept" },
    { kind: "pointer", value: null, expected: -1, as: "null" },
    { kind: "buffer", value: bytes, expected: FIRST_BYTE, as: "Uint8Array" },
  ];
}

/** A call by the kind of its only parameter. */
export function parameterCases(port: Port, path: string): CaseList {
  const bytes = lastingBytes([FIRST_BYTE]);
  const keptInteger = keptBy(port, path, "integer");
  const keptNumber = keptBy(port, path, "number");

  const nothing = bind(port, path, "lab_take_nothing", [], "void");
  const cases: Case[] = [
    baselineCase(METRIC),
    { name: "none", metric: METRIC, run: callLoop(nothing, []) },
  ];
  for (const { kind, value, expected, as } of passedTo(port, bytes)) {
    const take = bind(port, path, `lab_take_${kind}`, [kind], "void");
    const name = as === undefined ? kind : `${kind}: ${as}`;
    take(value);
    (kind === "f32" || kind === "f64" ? keptNumber : keptInteger)(name, expected);
    cases.push({ name, metric: METRIC, run: callLoop(take, [value]) });
  }
  cases.push(freshPointerCase(port, path, bytes));
  return { cases, notes: [] };
}

/** Somebody who does not keep pointers. */
function freshPointerCase(port: Port, path: string, bytes: Uint8Array<ArrayBuffer>): Case {
  const take = bind(port, path, "lab_take_pointer", ["pointer"], "void");
  return {
    name: "pointer: made for each call",
    metric: METRIC,
    run: (times) => {
      for (let i = 0; i < times; i++) take(port.pointerOf(bytes));
    },
  };
}
