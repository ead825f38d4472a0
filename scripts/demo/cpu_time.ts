import { readFileSync } from "node:fs";

/** What a process has used, all its threads, those that have ended included. */
export interface CpuTime {
  readonly userNs: number;
  readonly systemNs: number;
}

/** `/proc` counts in hundredths of a second. */
const TICK_NS = 1e7;

/** The places of `utime` and `stime`, counted after the command's closing parenthesis. */
const UTIME = 11;
const STIME = 12;

/** Reads `/proc/PID/stat`; undefined where there is none. */
export function readCpuTime(pid: number): CpuTime | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
    return {
      userNs: (fields[UTIME] ?? NaN) * TICK_NS,
      systemNs: (fields[STIME] ?? NaN) * TICK_NS,
    };
  } catch {
    return undefined;
  }
}

/** What was used between two readings. */
export function cpuTimeBetween(
  before: CpuTime | undefined,
  after: CpuTime | undefined,
): CpuTime | undefined {
  if (before === undefined || after === undefined) return undefined;
  return { userNs: after.userNs - before.userNs, systemNs: after.systemNs - before.systemNs };
}
