/** The beginning of the page: what was measured, on what, and how to read it. */

import type { Results } from "../results.ts";
import { glossaryOf } from "./glossary.ts";
import { escape, list, wrap } from "./html.ts";

const ABOUT = `rotor-uv is a TypeScript library for network programs in Bun and Deno. It calls the
system's libuv directly, and native code never calls back into JavaScript: it leaves records in a
ring. This page shows what that costs and what it buys, beside C on the same libuv and beside what
the runtimes have of their own.`;

const READING = [
  "A bar is the median of the rounds. The thin line is their range (of eight rounds and more, " +
  "the middle half), the small dots are the rounds themselves. Where figures differ by more " +
  "than 25 times there are large dots on a logarithmic scale in place of bars.",
  "“0.9 ×” says how much of the yardstick's it is; ratios are made round by round, and their " +
  "median is shown. “Not told apart”: the spread of the ratio is larger than its distance from " +
  "1, so this run cannot say which of the two is better.",
  "Contenders take turns, A B C, A B C, after a warm-up each, so that what else happens on the " +
  "machine hits all of them. Servers run on one CPU, what measures them on the other; where that " +
  "program was the limit, a warning says so. Every byte that comes back is checked.",
  "CPU is the time of all threads, as the scheduler counts it, exact. Its split into user and " +
  "system time is sampled by the kernel's timer tick, and wants many rounds.",
];

function fact(name: string, value: string): string {
  return `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`;
}

function renderFacts({ machine, versions, startedAt, seconds, command }: Results): string {
  const gib = (machine.memoryBytes / 2 ** 30).toFixed(0);
  const when = startedAt.slice(0, 16).replace("T", " ");
  const software = Object.entries(versions).map((entry) => entry.join(" ")).join(", ");
  return wrap(
    'dl class="facts"',
    [
      fact("Machine", `${machine.cores} × ${machine.cpu}, ${gib} GiB, Linux ${machine.kernel}`),
      fact("Versions", software),
      fact("Measured", `${when} UTC, for ${Math.round(seconds)} s, by ${command}`),
      fact("Load before", machine.loadAverage.toFixed(2)),
    ].join(""),
  );
}

function renderContents({ outcomes }: Results): string {
  const link = (id: string, text: string) => `<li><a href="#${id}">${escape(text)}</a></li>`;
  const items = ["io", "ffi"].flatMap((lab) =>
    outcomes.filter((outcome) => outcome.lab === lab).map(({ name, title }) => link(name, title))
  );
  return `<nav><h2>Experiments</h2>${wrap("ul", items.join(""))}</nav>`;
}

const KEY = `<p class="key">
<span><i style="background: var(--ours)"></i>this library</span>
<span><i style="background: var(--yardstick)"></i>the yardstick, 1</span>
<span><i style="background: var(--other)"></i>others</span>
</p>`;

export function renderIntroduction(results: Results): string {
  const names = glossaryOf(results).map(([name, meaning]) => fact(name, meaning)).join("");
  return `<h1>The bench lab of rotor-uv</h1>
<p>${ABOUT}</p>
${renderFacts(results)}
${list(results.warnings.map((warning) => `Warning: ${warning}.`), "notes bad")}
<h2>How to read it</h2>
${KEY}
${list(READING)}
${names === "" ? "" : `<h3>Who takes part</h3><dl class="facts">${names}</dl>`}
${renderContents(results)}`;
}
