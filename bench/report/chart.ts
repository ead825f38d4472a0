/** One metric of one experiment as a chart: SVG that needs no script. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Comparison } from "../comparison.ts";
import { figure, range } from "../number_text.ts";
import { type Kind, kindOf } from "./kind.ts";

const WIDTH = 560;
const ROW_HEIGHT = 25;
const AXIS_HEIGHT = 40;
/** Room for the longest label of a value. */
const LABEL_WIDTH = 130;
const CHARACTER_WIDTH = 6.9;
const NAME_WIDTH_MAX = 230;
/** More than this between the least and the greatest, and bars would hide the least. */
const LINEAR_RATIO_MAX = 25;
/** More dots than this are a smear. */
const SAMPLES_MAX = 12;

interface Point {
  readonly name: string;
  readonly kind: Kind;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly label: string;
  readonly title: string;
}

function labelOf({ isYardstick, spread, ratio }: Comparison): string {
  const median = figure(spread.median);
  if (isYardstick) return `${median}  = 1`;
  if (ratio === undefined || ratio.verdict === "one round") return median;
  return ratio.verdict === "apart"
    ? `${median}  ${figure(ratio.median)} ×`
    : `${median}  not told apart`;
}

function pointOf(comparison: Comparison): Point {
  const { row, spread } = comparison;
  const samples = row.samples.map(figure).slice(0, SAMPLES_MAX).join(", ");
  return {
    name: row.contender,
    kind: kindOf(comparison),
    ...spread,
    label: labelOf(comparison),
    title: `${row.contender}: ${figure(spread.median)} ${row.unit}, ${range(spread)}; ${samples}`,
  };
}

/** Whether a logarithmic scale is needed; it cannot show what is not above 0. */
function isWide(points: readonly Point[]): boolean {
  const medians = points.map(({ median }) => median);
  const isPositive = points.every(({ min }) => min > 0);
  return isPositive && Math.max(...medians) / Math.min(...medians) > LINEAR_RATIO_MAX;
}

function colour({ kind }: Point): string {
  return `var(--${kind})`;
}

/** What stands for the median: a bar from 0, or a dot where there is no 0. */
function medianMarks(points: readonly Point[], isLogarithmic: boolean): Plot.Markish[] {
  const title = ({ title }: Point) => title;
  if (isLogarithmic) {
    return [Plot.dot(points, { x: "median", y: "name", r: 5, fill: colour, title })];
  }
  return [
    Plot.barX(points, { x: "median", y: "name", fill: colour, insetTop: 3, insetBottom: 3, title }),
    Plot.ruleX([0], { stroke: "var(--line)" }),
  ];
}

function sampleMarks(comparisons: readonly Comparison[]): Plot.Markish[] {
  const samples = comparisons.flatMap(({ row }) =>
    row.samples.length > SAMPLES_MAX
      ? []
      : row.samples.map((value) => ({ name: row.contender, value }))
  );
  return [
    Plot.dot(samples, { x: "value", y: "name", r: 1.8, fill: "var(--ink)", fillOpacity: 0.65 }),
  ];
}

/** @param comparisons of one metric, in the order of the rows */
export function renderChart(comparisons: readonly Comparison[]): string {
  const points = comparisons.map(pointOf);
  const isLogarithmic = isWide(points);
  const nameWidth = Math.max(...points.map(({ name }) => name.length)) * CHARACTER_WIDTH + 12;
  const { document } = parseHTML("<html></html>") as unknown as { readonly document: never };
  const chart = Plot.plot({
    document, // of no DOM that TypeScript knows
    width: WIDTH,
    height: points.length * ROW_HEIGHT + AXIS_HEIGHT,
    marginLeft: Math.min(nameWidth, NAME_WIDTH_MAX),
    marginRight: LABEL_WIDTH,
    marginTop: 4,
    marginBottom: AXIS_HEIGHT - 8,
    style: { fontSize: "12px", background: "transparent", color: "var(--ink)" },
    x: {
      type: isLogarithmic ? "log" : "linear",
      label: null,
      ticks: isLogarithmic ? decadesOf(points) : 4,
      tickFormat: figureTick,
      grid: true,
      nice: true,
    },
    y: { domain: points.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      ...medianMarks(points, isLogarithmic),
      Plot.ruleY(points, { y: "name", x1: "min", x2: "max", stroke: "var(--ink)" }),
      ...sampleMarks(comparisons),
      Plot.text(points, { x: "max", y: "name", text: "label", textAnchor: "start", dx: 9 }),
    ],
  });
  return shorten(chart.outerHTML);
}

/** Coordinates need no more than two digits after the point; texts stay as they are. */
function shorten(svg: string): string {
  const shortNumber = (digits: string) => `${Number(Number(digits).toFixed(2))}`;
  return svg.replace(/<[^>]+>/g, (tag) => tag.replace(/-?\d+\.\d{3,}/g, shortNumber));
}

/** Ticks of a logarithmic scale: powers of ten, with 2 and 5 between them where they are few. */
function decadesOf(points: readonly Point[]): readonly number[] {
  const first = Math.floor(Math.log10(Math.min(...points.map(({ min }) => min))));
  const last = Math.ceil(Math.log10(Math.max(...points.map(({ max }) => max))));
  const steps = last - first > 2 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  return powers.flatMap((power) => steps.map((step) => step * power));
}

function figureTick(value: number): string {
  if (value < 10_000) return Number(value.toPrecision(6)).toLocaleString("en");
  return value < 1e6 ? `${value / 1_000}k` : `${value / 1e6}M`;
}
