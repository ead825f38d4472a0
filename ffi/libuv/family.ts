import type { Functions } from "../runtime/contract.ts";
import { openLibrary } from "./library.ts";
import { symbols } from "./symbols.ts";

/** The name of a function that the runtimes' FFI can call. */
export type SymbolName = keyof typeof symbols;

/**
 * Functions of one family, bound together when the first of them is asked for: a program that
 * never spawns a process does not pay for binding `uv_spawn`.
 *
 * @returns what gives the functions; each call after the first costs a look at a variable
 */
export function family<const N extends readonly SymbolName[]>(
  names: N,
): () => Functions<Pick<typeof symbols, N[number]>> {
  let bound: Functions<Pick<typeof symbols, N[number]>> | undefined;
  return () => bound ??= openLibrary().bind(tableOf(names));
}

function tableOf<const N extends readonly SymbolName[]>(names: N): Pick<typeof symbols, N[number]> {
  const table = Object.fromEntries(names.map((name) => [name, symbols[name]]));
  return table as unknown as Pick<typeof symbols, N[number]>;
}
