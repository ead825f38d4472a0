/** What a process holds of its threads, and that it comes back. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setImmediate } from "node:timers";
import { done, Loop, ok } from "../../src/mod.ts";
import { openFds } from "../harness.ts";
import { isMachineCode } from "./threads.ts";

/** What has not happened by then never will, in milliseconds. */
export const HANG_MS = 8000;

/** What a process holds of its threads. */
export interface Holdings {
  readonly threads: number;
  readonly fds: number;
}

/** Makes libuv start its pool here: its threads bear the name of the one that starts them. */
export async function warmUpPool(): Promise<void> {
  using loop = Loop.create().instantiate(undefined);
  loop.addMachine((scope) => {
    scope.random(1);
    return ok({ ready: () => done() });
  });
  await loop.pump();
}

/** Counts them. Threads of the runtime's own pools come and go; Workers have names. */
export function holdings(): Holdings {
  if (process.platform !== "linux") return { threads: 0, fds: openFds() };
  const names = readdirSync("/proc/self/task").map(nameOfTask);
  return { threads: names.filter((name) => /^worker/i.test(name)).length, fds: openFds() };
}

/** Waits until a process holds no more than it did. */
export async function assertHoldingsBack(before: Holdings, outcome: string): Promise<void> {
  // Without machine code a loop cannot be closed whose thread was ended, or has exited.
  const canClose = isMachineCode || outcome === "closed";
  const isBack = ({ threads, fds }: Holdings) =>
    threads <= before.threads && (fds <= before.fds || !canClose);
  const endMs = performance.now() + HANG_MS;
  let present = holdings();
  while (!isBack(present) && performance.now() < endMs) {
    await turnOfRuntime();
    present = holdings();
  }
  assert.ok(isBack(present), `${JSON.stringify(present)}, before ${JSON.stringify(before)}`);
}

function nameOfTask(id: string): string {
  try {
    return readFileSync(`/proc/self/task/${id}/comm`, "utf8");
  } catch {
    return ""; // it has just ended
  }
}

/** Lets the runtime do what is due. */
export function turnOfRuntime(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
