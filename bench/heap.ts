/**
 * Whether the heap stays as it is: what it holds after a warm-up, and after many more messages.
 *
 *     bun bench/heap.ts [--warmup 200000] [--messages 2000000] [--connections 50] [--size 64]
 *       [--only bun,deno] [--json FILE]
 *
 * Exit code 1 if the heap of one has grown by 1 MB or more.
 */

import process from "node:process";
import { columns } from "./columns.ts";
import { scriptCommand } from "./contestant.ts";
import type { HeapReport } from "./heap_report.ts";
import { type Lab, LOAD_CPU, openLab, SERVER_CPU, writeJson } from "./lab.ts";
import { startLoad } from "./load_process.ts";
import { readOptions } from "./options.ts";
import type { Runtime } from "./runtime.ts";
import { startServer } from "./server_process.ts";

const GROWTH_BYTES_MAX = 1e6;
const LOAD_SECONDS_MAX = 60;

interface Result extends HeapReport {
  readonly runtime: string;
  readonly messages: number;
  readonly growthBytes: number;
  readonly holds: boolean;
}

const options = readOptions(process.argv.slice(2), {
  warmup: { preset: 200_000, min: 1_000, max: 1e8 },
  messages: { preset: 2_000_000, min: 1_000, max: 1e8 },
  connections: { preset: 50, min: 1, max: 10_000 },
  size: { preset: 64, min: 1, max: 1024 },
}, ["bun", "deno"]);

async function measure(lab: Lab, runtime: Runtime): Promise<Result> {
  const { warmup, messages, connections, size } = options.numbers;
  const file = "servers/heap_echo.ts";
  const command = scriptCommand(runtime, file, ["0", `${warmup}`, `${messages}`], "--expose-gc");
  const server = await startServer({ name: runtime.name, command }, SERVER_CPU);
  try {
    using load = await startLoad(lab.programs.load, LOAD_CPU, server.port, {
      connections,
      sizeBytes: size,
      pipeline: 1,
      churn: false,
      seconds: LOAD_SECONDS_MAX,
      // So many more that the connections are at work at both marks.
      messagesMax: warmup + messages + connections * 10,
      warmupSeconds: 0,
    });
    await load.run();
    await load.end();
  } finally {
    await server.stop();
  }
  const report = JSON.parse(server.lines.at(-1) ?? "") as HeapReport;
  const growthBytes = report.after.heapUsed - report.before.heapUsed;
  return {
    runtime: runtime.name,
    ...report,
    messages: report.after.messages - report.before.messages,
    growthBytes,
    holds: growthBytes < GROWTH_BYTES_MAX,
  };
}

function row({ runtime, messages, before, after, growthBytes, ...rest }: Result): string[] {
  return [
    runtime,
    `${messages}`,
    `${before.heapUsed}`,
    `${growthBytes}`,
    `${after.external - before.external}`,
    `${after.rss - before.rss}`,
    `${rest.collections}`,
    rest.garbagePerMessage?.toFixed(2) ?? "–",
    rest.holds ? "holds" : "DOES NOT HOLD",
  ];
}

const lab = openLab();
const results: Result[] = [];
for (const runtime of lab.runtimes) {
  if (options.only.includes(runtime.name)) results.push(await measure(lab, runtime));
}
const head = ["", "messages", "heap bytes", "growth", "external growth", "RSS growth"];
head.push("collections", "garbage bytes/message", `growth < ${GROWTH_BYTES_MAX} bytes`);
console.log(`\n${columns([head, ...results.map(row)])}\n`);
console.log(
  "Heap bytes are those in use after a forced collection, at the end of the warm-up; growth is",
);
console.log(
  "the change until the end. Collections are those that the runtime made in between. The",
);
console.log("sampling of garbage itself makes 0.3 bytes/message; Bun cannot tell any.");
writeJson(options.jsonFile, { options: options.numbers, versions: lab.versions, results });
if (!results.every(({ holds }) => holds)) process.exitCode = 1;
