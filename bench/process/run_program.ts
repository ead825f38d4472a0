import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";

const RUN_MS_MAX = 1_800_000;

async function linesOf(child: ChildProcess): Promise<readonly string[]> {
  const lines: string[] = [];
  if (child.stdout === null) return lines;
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines;
}

/**
 * Runs a program that ends by itself; returns what it prints, a value of JSON a line.
 *
 * @param cpu which it runs on; undefined: all, for programs of several threads
 * @throws if it fails, or prints something else
 */
export async function runProgram<T>(
  command: readonly string[],
  cpu: number | undefined,
): Promise<readonly T[]> {
  const pinned = cpu === undefined ? command : ["taskset", "-c", `${cpu}`, ...command];
  const [program = "", ...args] = pinned;
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(program, args, { stdio: [...stdio], timeout: RUN_MS_MAX });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  try {
    const [lines, [status]] = await Promise.all([linesOf(child), once(child, "close")]);
    if (status !== 0) throw new Error(`${command.join(" ")} has ended with ${status}`);
    return lines.map((line) => JSON.parse(line) as T);
  } finally {
    process.off("exit", kill);
  }
}
