/**
 * TCP proxies: each moves bytes from a source to a sink, which compare checksums of every byte.
 *
 *     bun bench/proxy.ts [--bytes 4294967296] [--rounds 5] [--connections 1] [--directions 1]
 *       [--warmup 268435456] [--only c,ours-bun,ours-deno] [--json FILE]
 *
 * `--directions 2` moves the bytes both ways at once. `ours-…` are the sample, `machine-…` the same
 * without streams. Exit code 1 if something does not hold of ours: see `proxy_claims.ts`.
 */

import process from "node:process";
import type { LoopMetrics } from "../src/mod.ts";
import { cell, ratioCell } from "./cell.ts";
import { columns } from "./columns.ts";
import { findContestants, namesOf, PROXIES } from "./contestant.ts";
import { LOAD_CPU, openLab, writeJson } from "./lab.ts";
import { readOptions } from "./options.ts";
import { brokenClaims } from "./proxy_claims.ts";
import { type ProxySummary, summariseProxy } from "./proxy_summary.ts";
import { startServers, takeTurns } from "./rounds.ts";
import type { ServerProcess } from "./server_process.ts";
import { startTransfer } from "./transfer_process.ts";
import { measureTransfer } from "./transfer_window.ts";
import { renderWarnings } from "./warnings.ts";

const LEGEND = `Median (min–max) of the rounds. Ratios are paired by round; ~: it may be either.
CPU time is exact, its split into user and system time is sampled by the kernel's timer tick.
RSS: before the first connection; the most that was ever added to it; the most that was added to
it in a window when the proxy was warm. Copied: bytes copied in TypeScript, as our loop counts.`;

const { numbers, only, jsonFile } = readOptions(process.argv.slice(2), {
  bytes: { preset: 2 ** 32, min: 2 ** 20, max: 2 ** 44 },
  rounds: { preset: 5, min: 1, max: 100 },
  connections: { preset: 1, min: 1, max: 4096 },
  directions: { preset: 1, min: 1, max: 2 },
  warmup: { preset: 2 ** 28, min: 0, max: 2 ** 40 },
}, namesOf(PROXIES));

/** What the loop of a proxy of ours counted; undefined for the others. */
async function endProxy(proxy: ServerProcess): Promise<LoopMetrics | undefined> {
  await proxy.stop();
  const line = proxy.lines.at(-1);
  return line?.startsWith("{") ? JSON.parse(line) as LoopMetrics : undefined;
}

function row(summary: ProxySummary): string[] {
  const { contestant, serverCpuShare, loadCpuShare } = summary;
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return [
    contestant,
    cell(summary.mibPerSecond),
    ratioCell(contestant, summary.rateRatio),
    cell(summary.userNsPerKib),
    cell(summary.systemNsPerKib),
    ratioCell(contestant, summary.cpuRatio),
    [summary.idleRssBytes, summary.growthBytes, summary.windowGrowthBytes].map(mib).join(" / "),
    `${summary.bytesCopied ?? "–"}`,
    `${serverCpuShare.median.toFixed(2)} / ${loadCpuShare.median.toFixed(2)}`,
  ];
}

const lab = openLab();
const servers: ServerProcess[] = [];
using transfer = await startTransfer(lab.programs.transfer, LOAD_CPU, {
  ...numbers,
  warmupBytes: numbers.warmup,
});
try {
  const args = ["0", `${transfer.targetPort}`];
  const { programs, runtimes, versions } = lab;
  await startServers(findContestants(only, PROXIES, programs.proxy, runtimes, args), servers);
  const samples = await takeTurns(
    numbers.rounds,
    servers,
    (proxy) => measureTransfer(transfer, proxy),
  );
  await transfer.end();
  const summaries: ProxySummary[] = [];
  for (const proxy of servers) {
    const metrics = await endProxy(proxy);
    summaries.push(summariseProxy(proxy.name, samples, metrics?.bytesCopied));
  }

  const head = [`${numbers.bytes} bytes × ${numbers.directions}`, "MiB/s", "rate × C"];
  head.push("user ns/KiB", "system ns/KiB", "CPU × C", "RSS MiB / growth / warm growth", "copied");
  head.push("CPU share proxy / transfer");
  console.log(`\n${columns([head, ...summaries.map(row)])}\n`);
  console.log(LEGEND);
  const checksums = new Set(samples.map((sample) => sample.transfer.checksum));
  console.log(`checksum of all that arrived: ${[...checksums].join(", ")}`);
  for (const line of renderWarnings(summaries, "transfer")) console.log(line);
  const broken = summaries.map((summary) => ({
    contestant: summary.contestant,
    claims: brokenClaims(summary, samples),
  }));
  for (const { contestant, claims } of broken) {
    for (const claim of claims) console.log(`${contestant}: DOES NOT HOLD: ${claim}`);
    if (claims.length > 0) process.exitCode = 1;
  }
  writeJson(jsonFile, { options: numbers, versions, summaries, broken, samples });
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
