/** One window of measurement: the load program against one server. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { type CpuTime, cpuTimeBetween, sampleCpu } from "./cpu_time.ts";
import type { ServerProcess } from "./server_process.ts";

export interface LoadOptions {
  readonly connections: number;
  readonly sizeBytes: number;
  /** Messages in flight on each connection. */
  readonly pipeline: number;
  /** Open a connection for each message and reset it afterwards. */
  readonly churn: boolean;
  readonly seconds: number;
  readonly warmupSeconds: number;
}

/** The line that `bench/c/load.c` prints. */
export interface LoadReport {
  /** Echoed and verified; with `churn` as many connections. */
  readonly messages: number;
  readonly seconds: number;
  readonly errors: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  /** The part of its CPU that the load program itself took. */
  readonly cpuShare: number;
}

export interface Window {
  readonly load: LoadReport;
  /** Of the server, in the same time. */
  readonly cpu: CpuTime;
}

function loadArguments(port: number, options: LoadOptions): string[] {
  const args = ["--port", port, "--connections", options.connections, "--size", options.sizeBytes];
  args.push("--pipeline", options.pipeline, "--seconds", options.seconds);
  args.push("--warmup", options.warmupSeconds, "--gate");
  if (options.churn) args.push("--churn");
  return args.map(String);
}

/**
 * Runs the load program on one CPU against the server.
 *
 * With `--gate` it stands still before and after the window: the server is idle when its CPU time is
 * read, and neither warm-up nor connecting is in it. The program bounds its own running time.
 *
 * @throws if the load program or the server ends early, or a byte came back wrong
 */
export async function measureWindow(
  loadProgram: string,
  cpu: number,
  server: ServerProcess,
  options: LoadOptions,
): Promise<Window> {
  const args = loadArguments(server.port, options);
  const child = spawn("taskset", ["-c", String(cpu), loadProgram, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    if ((await lines.next()).value !== "ready") throw new Error("no warm-up");
    const before = sampleCpu(server.pid);
    child.stdin.write("\n");
    const line = await lines.next();
    if (line.done) throw new Error("no report");
    const after = sampleCpu(server.pid);
    const load = JSON.parse(line.value) as LoadReport;
    if (load.errors > 0) throw new Error(`${load.errors} errors`);
    child.stdin.end();
    await exited;
    return { load, cpu: cpuTimeBetween(before, after) };
  } catch (error) {
    throw new Error(`The load program failed on ${server.name}`, { cause: error });
  } finally {
    killNow();
    process.off("exit", killNow);
  }
}
