/**
 * What it costs to talk to a loop in another thread, beside `postMessage` in the same runtime.
 *
 *     bun bench/channels.ts [--roundTrips 20000] [--messages 200000] [--mebibytes 512]
 *         [--rounds 3] [--only bun,deno] [--json FILE]
 *
 * Exit code 1 if bytes have less than three times the bandwidth of `postMessage`; medians of the
 * rounds count. What a thread's `call` costs is measured elsewhere.
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import type { ChannelReport } from "./channel_report.ts";
import { columns } from "./columns.ts";
import { scriptCommand } from "./contestant.ts";
import { openLab, writeJson } from "./lab.ts";
import { readOptions } from "./options.ts";
import type { Runtime } from "./runtime.ts";
import { spreadOf } from "./spread.ts";

const RUN_MS_MAX = 600_000;
const BANDWIDTH_MIN = 3;

const options = readOptions(process.argv.slice(2), {
  roundTrips: { preset: 20_000, min: 1, max: 1e7 },
  messages: { preset: 200_000, min: 1, max: 1e8 },
  mebibytes: { preset: 512, min: 1, max: 1e5 },
  rounds: { preset: 3, min: 1, max: 100 },
}, ["bun", "deno"]);

interface Result {
  readonly runtime: string;
  readonly report: ChannelReport;
}

function run(runtime: Runtime): Result[] {
  const { roundTrips, messages, mebibytes } = options.numbers;
  const args = [roundTrips, messages, mebibytes].map(String);
  const [program, ...rest] = scriptCommand(runtime, "channel_program.ts", args);
  const { status, stdout } = spawnSync(program as string, rest, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: RUN_MS_MAX,
  });
  if (status !== 0) throw new Error(`${runtime.name} has ended with ${status}`);
  return stdout.trim().split("\n").map((line) => ({
    runtime: runtime.name,
    report: JSON.parse(line) as ChannelReport,
  }));
}

/** The figure that counts: less is better for round trips, more for the rest. */
function figure(report: ChannelReport): number {
  switch (report.kind) {
    case "roundTrips":
      return report.p50Us;
    case "messages":
      return report.perSecond;
    case "bytes":
      return report.mibPerSecond;
  }
}

function row(group: readonly Result[]): string[] {
  const [{ runtime, report }] = group as [Result];
  const { median, min, max } = spreadOf(group.map((each) => figure(each.report)));
  const range = (digits: number) => `${min.toFixed(digits)}–${max.toFixed(digits)}`;
  if (report.kind !== "roundTrips") {
    const unit = report.kind === "messages" ? "/s" : "MiB/s";
    return [runtime, report.kind, report.name, `${Math.round(median)} ${unit}`, range(0)];
  }
  const p99 = spreadOf(
    group.map((each) => each.report.kind === "roundTrips" ? each.report.p99Us : 0),
  );
  const text = `${median.toFixed(1)} µs, p99 ${p99.median.toFixed(1)} µs`;
  return [runtime, "round trip", report.name, text, range(1)];
}

const lab = openLab();
const runtimes = lab.runtimes.filter(({ name }) => options.only.includes(name));
const rounds = Array.from({ length: options.numbers.rounds }, () => runtimes.flatMap(run)).flat();
const groups = Map.groupBy(
  rounds,
  ({ runtime, report }) => `${runtime} ${report.kind} ${report.name}`,
);
console.log(`\n${columns([...groups.values()].map(row))}\n`);
writeJson(options.jsonFile, { options: options.numbers, versions: lab.versions, rounds });

/** How many times better the channels do than `postMessage`. */
function gain(runtime: string, kind: ChannelReport["kind"]): number {
  const of = (isPort: boolean) =>
    spreadOf(
      rounds.filter((each) =>
        each.runtime === runtime && each.report.kind === kind &&
        each.report.name.startsWith("postMessage") === isPort
      ).map(({ report }) => figure(report)),
    ).median;
  return kind === "roundTrips" ? of(true) / of(false) : of(false) / of(true);
}

for (const { name } of runtimes) {
  const [time, bandwidth] = [gain(name, "roundTrips"), gain(name, "bytes")];
  console.log(`${name}: round trips ${time.toFixed(2)} ×, bytes ${bandwidth.toFixed(1)} ×`);
  if (bandwidth < BANDWIDTH_MIN) process.exitCode = 1;
}
