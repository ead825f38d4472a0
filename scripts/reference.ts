/**
 * The reference: doc comments of all that the entry points export.
 *
 *     bun scripts/reference.ts           # writes docs/libuv.md, from libuv's names to ours
 *     bun scripts/reference.ts --check   # fails where that is out of date, or a comment is missing
 *     bun scripts/reference.ts --html    # and all of it as pages, in docs/reference
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Documented, readDocumented } from "./reference/documented.ts";
import { readLibuvFunctions } from "./reference/libuv_functions.ts";
import { libuvPage } from "./reference/libuv_page.ts";

const entryPoints = ["src/mod.ts", "src/system/mod.ts", "src/testing/mod.ts", "ffi/mod.ts"];
const page = new URL("../docs/libuv.md", import.meta.url);

const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    html: { type: "boolean", default: false },
  },
});

const documented = entryPoints.flatMap(readDocumented);
const missing = documented.filter(isMissing);
for (const { name, file, line } of missing) {
  console.error(`${file}:${line}: ${name} has no comment`);
}
if (missing.length > 0) process.exitCode = 1;

const text = libuvPage(readLibuvFunctions(), documented.filter(isOfSources));
if (!options.check) writeFileSync(page, text);
else if (readFileSync(page, "utf8") !== text) {
  console.error("docs/libuv.md is out of date: bun scripts/reference.ts");
  process.exitCode = 1;
}
if (options.html) writePages();

/** Fields may speak for themselves; of several overloads one speaks for all. */
function isMissing({ name, kind, doc, isInherited }: Documented): boolean {
  if (doc !== "" || kind === "property" || isInherited) return false;
  return !documented.some((other) => other.name === name && other.doc !== "");
}

/** The raw layer names every function: it would be no news. */
function isOfSources({ file }: Documented): boolean {
  return file.startsWith("src/") || file.startsWith("ffi/system/");
}

function writePages(): void {
  const deno = process.env["ROTOR_DENO"] || "deno";
  const command = ["doc", "--html", "--name=rotor-uv", "--output=docs/reference", ...entryPoints];
  const { status } = spawnSync(deno, command, { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
