import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** What the kernel says that a process holds. */
export interface Holding {
  readonly descriptors: number;
  readonly rssBytes: number;
  /** The most that `rssBytes` was since `resetPeak`, or since the start. */
  readonly peakRssBytes: number;
}

/** Makes `clear_refs` forget the peak; see proc(5). */
const RESET_PEAK = "5";

/** Reads `/proc`. */
export function holdingOf(pid: number): Holding {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (field: string) =>
    Number(status.match(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m"))?.[1]) * 1024;
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    rssBytes: bytes("VmRSS"),
    peakRssBytes: bytes("VmHWM"),
  };
}

/** Begins anew to look for the peak. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK);
}
