/**
 * Keeps `ffi/libuv/symbols.ts` in step with libuv's header.
 *
 *     symbols.ts --check          compares the table with the installed uv.h and libuv.so.1
 *     symbols.ts --newer PATH     writes it anew, with what the newer uv.h at PATH adds
 *
 * `--header PATH` takes another uv.h than the installed one, `--library PATH` another libuv.so.1. A
 * header from elsewhere says nothing about the installed library, so with `--header` alone the
 * exports are not compared.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exportsOf, findLibrary } from "./library_exports.ts";
import { callbackDifferences, exportDifferences, headerDifferences } from "./symbol_differences.ts";
import { readPrototypes, renderSymbols } from "./symbols_source.ts";
import { releaseOf } from "./uv_functions.ts";
import { installedHeader, readHeader, type UvHeader } from "./uv_header.ts";

const tablePath = fileURLToPath(new URL("../ffi/libuv/symbols.ts", import.meta.url));

function generate(header: UvHeader, newer: UvHeader): void {
  for (const name of header.prototypes.keys()) {
    if (!newer.prototypes.has(name)) throw new Error(`${newer.path} has no ${name}: is it newer?`);
  }
  for (const name of newer.prototypes.keys()) {
    if (!header.prototypes.has(name) && releaseOf(name) === undefined) {
      throw new Error(`${name} came after ${header.version}: add its release to uv_functions.ts`);
    }
  }
  writeFileSync(tablePath, renderSymbols(newer.prototypes, newer.callbacks));
  console.log(`symbols: wrote ${newer.prototypes.size} functions of uv.h ${newer.version}`);
}

/**
 * Compares the table with a header, and with the exports of a library. Prints what differs.
 *
 * @returns how many differences there are
 */
export async function checkSymbols(
  header: UvHeader,
  library: string | undefined,
): Promise<number> {
  // Not imported at the top: the table must be possible to write when it is missing or broken.
  const { symbols, unbindable, callbackTypes } = await import("../ffi/libuv/symbols.ts");
  const prototypes = readPrototypes(readFileSync(tablePath, "utf8"));
  const exported = library === undefined ? undefined : exportsOf(library);
  const differences = [
    ...headerDifferences(header, { symbols, unbindable, prototypes }),
    ...callbackDifferences(header, { callbackTypes, prototypes }),
    ...(exported === undefined ? [] : exportDifferences(header, exported)),
  ];
  for (const difference of differences) console.error(`symbols: ${difference}`);

  const later = Object.keys(symbols).filter((name) => !header.prototypes.has(name)).length;
  const verdict = differences.length === 0 ? "agree" : `${differences.length} differences`;
  const exports = exported === undefined ? "exports not compared" : `exported by ${library}`;
  console.log(
    `symbols: ${header.prototypes.size} functions of uv.h ${header.version} (${exports}) ` +
      `and ${later} later ones: ${verdict}`,
  );
  return differences.length;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      header: { type: "string" },
      newer: { type: "string" },
      library: { type: "string" },
    },
  });
  const path = values.header ?? installedHeader;
  if (values.check) {
    if (!existsSync(path)) return console.log(`symbols: skipped: there is no ${path}`);
    const installed = values.header === undefined ? findLibrary() : undefined;
    const count = await checkSymbols(readHeader(path), values.library ?? installed);
    process.exitCode = count === 0 ? 0 : 1;
    return;
  }
  if (values.newer === undefined) throw new Error("Say --check, or --newer PATH to write");
  generate(readHeader(path), readHeader(values.newer));
}

if (import.meta.main) await main();
