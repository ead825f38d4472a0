/** All figures of an experiment as a table of HTML. */

import type { Comparison } from "../comparison.ts";
import { figure, range } from "../number_text.ts";
import { escape, wrap } from "./html.ts";

function ratioText({ isYardstick, ratio }: Comparison): string {
  if (isYardstick) return "1";
  if (ratio === undefined) return "";
  const median = `${figure(ratio.median)} ×`;
  if (ratio.verdict === "one round") return `(${median})`;
  const between = range(ratio);
  const detail = between === "" ? "" : `<small>${between}</small>`;
  return ratio.verdict === "apart" ? `${median}${detail}` : `not told apart${detail}`;
}

function cells(comparison: Comparison | undefined, hasRatio: boolean): string {
  if (comparison === undefined) return hasRatio ? "<td></td><td></td>" : "<td></td>";
  const { spread } = comparison;
  const between = range(spread);
  const detail = between === "" ? "" : `<small>${between}</small>`;
  const value = `<td>${figure(spread.median)}${detail}</td>`;
  return hasRatio ? `${value}<td class="ratio">${ratioText(comparison)}</td>` : value;
}

/** Contenders in rows, metrics in columns, with ratios where there is a yardstick. */
export function renderFigures(comparisons: readonly Comparison[]): string {
  const names = [...new Set(comparisons.map(({ row }) => row.contender))];
  const metrics = [...new Set(comparisons.map(({ row }) => row.metric))].map((metric) => {
    const own = comparisons.filter(({ row }) => row.metric === metric);
    const hasRatio = own.some(({ ratio }) => ratio !== undefined);
    return { metric, own, hasRatio, unit: own[0]?.row.unit ?? "" };
  });
  const head = metrics.map(({ metric, unit, hasRatio }) => {
    const name = `${escape(metric)}<small>${escape(unit)}</small>`;
    return `<th scope="col"${hasRatio ? ' colspan="2"' : ""}>${name}</th>`;
  });
  const rows = names.map((name) => {
    const found = metrics.map(({ own, hasRatio }) =>
      cells(own.find(({ row }) => row.contender === name), hasRatio)
    );
    return `<tr><th scope="row">${escape(name)}</th>${found.join("")}</tr>`;
  });
  const table = `<thead><tr><td></td>${head.join("")}</tr></thead>` +
    wrap("tbody", rows.join(""));
  return `<div class="scroll"><table>${table}</table></div>`;
}
