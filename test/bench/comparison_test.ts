import assert from "node:assert/strict";
import { compareRows } from "../../bench/comparison.ts";
import type { Row } from "../../bench/result.ts";
import { spreadOf } from "../../bench/spread.ts";
import { test } from "../harness.ts";

function row(contender: string, samples: readonly number[], yardstick?: string): Row {
  return {
    lab: "io",
    experiment: "echo",
    contender,
    runtime: "c",
    metric: "CPU",
    unit: "ns",
    samples,
    ...yardstick !== undefined && { yardstick },
  };
}

function ratioOf(base: readonly number[], own: readonly number[]) {
  const [, comparison] = compareRows([row("c", base), row("ours", own)], "c");
  return comparison?.ratio;
}

test("a ratio pairs the samples of each round", () => {
  const ratio = ratioOf([100, 200, 400], [50, 100, 200]);
  assert.deepEqual(ratio, { median: 0.5, min: 0.5, max: 0.5, verdict: "apart" });
});

test("a ratio whose spread is larger than its distance from 1 is not told apart", () => {
  assert.equal(ratioOf([100, 100, 100], [105, 110, 120])?.verdict, "not told apart");
  assert.equal(ratioOf([100, 100, 100], [118, 120, 122])?.verdict, "apart");
});

test("a ratio of exactly 1 is not told apart", () => {
  assert.equal(ratioOf([100, 100], [100, 100])?.verdict, "not told apart");
});

test("one round has no spread, so its ratio tells nothing", () => {
  assert.equal(ratioOf([100], [300])?.verdict, "one round");
});

test("other numbers of rounds are compared by their extremes", () => {
  const ratio = ratioOf([100, 200], [300, 300, 600]);
  assert.deepEqual(ratio, { median: 2, min: 1.5, max: 6, verdict: "not told apart" });
});

test("there is no ratio to a yardstick of which a sample is 0", () => {
  assert.equal(ratioOf([0, 100], [50, 50]), undefined);
});

test("a row's own yardstick comes before that of the experiment", () => {
  const rows = [row("c", [100, 100]), row("port", [10, 10]), row("channel", [20, 20], "port")];
  const [c, port, channel] = compareRows(rows, "c");
  assert.equal(c?.isYardstick, true);
  assert.equal(port?.ratio?.median, 0.1);
  assert.equal(channel?.ratio?.median, 2);
});

test("rows of other metrics, and without samples, are not compared", () => {
  const other = { ...row("ours", [1, 1]), metric: "latency" };
  const found = compareRows([row("c", [2, 2]), other, row("absent", [])], "c");
  assert.deepEqual(found.map(({ ratio }) => ratio), [undefined, undefined]);
});

test("a spread is the range of all, and of eight and more values the middle half", () => {
  assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 });
  const spread = spreadOf([1, 2, 3, 4, 5, 6, 7, 8, 1000]);
  assert.deepEqual(spread, { median: 5, min: 3, max: 7 });
});
