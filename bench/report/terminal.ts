/** An experiment as a table for the terminal. */

import process from "node:process";
import Table from "cli-table3";
import { compareRows, type Comparison } from "../comparison.ts";
import { figure, range } from "../number_text.ts";
import type { Outcome } from "../results.ts";

/** A frame costs width, and says nothing. */
const FRAME = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left"]
    .concat(["bottom-right", "left", "left-mid", "mid", "mid-mid", "right", "right-mid"])
    .map((part) => [part, ""]),
);

/** Where standard output is no terminal. */
const COLUMNS = 140;

/** The ratio and its range, if they say anything. */
function ratioText({ isYardstick, ratio }: Comparison): readonly string[] {
  if (isYardstick) return ["1"];
  if (ratio === undefined) return [];
  const median = `${figure(ratio.median)} ×`;
  if (ratio.verdict === "one round") return [`(${median})`];
  return [ratio.verdict === "apart" ? median : "not told apart", range(ratio)];
}

function cell(comparison: Comparison | undefined, hasRatio: boolean): string {
  if (comparison === undefined) return "";
  const { spread } = comparison;
  const [ratio = "", ratioRange = ""] = hasRatio ? ratioText(comparison) : [];
  const first = ratio === "" ? figure(spread.median) : `${figure(spread.median)}  ${ratio}`;
  const ranges = [range(spread), ratioRange].filter((text) => text !== "").join("  ");
  return ranges === "" ? first : `${first}\n${ranges}`;
}

function widthOf(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.trimEnd().length));
}

/** @param headlines metrics that are compared with the yardstick */
function renderPart(
  names: readonly string[],
  all: readonly Comparison[],
  metrics: readonly string[],
  headlines: readonly string[],
): string {
  const find = (contender: string, metric: string) =>
    all.find(({ row }) => row.contender === contender && row.metric === metric);
  const head = metrics.map((metric) => {
    const { row } = all.find(({ row }) => row.metric === metric) as Comparison;
    return `${metric}\n${row.unit}`;
  });
  const table = new Table({
    head: ["", ...head],
    chars: { ...FRAME, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 1 },
  });
  for (const name of names) {
    const cells = metrics.map((metric) => cell(find(name, metric), headlines.includes(metric)));
    if (cells.some((text) => text !== "")) table.push([name, ...cells]);
  }
  return table.toString().split("\n").map((line) => line.trimEnd()).join("\n");
}

/** Rows in their order, metrics in columns; the table is split where it has too many. */
export function renderOutcome(outcome: Outcome): string {
  const comparisons = compareRows(outcome.rows, outcome.yardstick);
  const names = [...new Set(comparisons.map(({ row }) => row.contender))];
  const metrics = [...new Set(comparisons.map(({ row }) => row.metric))];
  const headlines = outcome.charts ?? metrics;
  const columns = process.stdout.columns ?? COLUMNS;
  const parts: string[] = [];
  for (let from = 0; from < metrics.length;) {
    let part = "";
    let to = from;
    while (to < metrics.length) {
      const wider = renderPart(names, comparisons, metrics.slice(from, to + 1), headlines);
      if (part !== "" && widthOf(wider) > columns) break;
      part = wider;
      to++;
    }
    parts.push(part);
    from = to;
  }
  const notes = outcome.rows.filter(({ note }) => note !== undefined)
    .map(({ contender, metric, note }) => `${contender}, ${metric}: ${note}`);
  const claims = outcome.claims.map(({ contender, holds, what }) =>
    `${contender}: ${holds ? "holds" : "DOES NOT HOLD"}: ${what}`
  );
  const failure = outcome.failure === undefined ? [] : [`FAILED: ${outcome.failure}`];
  return [
    `\n${outcome.name}: ${outcome.title} (${outcome.seconds.toFixed(0)} s)`,
    ...parts.map((part) => `\n${part}`),
    ...notes,
    ...outcome.warnings.map((warning) => `warning: ${warning}`),
    ...claims,
    ...failure,
  ].join("\n");
}

/** How to read the tables. */
export const LEGEND = `
Median of the rounds; below it the least and the most, of eight rounds and more those of the middle
half. "×": how much of what the yardstick has, the contender with 1; ratios are made round by round.
"Not told apart": the spread of the ratio is larger than its distance from 1. "(… ×)": of one round,
so nobody knows its spread.`;
