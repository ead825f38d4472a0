import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import { keptBy } from "../kept.ts";
import { lastingBytes } from "../lasting_bytes.ts";
import type { Kind, Port } from "../port.ts";
import { baselineCase } from "./baseline.ts";

const METRIC = "number of parameters";

/** In the order of `lab_mixed_8`; each is worth 1, so that their sum is their number. */
const MIXED: readonly Kind[] = ["pointer", "i32", "f64", "usize", "bool", "u32", "i64", "pointer"];

/** @param one64 for 64-bit integers: 1, or 1n, which all runtimes take on their fastest way */
function valueOf(kind: Kind, port: Port, pointer: unknown, one64: number | bigint): unknown {
  switch (kind) {
    case "pointer":
      return pointer;
    case "bool":
      return port.trueValue;
    case "usize":
    case "i64":
      return one64;
    default:
      return 1;
  }
}

/** A call by the number of its parameters, of all kinds. */
export function arityCases(port: Port, path: string): CaseList {
  const pointer = port.pointerOf(lastingBytes([1]));
  const expectKept = keptBy(port, path, "integer");
  const nothing = bind(port, path, "lab_take_nothing", [], "void");
  const cases: Case[] = [
    baselineCase(METRIC),
    { name: "0", metric: METRIC, run: callLoop(nothing, []) },
  ];
  const add = (
    name: string,
    symbol: string,
    kinds: readonly Kind[],
    one64: number | bigint = 1n,
  ): void => {
    const take = bind(port, path, symbol, kinds, "void");
    const values = kinds.map((kind) => valueOf(kind, port, pointer, one64));
    take(...values);
    expectKept(name, kinds.length);
    cases.push({ name, metric: METRIC, run: callLoop(take, values) });
  };
  MIXED.forEach((_, index) => {
    const count = index + 1;
    add(`${count}`, `lab_mixed_${count}`, MIXED.slice(0, count));
  });
  if (port.takesNumbersFor64) add("8, numbers for 64 bits", "lab_mixed_8", MIXED, 1);
  add("8 × i32", "lab_integers_8", MIXED.map(() => "i32"));
  return { cases, notes: [] };
}
