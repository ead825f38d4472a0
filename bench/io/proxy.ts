/**
 * TCP proxies: each moves bytes from a source to a sink, which compare checksums of every byte.
 * `ours-…` is the sample, `machine-…` the same without streams.
 */

import type { LoopMetrics } from "../../src/mod.ts";
import { compile } from "../process/compile.ts";
import { findContenders, YARDSTICK } from "../process/contender.ts";
import { LOAD_CPU } from "../process/cpus.ts";
import { takeTurnsOnServers } from "../process/rounds.ts";
import type { ServerProcess } from "../process/server_process.ts";
import { PROXIES } from "../process/servers.ts";
import { startTransfer } from "../process/transfer_process.ts";
import { measureTransfer, type TransferWindow } from "../process/transfer_window.ts";
import type { BenchContext, Experiment, Row } from "../result.ts";
import { claimSpeed } from "./proxy_claims.ts";
import { warnOfLimits } from "./limits.ts";
import { type Metric, rowsOf } from "./rows.ts";
import { CPU, RATE } from "./window_rows.ts";

const MIB = 2 ** 20;

const METRICS: readonly Metric<TransferWindow>[] = [
  {
    metric: RATE,
    unit: "MiB/s",
    better: "more",
    measure: ({ transfer }) => transfer.bytes / MIB / transfer.seconds,
  },
  {
    metric: CPU,
    unit: "ns/KiB",
    measure: ({ transfer, cpu }) => cpu.totalNs / transfer.bytes * 1024,
  },
  {
    metric: "user CPU",
    unit: "ns/KiB",
    measure: ({ transfer, cpu }) => cpu.userNs / transfer.bytes * 1024,
  },
  {
    metric: "system CPU",
    unit: "ns/KiB",
    measure: ({ transfer, cpu }) => cpu.systemNs / transfer.bytes * 1024,
  },
  {
    metric: "memory added",
    unit: "MiB",
    measure: ({ rssBytes }) => (rssBytes.peak - rssBytes.idle) / MIB,
  },
  {
    metric: "memory added when warm",
    unit: "MiB",
    measure: ({ rssBytes }) => (rssBytes.peak - rssBytes.warm) / MIB,
  },
];

/** What our loop counted is the last line that a proxy of ours prints. */
async function claimNothingCopied(context: BenchContext, proxy: ServerProcess): Promise<void> {
  await proxy.stop();
  const line = proxy.lines.at(-1);
  if (!line?.startsWith("{")) return;
  const { bytesCopied } = JSON.parse(line) as LoopMetrics;
  context.claim(proxy.name, bytesCopied === 0, `no byte is copied in TypeScript: ${bytesCopied}`);
}

async function run(context: BenchContext): Promise<readonly Row[]> {
  using transfer = await startTransfer(compile("transfer"), LOAD_CPU, {
    bytes: context.number("bytes"),
    connections: context.number("connections"),
    directions: context.number("directions"),
    warmupBytes: context.number("warmup"),
  });
  const args = ["0", `${transfer.targetPort}`];
  const proxies = new Map<string, ServerProcess>();
  const courses = await takeTurnsOnServers(
    context,
    context.number("rounds"),
    findContenders(context, PROXIES, compile("proxy"), args),
    (proxy) => {
      proxies.set(proxy.name, proxy);
      return measureTransfer(transfer, proxy);
    },
  );
  await transfer.end();
  for (const proxy of proxies.values()) await claimNothingCopied(context, proxy);
  claimSpeed(context, courses);
  warnOfLimits(
    context,
    courses.map(({ contender, samples }) => ({
      contender: contender.name,
      windows: samples.map(({ cpu, transfer }) => ({ cpu, load: transfer })),
    })),
  );
  return rowsOf("proxy", METRICS, courses);
}

export const proxy: Experiment = {
  name: "proxy",
  title: "TCP proxy: bytes from a source through the proxy to a sink",
  about: "The source sends pages of a file, the sink takes a checksum of every byte; both share " +
    "one CPU, the proxy has the other. Memory is the most that the proxy had more than before " +
    "its connections were opened, and more than when they were warm.",
  lab: "io",
  yardstick: YARDSTICK,
  charts: [RATE, CPU, "memory added"],
  options: {
    rounds: { preset: 3, quick: 1, min: 1, max: 100, about: "transfers of each contender" },
    bytes: { preset: 2 ** 30, quick: 2 ** 25, min: 2 ** 20, max: 2 ** 44, about: "in a transfer" },
    warmup: { preset: 2 ** 29, quick: 2 ** 22, min: 0, max: 2 ** 40, about: "bytes before" },
    connections: { preset: 1, min: 1, max: 4096, about: "at once" },
    directions: { preset: 1, min: 1, max: 2, about: "2: both ways at once" },
  },
  run,
};
