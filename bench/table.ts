/** The summaries as text for a terminal. */

import { cell, ratioCell } from "./cell.ts";
import { columns } from "./columns.ts";
import type { Summary } from "./summary.ts";

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
