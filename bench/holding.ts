import { readdirSync, readFileSync } from "node:fs";

/** What the kernel says that a process holds. */
export interface Holding {
  readonly descriptors: number;
  readonly rssBytes: number;
}

/** Reads `/proc`. */
export function holdingOf(pid: number): Holding {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = Number(status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1]);
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, rssBytes: kilobytes * 1024 };
}
