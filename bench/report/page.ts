/** A run as one page that needs nothing else: no script, no network. */

import { compareRows, type Comparison } from "../comparison.ts";
import type { Row } from "../result.ts";
import type { Outcome, Results } from "../results.ts";
import { renderChart } from "./chart.ts";
import { renderFigures } from "./figures.ts";
import { escape, list, wrap } from "./html.ts";
import { renderIntroduction } from "./introduction.ts";
import { STYLE } from "./style.ts";

const LABS: Readonly<Record<Row["lab"], { readonly title: string; readonly about: string }>> = {
  ffi: {
    title: "FFI lab",
    about: "What it costs to go from JavaScript into a native function, and from native code " +
      "into JavaScript. All of it is one thread of one process; figures are nanoseconds.",
  },
  io: {
    title: "I/O lab",
    about: "What servers, timers, threads and files cost on this library, beside C on the same " +
      "libuv and beside what the runtimes bring along.",
  },
};

function renderFigure(comparisons: readonly Comparison[]): string {
  const [{ row }] = comparisons as [Comparison];
  const better = row.better === "more" ? "more is better" : "less is better";
  const caption = `${escape(row.metric)} <span>${escape(row.unit)}, ${better}</span>`;
  return `<figure><figcaption>${caption}</figcaption>${renderChart(comparisons)}</figure>`;
}

function renderClaims({ claims }: Outcome): string {
  const broken = claims.filter(({ holds }) => !holds);
  const held = claims.filter(({ holds }) => holds);
  const text = ({ contender, what }: Outcome["claims"][number]) => `${contender}: ${what}`;
  const all = held.length === 0
    ? ""
    : `<details><summary>${held.length} checks that hold</summary>` +
      `${list(held.map(text), "notes")}</details>`;
  return list(broken.map((claim) => `Does not hold: ${text(claim)}`), "notes bad") + all;
}

function renderOutcome(outcome: Outcome): string {
  const { name, title, about, rows, yardstick, charts, warnings, failure, numbers } = outcome;
  const comparisons = compareRows(rows, yardstick);
  const metrics = charts ?? [...new Set(comparisons.map(({ row }) => row.metric))];
  const figures = metrics
    .map((metric) => comparisons.filter(({ row }) => row.metric === metric))
    .filter((own) => own.length > 0)
    .map(renderFigure);
  const options = Object.entries(numbers).map(([option, value]) => `--${option} ${value}`);
  const command = `npm run bench -- --only ${name} ${options.join(" ")}`;
  const notes = rows.flatMap(({ contender, metric, note }) =>
    note === undefined ? [] : [`${contender}, ${metric}: ${note}`]
  );
  const table = comparisons.length === 0 ? "" : renderFigures(comparisons);
  const isTableShown = figures.length === 0;
  return `<section class="experiment" id="${name}">
<h3>${escape(title)}</h3>
${wrap("p", escape(about))}
${wrap('p class="bad"', escape(failure === undefined ? "" : `It has failed: ${failure}`))}
${wrap('div class="charts"', figures.join("\n"))}
${isTableShown ? table : ""}
${list(warnings.map((warning) => `Warning: ${warning}.`), "notes")}
${renderClaims(outcome)}
<details><summary>All figures, and how to measure them again</summary>
${isTableShown ? "" : table}
${list(notes, "notes")}
<p class="faint"><code>${escape(command)}</code></p>
</details>
</section>`;
}

function renderLab(lab: Row["lab"], results: Results): string {
  const own = results.outcomes.filter((outcome) => outcome.lab === lab);
  if (own.length === 0) return "";
  const { title, about } = LABS[lab];
  const heading = `<h2 id="${lab}">${title}</h2>${wrap("p", escape(about))}`;
  return [heading, ...own.map(renderOutcome)].join("\n");
}

/** The whole page. */
export function renderPage(results: Results): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rotor-uv: the bench lab</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${renderIntroduction(results)}
${renderLab("io", results)}
${renderLab("ffi", results)}
</main>
</body>
</html>
`;
}
