import { Child } from "./child.ts";
import { type CpuTime, cpuTimeBetween, readCpuTime } from "./cpu_time.ts";
import type { LoadReport } from "./load_report.ts";

const SILENCE_MS_MAX = 10_000;
const STOP_TIMEOUT_MS = 3_000;

/** How much load there is. */
export interface LoadSettings {
  readonly connections: number;
  readonly warmupMs: number;
  readonly measuredMs: number;
}

/** One measurement: what the load saw, and what it cost both sides meanwhile. */
export interface Window {
  readonly messages: number;
  readonly seconds: number;
  /** Since the start of the load. */
  readonly messagesInAll: number;
  readonly wrongBytes: number;
  /** Of the server; undefined where there is no `/proc`. */
  readonly serverCpu: CpuTime | undefined;
  readonly loadCpu: CpuTime | undefined;
}

/** load.ts at work on a server, in a process of its own. */
export class LoadProcess {
  readonly #child: Child;
  readonly #serverPid: number;
  readonly #progress: () => void;

  private constructor(child: Child, serverPid: number, progress: () => void) {
    this.#child = child;
    this.#serverPid = serverPid;
    this.#progress = progress;
  }

  /**
   * Connects to a server, and warms both up.
   *
   * @param command that runs load.ts
   * @param progress called now and then while it works
   * @throws {Error} saying why the load has failed
   */
  static async start(
    command: readonly string[],
    server: { readonly pid: number; readonly port: number },
    { connections, warmupMs, measuredMs }: LoadSettings,
    progress: () => void,
  ): Promise<LoadProcess> {
    const args = [server.port, connections, warmupMs, measuredMs].map(String);
    const load = new LoadProcess(new Child([...command, ...args]), server.pid, progress);
    await load.#next("ready");
    return load;
  }

  /**
   * Measures. The CPU time is read while all connections are idle, before and after: neither
   * connecting nor warm-up is in it.
   *
   * @throws {Error} saying why the load has failed
   */
  async measure(): Promise<Window> {
    const pids = [this.#serverPid, this.#child.pid];
    const before = pids.map(readCpuTime);
    this.#child.go();
    const result = await this.#next("result");
    const after = pids.map(readCpuTime);
    return {
      ...result,
      serverCpu: cpuTimeBetween(before[0], after[0]),
      loadCpu: cpuTimeBetween(before[1], after[1]),
    };
  }

  /** Ends it; closing the connections is part of that. */
  async end(): Promise<void> {
    await this.#child.end(STOP_TIMEOUT_MS);
  }

  /** Waits for a report of a kind. If there is none to come, the process has ended. */
  async #next<K extends LoadReport["kind"]>(
    kind: K,
  ): Promise<Extract<LoadReport, { kind: K }>> {
    try {
      for (;;) {
        const line = await this.#child.line(SILENCE_MS_MAX);
        if (line === undefined) throw new Error(`it has ended: ${this.#child.complaint}`);
        const report = JSON.parse(line) as LoadReport;
        if (report.kind === "failed") throw new Error(report.why);
        this.#progress();
        if (report.kind === kind) return report as Extract<LoadReport, { kind: K }>;
      }
    } catch (error) {
      await this.end();
      throw new Error(`The load has failed: ${error instanceof Error ? error.message : error}`);
    }
  }
}
