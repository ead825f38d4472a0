/** What casts doubt on a comparison. */

import type { Spread } from "./spread.ts";

/** Above this the load program may be what limits the rate. */
const LOAD_CPU_SHARE_MAX = 0.95;

/** Above this other programs have had a part in what was measured. */
const WAITING_SHARE_MAX = 0.1;

/** What is needed to tell. */
interface Loaded {
  readonly contestant: string;
  readonly loadCpuShare: Spread;
  /** The part of the time in which the server could have run, but others had its CPU. */
  readonly waitingShare: Spread;
}

/**
 * A line for each contestant whose rate may have been limited by the program that measures it, or
 * by others on its CPU.
 *
 * @param program what it is called
 */
export function renderWarnings(summaries: readonly Loaded[], program: string): string[] {
  const percent = (share: Spread) => `${(100 * share.max).toFixed(0)} %`;
  return summaries.flatMap(({ contestant, loadCpuShare, waitingShare }) => {
    const lines: string[] = [];
    if (loadCpuShare.max >= LOAD_CPU_SHARE_MAX) {
      lines.push(
        `warning: against ${contestant} the ${program} program used up to ` +
          `${
            percent(loadCpuShare)
          } of its CPU: rate and latency may be its own, the server's CPU ` +
          "time is not affected",
      );
    }
    if (waitingShare.max >= WAITING_SHARE_MAX) {
      lines.push(
        `warning: ${contestant} waited up to ${percent(waitingShare)} of the time for its CPU: ` +
          "other programs were at work",
      );
    }
    return lines;
  });
}
