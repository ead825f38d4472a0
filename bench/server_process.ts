/** A contestant that runs. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Contestant } from "./contestant.ts";

export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Ends it with SIGTERM, after `STOP_TIMEOUT_MS` with SIGKILL; returns once it has ended. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 3_000;

/** The port the server prints. The stream is read on, so that the server never blocks on it. */
async function readPort(stdout: Readable): Promise<number> {
  const lines = createInterface({ input: stdout });
  const ended = once(lines, "close").then(() => undefined);
  const line = await Promise.race([once(lines, "line").then(([text]) => String(text)), ended]);
  const port = line?.match(/^listening on .*:(\d+)$/)?.[1];
  if (port === undefined) throw new Error(`No port in its first line: ${line ?? "it has ended"}`);
  return Number(port);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(timer);
}

/**
 * Starts the contestant on one CPU and waits until it listens.
 *
 * @throws if it does not listen within 20 s; it has ended then
 */
export async function startServer(contestant: Contestant, cpu: number): Promise<ServerProcess> {
  // taskset becomes the command it starts: the process id is the server's.
  const child = spawn("taskset", ["-c", String(cpu), ...contestant.command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);
  child.once("exit", () => process.off("exit", killNow));
  const timer = setTimeout(killNow, START_TIMEOUT_MS);
  try {
    const port = await readPort(child.stdout);
    return { name: contestant.name, pid: child.pid ?? 0, port, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`Cannot start ${contestant.name}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
