import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import type { Kind, Port } from "../port.ts";
import { baselineCase } from "./baseline.ts";

const METRIC = "one result";

interface Given {
  readonly kind: Kind;
  /** What C returns; undefined where only its being there can be checked. */
  readonly expected: number | undefined;
  /** Of the C function, where it is not the kind's. */
  readonly from?: string;
  readonly remark?: string;
}

const LARGE = 2 ** 60;

const GIVEN: readonly Given[] = [
  { kind: "bool", expected: 1 },
  { kind: "u8", expected: 42 },
  { kind: "i32", expected: -42 },
  { kind: "u32", expected: 4e9 },
  { kind: "i64", expected: -42 },
  { kind: "i64_fast", expected: -42, from: "i64" },
  { kind: "u64", expected: 42 },
  { kind: "u64_fast", expected: 42, from: "u64" },
  { kind: "usize", expected: 42 },
  { kind: "u64", expected: LARGE, from: "large_u64", remark: "above 2^53" },
  { kind: "u64_fast", expected: LARGE, from: "large_u64", remark: "above 2^53" },
  { kind: "f32", expected: 1.5 },
  { kind: "f64", expected: 1.5 },
  { kind: "pointer", expected: undefined },
];

/** A call by the kind of its result. */
export function resultCases(port: Port, path: string): CaseList {
  const nothing = bind(port, path, "lab_take_nothing", [], "void");
  nothing(); // lab_give_bool says whether anything was taken
  const cases: Case[] = [
    baselineCase(METRIC),
    { name: "void", metric: METRIC, run: callLoop(nothing, []) },
  ];
  const types = new Map<string, string[]>();
  for (const { kind, expected, from = kind, remark } of GIVEN) {
    if (port.lacks.includes(kind)) continue;
    const give = bind(port, path, `lab_give_${from}`, [], kind);
    const name = remark === undefined ? kind : `${kind}: ${remark}`;
    const found = give();
    const isRight = expected === undefined ? Boolean(found) : Number(found) === expected;
    if (!isRight) throw new Error(`${name}: C gave ${expected}, not ${found}`);
    cases.push({ name, metric: METRIC, run: callLoop(give, []) });
    const type = typeof found;
    types.set(type, [...types.get(type) ?? [], name]);
  }
  const seen = [...types].map(([type, names]) => `${type} for ${names.join(", ")}`);
  return { cases, notes: [`${port.name} gives ${seen.join("; ")}`] };
}
