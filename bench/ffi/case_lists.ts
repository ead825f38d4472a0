import type { CaseList } from "./case.ts";
import { arityCases } from "./cases/arity.ts";
import { callbackCases } from "./cases/callbacks.ts";
import { libcCases } from "./cases/libc.ts";
import { parameterCases } from "./cases/parameters.ts";
import { nonblockingCallCases, pointerCallCases } from "./cases/pointer_calls.ts";
import { resultCases } from "./cases/results.ts";
import { ringCases } from "./cases/ring.ts";
import { nonblockingCases, otherThreadCases, sameThreadCases } from "./cases/threads.ts";
import { throwCases } from "./cases/throws.ts";
import type { Port } from "./port.ts";

/** What a child process measures, by name; each takes the compiled library. */
export const CASE_LISTS = {
  parameters: parameterCases,
  results: resultCases,
  arity: arityCases,
  pointerCalls: pointerCallCases,
  nonblockingCalls: nonblockingCallCases,
  callbacks: callbackCases,
  sameThread: sameThreadCases,
  otherThread: otherThreadCases,
  nonblocking: nonblockingCases,
  ring: ringCases,
  throws: throwCases,
} as const satisfies Readonly<Record<string, (port: Port, path: string) => CaseList>>;

export type ListName = keyof typeof CASE_LISTS;

/** What there is without a compiler. */
export function listWithoutLibrary(name: ListName, port: Port): CaseList {
  if (name === "parameters") return libcCases(port);
  return { cases: [], notes: [`no C compiler: ${name} not measured`] };
}
