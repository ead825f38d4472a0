/**
 * Says what of libuv's public header the raw layer offers, and what it leaves out and why.
 *
 *     coverage.ts [--list] [--header PATH] [--library PATH]
 *
 * Compares functions, callback types, the fields of structs and constants with `uv.h`, and the
 * functions also with what the installed library exports. Prints a table; `--list` also names what
 * is left out. Exit code 1 if anything is missing without a reason, or is not as the header says.
 * Numbers and types are not looked at here: `layouts.ts` proves them with a compiler.
 *
 * `--header` and `--library` are as in `symbols.ts`.
 */

import { existsSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import {
  callbackCoverage,
  constantCoverage,
  type Coverage,
  exportCoverage,
  fieldCoverage,
  functionCoverage,
} from "./coverage_of.ts";
import { exportsOf, findLibrary } from "./library_exports.ts";
import { checkSymbols } from "./symbols.ts";
import { installedHeader, readHeader } from "./uv_header.ts";

const { values: options } = parseArgs({
  options: {
    list: { type: "boolean", default: false },
    header: { type: "string" },
    library: { type: "string" },
  },
});

function report(coverages: readonly Coverage[]): void {
  const widths = [18, 9, 9, 9, 9];
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, i) => {
      const width = widths[i] as number;
      return i === 0 ? String(cell).padEnd(width) : String(cell).padStart(width);
    }).join("");
  console.log(row(["", "in uv.h", "offered", "left out", "missing"]));
  for (const { what, declared, offered, leftOut, missing } of coverages) {
    console.log(row([what, declared, offered, leftOut.size, missing.length]));
  }
  for (const { what, leftOut, missing } of coverages) {
    for (const name of missing) console.error(`coverage: ${what}: ${name} is not offered`);
    if (!options.list) continue;
    for (const [name, reason] of leftOut) console.log(`${what}: ${name}: ${reason}`);
  }
}

async function main(): Promise<void> {
  const path = options.header ?? installedHeader;
  if (!existsSync(path)) return console.log(`skipped: coverage: there is no ${path}`);
  const header = readHeader(path);
  const library = options.library ?? (options.header === undefined ? findLibrary() : undefined);
  const exported = library === undefined ? undefined : exportsOf(library);
  const coverages = [
    functionCoverage(header),
    ...(exported === undefined ? [] : [exportCoverage(header, exported)]),
    callbackCoverage(header),
    fieldCoverage(header),
    constantCoverage(header),
  ];
  const differences = await checkSymbols(header, library);
  console.log(`coverage of uv.h ${header.version}, ${library ?? "no library compared"}`);
  report(coverages);
  const failed = differences > 0 || coverages.some(({ missing }) => missing.length > 0);
  if (failed) process.exitCode = 1;
}

await main();
