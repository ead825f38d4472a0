import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import { lastingBytes } from "../lasting_bytes.ts";
import type { Kind, Port } from "../port.ts";
import { baselineCase } from "./baseline.ts";

const METRIC = "one parameter";
const NOTE = "no C compiler: functions of libc and libm, which do a little more than nothing";

interface Called {
  readonly library: string;
  readonly name: string;
  readonly parameter: Kind;
  readonly result: Kind;
  readonly value: unknown;
  readonly expected: number;
}

function called(port: Port): readonly Called[] {
  const text = lastingBytes([104, 105]);
  const length = { library: "libc.so.6", name: "strlen", result: "usize", expected: 2 } as const;
  return [
    {
      library: "libc.so.6",
      name: "abs",
      parameter: "i32",
      result: "i32",
      value: -7,
      expected: 7,
    },
    {
      library: "libc.so.6",
      name: "labs",
      parameter: "i64",
      result: "i64",
      value: -7n,
      expected: 7,
    },
    {
      library: "libm.so.6",
      name: "fabs",
      parameter: "f64",
      result: "f64",
      value: -1.5,
      expected: 1.5,
    },
    { ...length, parameter: "pointer", value: port.pointerOf(text) },
    { ...length, parameter: "buffer", value: text },
  ];
}

/** What a machine without a C compiler can tell about calls. */
export function libcCases(port: Port): CaseList {
  const cases: Case[] = [baselineCase(METRIC)];
  for (const { library, name, parameter, result, value, expected } of called(port)) {
    const call = bind(port, library, name, [parameter], result);
    const found = Number(call(value));
    if (found !== expected) throw new Error(`${name}: gave ${found}, not ${expected}`);
    cases.push({
      name: `${name}: ${parameter} → ${result}`,
      metric: METRIC,
      run: callLoop(call, [value]),
    });
  }
  return { cases, notes: [NOTE] };
}
