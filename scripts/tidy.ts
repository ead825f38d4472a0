/**
 * The house rules that no other tool checks. Prints `tidy: N files`, or each breach as
 * `file:line: rule`, and then exits with 1. The rules are data in tidy/rules.ts.
 */

import process from "node:process";
import { findBreaches } from "./tidy/check.ts";
import { readSources } from "./tidy/source.ts";

const folders = ["ffi", "src", "samples", "test", "bench", "scripts"];

const sources = readSources(folders);
const breaches = sources.flatMap(findBreaches);
for (const { path, line, rule } of breaches) console.log(`${path}:${line}: ${rule}`);
if (breaches.length === 0) console.log(`tidy: ${sources.length} files`);
process.exitCode = breaches.length === 0 ? 0 : 1;
