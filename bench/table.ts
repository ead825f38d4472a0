/** The summaries as text for a terminal. */

import { columns } from "./columns.ts";
import { YARDSTICK } from "./contestant.ts";
import type { Spread } from "./spread.ts";
import type { Summary } from "./summary.ts";

/** Above this the load program may be what limits the rate. */
const LOAD_CPU_SHARE_MAX = 0.95;

function cell(spread: Spread, digits = 0): string {
  const [median, min, max] = [spread.median, spread.min, spread.max].map((n) => n.toFixed(digits));
  return `${median} (${min}–${max})`;
}

/** A ratio whose spread lies on both sides of 1 says nothing about who is faster: `~`. */
function ratioCell(contestant: string, ratio: Spread | undefined): string {
  if (ratio === undefined) return "–";
  if (contestant === YARDSTICK) return "1";
  return (ratio.min <= 1 && ratio.max >= 1 ? "~" : "") + cell(ratio, 2);
}

function row(summary: Summary): string[] {
  return [
    summary.contestant,
    cell(summary.itemsPerSecond),
    cell(summary.userNsPerItem),
    cell(summary.totalNsPerItem),
    ratioCell(summary.contestant, summary.userRatio),
    summary.userRatioPooled?.toFixed(2) ?? "–",
    ratioCell(summary.contestant, summary.totalRatio),
    cell(summary.p50Us),
    cell(summary.p99Us),
    `${summary.serverCpuShare.median.toFixed(2)} / ${summary.loadCpuShare.median.toFixed(2)}`,
  ];
}

/** @param item what is counted: `message` or `connection` */
export function renderTable(summaries: readonly Summary[], item: string): string {
  const head = ["", `${item}s/s`, `user ns/${item}`, `CPU ns/${item}`, "user × C"];
  head.push("pooled", "CPU × C", "p50 µs", "p99 µs", "CPU share server / load");
  return columns([head, ...summaries.map(row)]);
}

/** A line for each contestant whose rate may have been limited by the load program. */
export function renderWarnings(summaries: readonly Summary[]): string[] {
  return summaries
    .filter(({ loadCpuShare }) => loadCpuShare.max >= LOAD_CPU_SHARE_MAX)
    .map(({ contestant, loadCpuShare }) =>
      `warning: against ${contestant} the load program used up to ${
        (100 * loadCpuShare.max).toFixed(0)
      } % of its CPU: rate and latency may be its own, CPU per item is not affected`
    );
}
