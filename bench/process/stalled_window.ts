/** One server among clients that never read: what it holds, and how the others fare. */

import { setTimeout as sleep } from "node:timers/promises";
import { compile } from "./compile.ts";
import { cpuTimeBetween, sampleCpu } from "./cpu_time.ts";
import { LOAD_CPU } from "./cpus.ts";
import { holdingOf } from "./holding.ts";
import type { LoadOptions } from "./load_process.ts";
import { startProgram } from "./program.ts";
import type { ServerProcess } from "./server_process.ts";
import type { WatchReport } from "./watch_report.ts";
import { askServer } from "./watched_server.ts";
import { measureWindow, type Window } from "./window.ts";

/** How long the server is watched while nothing can move. */
export const QUIET_MS = 1000;

export interface StalledWindow {
  /** Normal clients alone, and right after that among those that never read. */
  readonly alone: Window;
  readonly among: Window;
  /** When all that never read were stalled, and when the window was over. */
  readonly before: WatchReport;
  readonly after: WatchReport;
  readonly rssBytes: { readonly before: number; readonly after: number };
  /** CPU time of the server in `QUIET_MS` in which everything was stalled. */
  readonly quietCpuNs: number;
  /** What the server took from those that never read, after it had stopped taking. */
  readonly takenLaterBytes: number;
}

/** What `bench/c/stall.c` prints. */
interface StallReport {
  readonly sentBytes: number;
}

/** @param connections that never read */
export async function measureStalled(
  server: ServerProcess,
  connections: number,
  load: LoadOptions,
): Promise<StalledWindow> {
  const window = () => measureWindow(server, load);
  const alone = await window();
  const args = ["--port", `${server.port}`, "--connections", `${connections}`];
  using stall = startProgram(compile("stall"), LOAD_CPU, args);
  const stalled = JSON.parse(await stall.line()) as StallReport;
  const before = await askServer(server);
  const rssBefore = holdingOf(server.pid).rssBytes;
  const cpuBefore = sampleCpu(server.pid);
  await sleep(QUIET_MS);
  const quietCpuNs = cpuTimeBetween(cpuBefore, sampleCpu(server.pid)).totalNs;
  const among = await window();
  const after = await askServer(server);
  const rssBytes = { before: rssBefore, after: holdingOf(server.pid).rssBytes };
  stall.say("");
  const { sentBytes } = JSON.parse(await stall.line()) as StallReport;
  await stall.end();
  const takenLaterBytes = sentBytes - stalled.sentBytes;
  return { alone, among, before, after, rssBytes, quietCpuNs, takenLaterBytes };
}
