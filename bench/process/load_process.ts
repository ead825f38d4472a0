/** The load program, which runs against one server. */

import { startProgram } from "./program.ts";

export interface LoadOptions {
  readonly connections: number;
  readonly sizeBytes: number;
  /** Messages in flight on each connection. */
  readonly pipeline: number;
  /** Open a connection for each message and reset it afterwards. */
  readonly churn: boolean;
  /** Over UDP: each message is a datagram. */
  readonly datagrams?: boolean;
  readonly seconds: number;
  /** The window ends after so many messages, if `seconds` have not passed before; default: none. */
  readonly messagesMax?: number;
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

/**
 * It stands still before and after its window: the server is idle then, and neither warm-up nor
 * connecting is in the window. The program bounds its own running time; disposing of it ends it at
 * once, in whatever state.
 */
export interface LoadProcess extends Disposable {
  /**
   * Runs the window.
   *
   * @throws if the program ends early, or a byte came back wrong
   */
  run(): Promise<LoadReport>;
  /** Resets the connections that are open, and ends the program. */
  end(): Promise<void>;
}

function argumentsOf(port: number, options: LoadOptions): string[] {
  const args = ["--port", port, "--connections", options.connections, "--size", options.sizeBytes];
  args.push("--pipeline", options.pipeline, "--seconds", options.seconds);
  args.push("--warmup", options.warmupSeconds, "--gate");
  if (options.messagesMax !== undefined) args.push("--messages", options.messagesMax);
  if (options.churn) args.push("--churn");
  if (options.datagrams) args.push("--udp");
  return args.map(String);
}

/**
 * Starts the load program on one CPU; returns after the warm-up, when each connection has echoed.
 *
 * @throws if it ends before
 */
export async function startLoad(
  program: string,
  cpu: number,
  port: number,
  options: LoadOptions,
): Promise<LoadProcess> {
  const load = startProgram(program, cpu, argumentsOf(port, options));
  await load.line(); // ready
  return {
    run: async () => {
      load.say("");
      const report = JSON.parse(await load.line()) as LoadReport;
      if (report.errors > 0) throw new Error(`The load has met ${report.errors} errors`);
      return report;
    },
    end: load.end,
    [Symbol.dispose]: load[Symbol.dispose],
  };
}
