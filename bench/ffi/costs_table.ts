/**
 * Writes the figures of the FFI lab into `docs/ffi_costs.md`, between its two marks:
 *
 *     bun bench/ffi/costs_table.ts bench/report/results.json
 */

import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { figure, range } from "../number_text.ts";
import { type Outcome, readResults, type Results } from "../results.ts";
import { spreadOf } from "../spread.ts";

const DOCUMENT = fileURLToPath(new URL("../../docs/ffi_costs.md", import.meta.url));
const BEGIN = "<!-- figures: bench/ffi/costs_table.ts writes them -->";
const END = "<!-- end of the figures -->";

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function tableOf({ title, name, rows }: Outcome): string {
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  const metrics = [...new Set(rows.map(({ metric }) => metric))];
  const cell = (contender: string, metric: string): string => {
    const row = rows.find((each) => each.contender === contender && each.metric === metric);
    if (row === undefined) return "";
    const spread = spreadOf(row.samples);
    const between = range(spread);
    return figure(spread.median) + (between === "" ? "" : ` (${between})`);
  };
  return [
    `### ${title}\n\n\`--only ${name}\`, ns:\n`,
    line(["", ...metrics]),
    line(["---", ...metrics.map(() => "---:")]),
    ...contenders.map((name) => line([name, ...metrics.map((metric) => cell(name, metric))])),
  ].join("\n");
}

function figuresOf({ machine, versions, startedAt, warnings, outcomes }: Results): string {
  const tables = outcomes.filter(({ lab, rows }) => lab === "ffi" && rows.length > 0).map(tableOf);
  if (tables.length === 0) throw new Error("These results have nothing of the FFI lab");
  const measured = ["bun", "deno", "node"].filter((name) => versions[name] !== undefined)
    .map((name) => `${name} ${versions[name]}`);
  const where = `${machine.cores} × ${machine.cpu}, Linux ${machine.kernel}, ${
    measured.join(", ")
  }`;
  const about = `Measured ${startedAt.slice(0, 10)} on ${where}. Medians, and the middle half.`;
  return [about, ...warnings.map((warning) => `Warning: ${warning}.`), ...tables].join("\n\n");
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("bun bench/ffi/costs_table.ts RESULTS.json");
  process.exit(2);
}
const text = readFileSync(DOCUMENT, "utf8");
const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (start < 0 || end < start) throw new Error(`${DOCUMENT} has lost its marks`);
const figures = figuresOf(readResults(file));
const before = text.slice(0, start + BEGIN.length);
writeFileSync(DOCUMENT, `${before}\n\n${figures}\n\n${text.slice(end)}`);
