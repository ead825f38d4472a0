/** What else than the servers may have limited what was measured of them. */

import type { CpuTime } from "../process/cpu_time.ts";
import type { BenchContext } from "../result.ts";

/** Above this the load program may be what limits the rate, unless the server has less to spare. */
const LOAD_CPU_SHARE_MAX = 0.95;
/** Above this other programs have had a part in what was measured, or a runtime's other threads. */
const WAITING_SHARE_MAX = 0.1;

/** A window of a server beside a load program, each on a CPU of its own. */
export interface LoadedWindow {
  readonly cpu: CpuTime;
  /** The part of its CPU that the load program took. */
  readonly load: { readonly cpuShare: number; readonly seconds: number };
}

function serverShare({ cpu, load }: LoadedWindow): number {
  return cpu.totalNs / 1e9 / load.seconds;
}

/** Says against whom the load program, or others, may have limited the rate. */
export function warnOfLimits(
  context: BenchContext,
  courses: readonly { readonly contender: string; readonly windows: readonly LoadedWindow[] }[],
): void {
  const above = (limit: number, share: (window: LoadedWindow) => number) =>
    courses.map(({ contender, windows }) => ({ contender, most: Math.max(...windows.map(share)) }))
      .filter(({ most }) => most >= limit)
      .map(({ contender, most }) => `${contender} ${(100 * most).toFixed(0)} %`).join(", ");
  const loaded = above(
    LOAD_CPU_SHARE_MAX,
    (window) => window.load.cpuShare > serverShare(window) ? window.load.cpuShare : 0,
  );
  const waited = above(WAITING_SHARE_MAX, ({ cpu, load }) => cpu.waitingNs / 1e9 / load.seconds);
  if (loaded !== "") {
    context.warn(
      `the load program was as busy as its CPU allows, and busier than the server (${loaded}): ` +
        "rates and latencies may be its own, the servers' CPU time is not affected",
    );
  }
  if (waited !== "") {
    context.warn(
      `servers had to wait for their CPU (${waited}): other programs were at work, or compilers`,
    );
  }
}
