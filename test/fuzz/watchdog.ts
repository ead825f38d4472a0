import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";

const child = join(dirname(fileURLToPath(import.meta.url)), "child.ts");

/** Without a line for so long, the child hangs: fifty sequences take less than a second. */
const PATIENCE_MS = 30_000;
/** Lines of the trace that are printed. */
const LINES = 80;

/** Starts the child, prints what it prints, and kills it when it says nothing any more. */
export class Watchdog {
  readonly #args: readonly string[];
  readonly #tracePath = join(tmpdir(), `rotor-uv-fuzz-trace-${process.pid}`);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hangs = false;
  #at = "";
  #last = "";
  /** The first line that says what was found. */
  #finding = "";

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  /** Returns what has come of it, in words: `passed ...`, or what went wrong. */
  async run(): Promise<string> {
    const startMs = performance.now();
    const run = "Deno" in globalThis ? ["run", "-A", "--no-check", "--quiet", child] : [child];
    const started = spawn(process.execPath, [...run, ...this.#args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ROTOR_FUZZ_TRACE: this.#tracePath },
    });
    const { code, signal } = await this.#follow(started);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    const passed = code === 0 && this.#last.startsWith("done");
    if (!passed) this.#printTrace();
    rmSync(this.#tracePath, { force: true });
    if (passed) return `passed, ${this.#last.slice(5)} in ${seconds} s`;
    if (this.#hangs) return `hangs after ${this.#at}`;
    const of = this.#finding === "" ? "" : `: ${this.#finding}`;
    return `failed with ${signal ?? code} after ${this.#at || "its start"}${of}`;
  }

  #follow(started: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
    this.#watch(started);
    let rest = "";
    started.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#watch(started);
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#heard(line);
    });
    return new Promise((resolve) => {
      started.on("close", (code, signal) => {
        clearTimeout(this.#timer);
        resolve({ code, signal });
      });
    });
  }

  #heard(line: string): void {
    this.#last = line;
    if (line.startsWith("finding ")) this.#finding ||= line;
    if (line.startsWith("at ")) this.#at = line;
    else console.log(line);
  }

  #watch(started: ChildProcess): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#hangs = true;
      started.kill("SIGKILL");
    }, PATIENCE_MS);
  }

  #printTrace(): void {
    if (!existsSync(this.#tracePath)) return; // it has not even started
    const lines = readFileSync(this.#tracePath, "utf8").trimEnd().split("\n");
    const [first = "", ...others] = lines;
    console.log([first, ...others.slice(-LINES)].join("\n"));
  }
}
