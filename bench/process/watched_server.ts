/** A server that tells of itself when it is asked. */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerProcess } from "./server_process.ts";
import type { WatchReport } from "./watch_report.ts";

const ANSWER_MS_MAX = 10_000;

/**
 * Asks a `servers/watched_echo.ts`.
 *
 * @throws if it does not answer within 10 s
 */
export async function askServer({ pid, lines, name }: ServerProcess): Promise<WatchReport> {
  const seen = lines.length;
  process.kill(pid, "SIGUSR2");
  const start = performance.now();
  while (lines.length === seen) {
    if (performance.now() > start + ANSWER_MS_MAX) throw new Error(`${name} does not answer`);
    await sleep(5);
  }
  return JSON.parse(lines[seen] ?? "") as WatchReport;
}
