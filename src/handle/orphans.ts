import { reapChild } from "../../ffi/libuv/child_process.ts";

/**
 * Children of this thread whose loop was closed before they ended. Nobody waits for them; those
 * that have ended are collected when the next child is started or left. What is still running when
 * this process ends becomes the system's.
 */
const orphans = new Set<number>();

/** Leaves a child that may still run, and that nobody else will wait for. */
export function leaveOrphan(pid: number): void {
  orphans.add(pid);
  reapOrphans();
}

/** Collects those that have ended. */
export function reapOrphans(): void {
  for (const pid of orphans) {
    if (reapChild(pid) !== "running") orphans.delete(pid);
  }
}
