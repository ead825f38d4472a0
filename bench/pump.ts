/**
 * What `loop.pump()` costs, and whether it shares the thread.
 *
 *     bun bench/pump.ts [--wakeups 10000000] [--seconds 3] [--only bun,deno] [--json FILE]
 *
 * Wake-ups: another thread wakes a machine of a sleeping loop, each time when the last one was
 * seen, while garbage is collected every 10,000. Busy: a machine that always has something to do,
 * beside timers of the runtime, 5 ms each. Exit code 1 if a wake-up was lost.
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { columns } from "./columns.ts";
import { scriptCommand } from "./contestant.ts";
import { openLab, writeJson } from "./lab.ts";
import { readOptions } from "./options.ts";
import type { PumpReport } from "./pump_report.ts";
import type { Runtime } from "./runtime.ts";

const RUN_MS_MAX = 1_800_000;

const options = readOptions(process.argv.slice(2), {
  wakeups: { preset: 10_000_000, min: 1, max: 1e9 },
  seconds: { preset: 3, min: 1, max: 60 },
}, ["bun", "deno"]);

function run(runtime: Runtime, ...args: string[]): PumpReport {
  const [program, ...rest] = scriptCommand(runtime, "pump_program.ts", args, "--expose-gc");
  const { status, stdout } = spawnSync(program as string, rest, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: RUN_MS_MAX,
  });
  if (status !== 0) throw new Error(`${args.join(" ")} on ${runtime.name}: ended with ${status}`);
  return JSON.parse(stdout) as PumpReport;
}

function row(runtime: string, report: PumpReport): string[] {
  if (report.kind === "wakeups") {
    const { count, seconds, heapGrowth } = report;
    const each = `${(seconds / count * 1e6).toFixed(1)} µs each`;
    return [runtime, "wake-ups", `${count}`, each, `heap ${(heapGrowth / 2 ** 20).toFixed(1)} MiB`];
  }
  const { turns, seconds, timers, p50Ms, p99Ms } = report;
  const late = `late ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
  return [runtime, "busy", `${Math.round(turns / seconds)} turns/s`, `${timers} timers`, late];
}

const lab = openLab();
const { wakeups, seconds } = options.numbers;
const results = lab.runtimes.filter(({ name }) => options.only.includes(name)).flatMap((runtime) =>
  [run(runtime, "busy", `${seconds}`), run(runtime, "wakeups", `${wakeups}`)]
    .map((report) => ({ runtime: runtime.name, report }))
);
console.log(`\n${columns(results.map(({ runtime, report }) => row(runtime, report)))}\n`);
writeJson(options.jsonFile, { options: options.numbers, versions: lab.versions, results });
const isLost = ({ report }: (typeof results)[number]): boolean =>
  report.kind === "wakeups" && report.count !== wakeups;
if (results.some(isLost)) process.exitCode = 1;
