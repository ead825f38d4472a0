import { Region } from "../../../ffi/memory/region.ts";
import { system } from "../../../ffi/memory/system.ts";
import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import type { Port, Signature } from "../port.ts";
import type { UserFunction } from "../report.ts";
import { readParameter, readResult, valueOf } from "../user_value.ts";
import { baselineCase } from "./baseline.ts";

const RTLD_NOW = 2;

/** A function of somebody else's, by its name and by its address. */
export function userCases(port: Port, given: UserFunction): CaseList {
  const parameters = given.parameters.map(readParameter);
  const signature: Signature = {
    parameters: parameters.map(({ kind }) => kind),
    result: readResult(given.result),
  };
  const lacking = [...signature.parameters, signature.result]
    .find((kind) => port.lacks.includes(kind));
  if (lacking !== undefined) return { cases: [], notes: [`${port.name} has no ${lacking}`] };

  const metric = given.name;
  const args = parameters.map((parameter) => valueOf(parameter, port));
  const call = bind(port, given.library, given.name, signature.parameters, signature.result);
  const found = call(...args);
  const cases: Case[] = [
    baselineCase(metric),
    {
      name: "symbol of dlopen",
      metric,
      run: callLoop(call, args),
      note: `gave ${describe(found)}`,
    },
  ];
  const address = port.pointerCalls.length > 0 ? addressOf(given.library, given.name) : null;
  if (address !== null) {
    for (const { name, make } of port.pointerCalls) {
      cases.push({ name, metric, run: callLoop(make(address, signature), args) });
    }
  }
  return { cases, notes: [] };
}

function describe(result: unknown): string {
  return typeof result === "object" && result !== null ? "a pointer" : String(result);
}

/** The address of a function in a library that is open already; null if it has none. */
function addressOf(library: string, name: string): unknown {
  const text = new Region(library.length * 4 + name.length * 4 + 2);
  text.setText(0, library);
  const handle = system().dlopen(text.pointer, RTLD_NOW);
  if (handle === null) return null;
  text.setText(0, name);
  return system().dlsym(handle, text.pointer);
}
