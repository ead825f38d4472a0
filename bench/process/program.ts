/** A program of `bench/c` that is led by lines. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

/** It waits for a line where the server that it works on is to be looked at. */
export interface Program extends Disposable {
  /**
   * The next line that it prints.
   *
   * @throws if it ends before
   */
  line(): Promise<string>;
  /** Sends it a line. */
  say(text: string): void;
  /** Closes its input, and waits until it has ended. */
  end(): Promise<void>;
}

/**
 * Starts a program on one CPU. It ends with this process; disposing of it ends it at once, in
 * whatever state.
 */
export function startProgram(path: string, cpu: number, args: readonly string[]): Program {
  const child = spawn("taskset", ["-c", String(cpu), path, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = once(child, "exit").finally(() => process.off("exit", kill));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on("error", () => {}); // it has ended: told by line()
  return {
    line: async () => {
      const line = await lines.next();
      if (line.done) throw new Error(`The program ${basename(path)} has ended too early`);
      return line.value;
    },
    say: (text) => void child.stdin.write(`${text}\n`),
    end: async () => {
      child.stdin.end();
      await exited;
    },
    [Symbol.dispose]: kill,
  };
}
