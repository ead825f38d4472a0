import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";

/** Of what a child says about its failure, the end is enough. */
const STDERR_CHARACTERS_MAX = 2000;

/** A program that runs beside us and prints lines. It does not outlive us. */
export class Child {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<number>;
  #stderr = "";

  constructor([program, ...args]: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(program ?? "", args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
    this.#process = child;
    this.pid = child.pid ?? 0;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on("data", (text: Uint8Array) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARACTERS_MAX);
    });
    child.stdin.on("error", () => {}); // It has ended, which its exit code tells as well.
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    this.#exited = Promise.race([
      once(child, "exit").then(([code]) => (code as number | null) ?? -1),
      once(child, "error").then(() => -1),
    ]);
    this.#exited.finally(() => process.off("exit", kill));
  }

  /** What it said went wrong: of a stack trace the line with the error, else the last line. */
  get complaint(): string {
    const lines = this.#stderr.trim().split("\n");
    return lines.find((line) => /^(error: |Uncaught |\w*Error: )/.test(line)) ?? lines.at(-1) ?? "";
  }

  /**
   * Its next line; undefined when there is none any more.
   *
   * @throws {Error} when none comes in time
   */
  async line(timeoutMs: number): Promise<string | undefined> {
    const { value, done } = await this.#within(timeoutMs, this.#lines.next());
    return done === true ? undefined : value;
  }

  /** Writes a line to its standard input. */
  go(): void {
    this.#process.stdin?.write("\n");
  }

  /** Ends its standard input, and sends a signal if one is given; returns its exit code. */
  async end(timeoutMs: number, signal?: "SIGTERM"): Promise<number> {
    this.#process.stdin?.end();
    // Not by ChildProcess.kill(), after which Deno reports the signal instead of the exit code.
    if (signal !== undefined && this.#process.exitCode === null) process.kill(this.pid, signal);
    try {
      return await this.#within(timeoutMs, this.#exited);
    } catch {
      this.#process.kill("SIGKILL");
      return await this.#exited;
    }
  }

  async #within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const seconds = timeoutMs / 1000;
      timer = setTimeout(
        () => reject(new Error(`nothing heard of it for ${seconds} s`)),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
