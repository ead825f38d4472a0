import assert from "node:assert/strict";
import { renderPage } from "../../bench/report/page.ts";
import { renderOutcome } from "../../bench/report/terminal.ts";
import { FORMAT, type Outcome, type Results } from "../../bench/results.ts";
import { test } from "../harness.ts";

const facts = { lab: "io", experiment: "echo", metric: "CPU", unit: "ns" } as const;

const outcome: Outcome = {
  name: "echo",
  title: "Echo <of> bytes & more",
  about: "",
  lab: "io",
  yardstick: "c",
  charts: undefined,
  numbers: { rounds: 2 },
  seconds: 1,
  rows: [
    { ...facts, contender: "c", runtime: "c", samples: [100, 100] },
    { ...facts, contender: "ours-bun", runtime: "bun", samples: [50, 50] },
    { ...facts, contender: "luv", runtime: "lua", samples: [90, 130] },
  ],
  warnings: ["it rains"],
  claims: [{ contender: "ours-bun", holds: false, what: "nothing is left" }],
  failure: undefined,
};

const results: Results = {
  format: FORMAT,
  startedAt: "2026-11-22T00:00:00.000Z",
  seconds: 1,
  isQuick: true,
  command: "npm run bench",
  machine: { cpu: "a CPU", cores: 2, kernel: "6", memoryBytes: 2 ** 34, loadAverage: 0 },
  versions: { bun: "1" },
  warnings: [],
  outcomes: [outcome],
};

test("the page needs no script and no network", () => {
  const page = renderPage(results);
  assert.doesNotMatch(page, /<script|<link|<img|@import|url\(|src=|https?:\/\//);
});

test("the page escapes what it is given", () => {
  const page = renderPage(results);
  assert.match(page, /Echo &lt;of&gt; bytes &amp; more/);
  assert.doesNotMatch(page, /Echo <of>/);
});

test("page and table tell ratios, what they do not tell, warnings and broken claims", () => {
  const table = renderOutcome(outcome);
  for (const text of [renderPage(results), table]) {
    assert.match(text, /0\.5 ×/);
    assert.match(text, /not told apart/);
    assert.match(text, /arning: it rains/);
    assert.match(text, /nothing is left/);
  }
  assert.match(table, /DOES NOT HOLD/);
});

test("an experiment that failed has no chart, and says why", () => {
  const failed = { ...outcome, rows: [], claims: [], failure: "no gcc" };
  const page = renderPage({ ...results, outcomes: [failed] });
  assert.doesNotMatch(page, /<figure>/);
  assert.match(page, /It has failed: no gcc/);
  assert.match(renderOutcome(failed), /FAILED: no gcc/);
});
