/**
 * The bench lab: `npm run bench -- --help`.
 *
 * Runs experiments, prints a table of each, and writes one JSON file of raw samples and one page
 * with charts. Exit code 1 if one failed, or something that the project promises did not hold.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runExperiments } from "./bench_run.ts";
import { readCommandLine } from "./command_line.ts";
import { experiments } from "./experiments.ts";
import { userFunction } from "./ffi/user_function.ts";
import { describeMachine, findVersions } from "./machine.ts";
import { renderPage } from "./report/page.ts";
import { LEGEND, renderOutcome } from "./report/terminal.ts";
import { FORMAT, type Results } from "./results.ts";
import { findRuntime } from "./runtime.ts";

/** Others that are at work take part in what is measured. */
const LOAD_AVERAGE_MAX = 0.3;
const CORES_MIN = 2;

const args = process.argv.slice(2);
const commandLine = readCommandLine(args, experiments, userFunction);
// Ending by exit() lets the exit hooks of servers and load end them too.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const startedAt = new Date().toISOString();
const startMs = performance.now();
const runtimes = commandLine.runtimes.map(findRuntime).filter((found) => found !== undefined);
const machine = describeMachine();
const versions = findVersions(runtimes);
const warnings: string[] = [];
if (machine.loadAverage > LOAD_AVERAGE_MAX) {
  const load = machine.loadAverage.toFixed(1);
  warnings.push(`other programs were at work when this began: the load average was ${load}`);
}
if (machine.cores < CORES_MIN) warnings.push("server and load share one CPU: rates mean little");
if (commandLine.isQuick) warnings.push("a quick run: its figures are worth little");

console.log(`${machine.cores} × ${machine.cpu}, Linux ${machine.kernel}`);
console.log(Object.entries(versions).map((entry) => entry.join(" ")).join(", "));
for (const warning of warnings) console.log(`warning: ${warning}`);

const outcomes = await runExperiments(
  commandLine,
  runtimes,
  (outcome) => console.log(renderOutcome(outcome)),
);
const results: Results = {
  format: FORMAT,
  startedAt,
  seconds: (performance.now() - startMs) / 1000,
  isQuick: commandLine.isQuick,
  command: ["npm run bench", ...args.length > 0 ? ["--", ...args] : []].join(" "),
  machine,
  versions,
  warnings,
  outcomes,
};
/** Six digits are more than any of these measurements has. */
const rounded = (_: string, value: unknown) =>
  typeof value === "number" ? Number(value.toPrecision(6)) : value;
const json = `${JSON.stringify(results, rounded)}\n`;
mkdirSync(commandLine.reportFolder, { recursive: true });
writeFileSync(join(commandLine.reportFolder, "results.json"), json);
const page = join(commandLine.reportFolder, "index.html");
writeFileSync(page, renderPage(results));
if (commandLine.jsonFile !== undefined) writeFileSync(commandLine.jsonFile, json);

console.log(LEGEND);
console.log(`${results.seconds.toFixed(0)} s in all. Charts: ${page}`);
const isBroken = outcomes.some(({ failure, claims }) =>
  failure !== undefined || claims.some(({ holds }) => !holds)
);
if (isBroken) process.exitCode = 1;
