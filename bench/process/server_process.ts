/** A contender that runs. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Contender } from "./contender.ts";

export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** What it printed after its first line, up to now. */
  readonly lines: readonly string[];
  /** Ends it with SIGTERM, after `STOP_TIMEOUT_MS` with SIGKILL; returns once it has ended. */
  stop(): Promise<ServerEnd>;
}

/** How a server ended. */
export interface ServerEnd {
  /** Null after a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 3_000;

/** The port the server prints. The stream is read on, so that the server never blocks on it. */
async function readPort(stdout: Readable, lines: string[]): Promise<number> {
  const reader = createInterface({ input: stdout });
  reader.on("line", (line) => lines.push(line));
  await Promise.race([once(reader, "line"), once(reader, "close")]);
  const line = lines.shift();
  const port = line?.match(/^listening on .*:(\d+)$/)?.[1];
  if (port === undefined) throw new Error(`No port in its first line: ${line ?? "it has ended"}`);
  return Number(port);
}

/** Returns when the process has ended, and all that it printed is read. */
async function stop(child: ChildProcess, closed: Promise<unknown>): Promise<ServerEnd> {
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  child.kill("SIGTERM");
  await closed;
  clearTimeout(timer);
  return { exitCode: child.exitCode, signal: child.signalCode };
}

/**
 * Starts the contender on one CPU and waits until it listens.
 *
 * @throws if it does not listen within 20 s; it has ended then
 */
export async function startServer(contender: Contender, cpu: number): Promise<ServerProcess> {
  // taskset becomes the command it starts: the process id is the server's.
  const child = spawn("taskset", ["-c", String(cpu), ...contender.command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);
  child.once("exit", () => process.off("exit", killNow));
  const closed = once(child, "close");
  const lines: string[] = [];
  const timer = setTimeout(killNow, START_TIMEOUT_MS);
  try {
    const port = await readPort(child.stdout, lines);
    return {
      name: contender.name,
      pid: child.pid ?? 0,
      port,
      lines,
      stop: () => stop(child, closed),
    };
  } catch (error) {
    await stop(child, closed);
    throw new Error(`Cannot start ${contender.name}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
