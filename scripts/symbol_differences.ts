/** Compares the checked-in symbol table with a header and with a library's exports. */

import { isDeepStrictEqual } from "node:util";
import type { SymbolTable } from "../ffi/runtime/contract.ts";
import { definitionOf } from "./symbols_source.ts";
import { signatureOf } from "./uv_signature.ts";
import { includesRelease, type UvHeader } from "./uv_header.ts";

/** What `ffi/libuv/symbols.ts` holds. */
export interface WrittenTable {
  readonly symbols: SymbolTable;
  /** Reasons by the names of functions that FFI cannot call. */
  readonly unbindable: Readonly<Record<string, string>>;
  /** The prototypes in the doc comments. */
  readonly prototypes: ReadonlyMap<string, string>;
}

/** One sentence for each function on which table and header disagree; none if they agree. */
export function headerDifferences(header: UvHeader, table: WrittenTable): string[] {
  const known = [Object.keys(table.symbols), Object.keys(table.unbindable)].flat();
  const names = new Set([...header.prototypes.keys(), ...known]);
  return [...names].flatMap((name) => {
    return presence(name, header, table) ?? [
      ...prototypeDifferences(name, header, table),
      ...definitionDifferences(name, header, table),
    ];
  });
}

/** One sentence for each callback type that stands in the table otherwise than in the header. */
export function callbackDifferences(
  header: UvHeader,
  { callbackTypes, prototypes }: Pick<WrittenTable, "prototypes"> & {
    readonly callbackTypes: SymbolTable;
  },
): string[] {
  return Object.entries(callbackTypes).flatMap(([name, definition]) => {
    const declared = header.callbacks.get(name);
    if (declared === undefined) return [`${name} is not in uv.h ${header.version}`];
    const written = prototypes.get(name);
    const isSame = written === declared && isDeepStrictEqual(definition, signatureOf(declared));
    return isSame ? [] : [`${name} is \`${declared}\` in uv.h, \`${written}\` in the table`];
  });
}

/** One sentence for each function of the header that the library does not export. */
export function exportDifferences(header: UvHeader, exported: ReadonlySet<string>): string[] {
  return [...header.prototypes.keys()]
    .filter((name) => !exported.has(name))
    .map((name) => `${name} is in uv.h ${header.version} and not exported by the library`);
}

/** What is wrong with the function standing where it stands, or undefined if nothing is. */
function presence(name: string, header: UvHeader, table: WrittenTable): string[] | undefined {
  const definition = table.symbols[name];
  if (definition === undefined && !(name in table.unbindable)) {
    return [`${name} is in uv.h ${header.version} and not in the table`];
  }
  const since = definition?.since ?? "1.44.0";
  const declared = header.prototypes.has(name);
  if (declared === includesRelease(header.version, since)) return undefined;
  const lacks = declared ? "has it already" : "does not have it";
  return [`${name} is in the table since ${since}, but uv.h ${header.version} ${lacks}`];
}

function prototypeDifferences(name: string, header: UvHeader, table: WrittenTable): string[] {
  const written = table.prototypes.get(name);
  if (written === undefined) return [`${name} has no prototype in the table`];
  const declared = header.prototypes.get(name) ?? written;
  if (written === declared) return [];
  return [`${name} is \`${declared}\` in uv.h, but \`${written}\` in the table`];
}

function definitionDifferences(name: string, header: UvHeader, table: WrittenTable): string[] {
  // A function newer than the header is at least held to the prototype beside it.
  const prototype = header.prototypes.get(name) ?? table.prototypes.get(name);
  const definition = table.symbols[name];
  if (prototype === undefined || definition === undefined) return [];
  const expected = definitionOf(name, prototype);
  if (isDeepStrictEqual(definition, expected)) return [];
  return [`${name} should be ${JSON.stringify(expected)}, but is ${JSON.stringify(definition)}`];
}
