import type { Contender } from "./contender.ts";
import { Child } from "./child.ts";

const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 3_000;

/** What our server says of its loop when it ends; of all, what the table shows. */
export interface ServerMetrics {
  readonly nativeToJsCallbacks: number;
  readonly callbacks: string;
}

/** A contender that listens. */
export class Server {
  readonly port: number;
  readonly #child: Child;
  readonly #isOurs: boolean;

  private constructor(child: Child, port: number, isOurs: boolean) {
    this.#child = child;
    this.port = port;
    this.#isOurs = isOurs;
  }

  /**
   * Starts a contender and waits until it listens.
   *
   * @param prefix what goes before its command
   * @throws {Error} saying why it does not
   */
  static async start({ command, isOurs }: Contender, prefix: readonly string[]): Promise<Server> {
    const child = new Child([...prefix, ...command, "0"], { ECHO_METRICS: "1" });
    const line = await child.line(START_TIMEOUT_MS).catch(() => "");
    const port = line?.match(/^listening on .*:(\d+)$/)?.[1];
    if (port !== undefined) return new Server(child, Number(port), isOurs);
    const code = await child.end(STOP_TIMEOUT_MS, "SIGTERM");
    const why = child.complaint || line || (line === "" ? "it was silent" : `exit code ${code}`);
    throw new Error(`It did not open a port in ${START_TIMEOUT_MS / 1000} s: ${why}`);
  }

  /** Its process, of which `/proc` knows the CPU time. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Asks it to end.
   *
   * @returns what it counted, if it is ours
   * @throws {Error} when it does not end, or not well
   */
  async stop(): Promise<ServerMetrics | undefined> {
    const code = await this.#child.end(STOP_TIMEOUT_MS, "SIGTERM");
    if (!this.#isOurs) return undefined;
    if (code !== 0) {
      throw new Error(`The server ended with exit code ${code}: ${this.#child.complaint}`);
    }
    return JSON.parse(await this.#child.line(STOP_TIMEOUT_MS) ?? "null") as ServerMetrics;
  }
}
