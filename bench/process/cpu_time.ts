/**
 * The CPU time of a process, all threads.
 *
 * The total is exact: the scheduler counts nanoseconds for each thread. Its split into user and
 * system time is not. Without CONFIG_VIRT_CPU_ACCOUNTING the kernel looks at each timer tick (4 ms
 * here) which of the two is on, so a server with a share of 4 % in user mode is seen there some 50
 * times in 5 s, give or take 7. Windows of 5 s and more, several rounds, and medians are a must.
 */

import { readdirSync, readFileSync } from "node:fs";

export interface CpuSample {
  readonly userNs: number;
  readonly totalNsByThread: ReadonlyMap<string, number>;
  /** Of the main thread. */
  readonly waitingNs: number;
}

export interface CpuTime {
  /** Sampled by the kernel's timer tick, see above. */
  readonly userNs: number;
  readonly systemNs: number;
  /** Exact. */
  readonly totalNs: number;
  /** In which the main thread could have run, but others had the CPU: other programs, mostly. */
  readonly waitingNs: number;
}

/** `/proc` counts in hundredths of a second, whatever the kernel's own tick. */
const PROC_TICK_NS = 1e7;

/** The place of `utime` in `/proc/PID/stat`, counted after the command's closing parenthesis. */
const UTIME_FIELD = 11;

function readUserNs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[UTIME_FIELD]) * PROC_TICK_NS;
}

/** Reads `/proc`; the process should be idle, or the two parts do not belong to one moment. */
export function sampleCpu(pid: number): CpuSample {
  const totalNsByThread = new Map<string, number>();
  let mainWaitingNs = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const schedstat = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
    const [runningNs = 0, waitingNs = 0] = schedstat.split(" ").map(Number);
    totalNsByThread.set(thread, runningNs);
    if (thread === `${pid}`) mainWaitingNs = waitingNs;
  }
  return { userNs: readUserNs(pid), totalNsByThread, waitingNs: mainWaitingNs };
}

/** What was used between two samples. A thread that ended in between is not in the total. */
export function cpuTimeBetween(before: CpuSample, after: CpuSample): CpuTime {
  let totalNs = 0;
  for (const [thread, ns] of after.totalNsByThread) {
    totalNs += ns - (before.totalNsByThread.get(thread) ?? 0);
  }
  const userNs = Math.min(after.userNs - before.userNs, totalNs);
  const waitingNs = after.waitingNs - before.waitingNs;
  return { userNs, systemNs: totalNs - userNs, totalNs, waitingNs };
}
