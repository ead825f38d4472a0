/**
 * Makes the page of a run again: `bun bench/report.ts RESULTS.json [PAGE.html]`.
 *
 * By default the page lies beside the results.
 */

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { renderPage } from "./report/page.ts";
import { readResults } from "./results.ts";

const [file, page] = process.argv.slice(2);
if (file === undefined) {
  console.error("bun bench/report.ts RESULTS.json [PAGE.html]");
  process.exit(2);
}
const target = page ?? join(dirname(file), "index.html");
writeFileSync(target, renderPage(readResults(file)));
console.log(target);
