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

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exportDifferences, headerDifferences } from "./symbol_differences.ts";
import { readPrototypes, renderSymbols } from "./symbols_source.ts";
import { releaseOf } from "./uv_functions.ts";
import { installedHeader, readHeader, type UvHeader } from "./uv_header.ts";

const tablePath = fileURLToPath(new URL("../ffi/libuv/symbols.ts", import.meta.url));

const installedLibraries = [
  `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/libuv.so.1`,
  "/usr/lib64/libuv.so.1",
  "/usr/lib/libuv.so.1",
  "/usr/local/lib/libuv.so.1",
];

function generate(header: UvHeader, newer: UvHeader): void {
  for (const name of header.prototypes.keys()) {
    if (!newer.prototypes.has(name)) throw new Error(`${newer.path} has no ${name}: is it newer?`);
  }
  for (const name of newer.prototypes.keys()) {
    if (!header.prototypes.has(name) && releaseOf(name) === undefined) {
      throw new Error(`${name} came after ${header.version}: add its release to uv_functions.ts`);
    }
  }
  writeFileSync(tablePath, renderSymbols(newer.prototypes));
  console.log(`symbols: wrote ${newer.prototypes.size} functions of uv.h ${newer.version}`);
}

async function check(header: UvHeader, library: string | undefined): Promise<void> {
  // Not imported at the top: the table must be possible to write when it is missing or broken.
  const { symbols, unbindable } = await import("../ffi/libuv/symbols.ts");
  const prototypes = readPrototypes(readFileSync(tablePath, "utf8"));
  const exported = library === undefined ? undefined : exportsOf(library);
  const differences = [
    ...headerDifferences(header, { symbols, unbindable, prototypes }),
    ...(exported === undefined ? [] : exportDifferences(header, exported)),
  ];
  for (const difference of differences) console.error(`symbols: ${difference}`);
  if (differences.length > 0) process.exitCode = 1;

  const later = Object.keys(symbols).filter((name) => !header.prototypes.has(name)).length;
  const verdict = differences.length === 0 ? "agree" : `${differences.length} differences`;
  const exports = exported === undefined ? "exports not compared" : `exported by ${library}`;
  console.log(
    `symbols: ${header.prototypes.size} functions of uv.h ${header.version} (${exports}) ` +
      `and ${later} later ones: ${verdict}`,
  );
}

/** Undefined where there is no `nm` to ask. */
function exportsOf(library: string): Set<string> | undefined {
  const { error, status, stdout } = spawnSync("nm", ["-D", "--defined-only", library], {
    encoding: "utf8",
  });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`nm cannot read ${library}`);
  return new Set([...stdout.matchAll(/ T (uv_\w+)/g)].map(([, name = ""]) => name));
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
    const installed = values.header === undefined ? installedLibraries.find(existsSync) : undefined;
    return await check(readHeader(path), values.library ?? installed);
  }
  if (values.newer === undefined) throw new Error("Say --check, or --newer PATH to write");
  generate(readHeader(path), readHeader(values.newer));
}

await main();
