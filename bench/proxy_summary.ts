/** From the windows of one proxy to a line about it. */

import { YARDSTICK } from "./contestant.ts";
import { pairedRatio } from "./paired_ratio.ts";
import type { Turn } from "./rounds.ts";
import { type Spread, spreadOf } from "./spread.ts";
import type { TransferWindow } from "./transfer_window.ts";

export type ProxySample = Turn & TransferWindow;

export interface ProxySummary {
  readonly contestant: string;
  /** Through the proxy, in all directions. */
  readonly mibPerSecond: Spread;
  /** Against the yardstick's window in the same round. */
  readonly rateRatio: Spread | undefined;
  readonly userNsPerKib: Spread;
  readonly systemNsPerKib: Spread;
  readonly cpuRatio: Spread | undefined;
  /** Before the first connection. */
  readonly idleRssBytes: number;
  /** The most that it ever had more than that. */
  readonly growthBytes: number;
  /** The most that it had more than when it was warm, in any window. */
  readonly windowGrowthBytes: number;
  /** The part of their CPUs that the proxy and the transfer program took. */
  readonly serverCpuShare: Spread;
  readonly loadCpuShare: Spread;
  /** The part of the time in which the proxy could have run, but others had its CPU. */
  readonly waitingShare: Spread;
  /** Undefined for those that cannot tell. */
  readonly bytesCopied: number | undefined;
}

type Measure = (sample: ProxySample) => number;

const bytesPerNs: Measure = ({ transfer }) => transfer.bytes / transfer.seconds / 1e9;
const cpuNsPerByte: Measure = ({ transfer, cpu }) => cpu.totalNs / transfer.bytes;

/** @param bytesCopied in TypeScript, as the proxy itself has counted */
export function summariseProxy(
  contestant: string,
  all: readonly ProxySample[],
  bytesCopied: number | undefined,
): ProxySummary {
  const own = all.filter((sample) => sample.contestant === contestant);
  const yardstick = all.filter((sample) => sample.contestant === YARDSTICK);
  const spread = (measure: Measure) => spreadOf(own.map(measure));
  const idleRssBytes = own[0]?.rssBytes.idle ?? Number.NaN;
  return {
    contestant,
    mibPerSecond: spread(({ transfer }) => transfer.bytes / 2 ** 20 / transfer.seconds),
    rateRatio: pairedRatio(bytesPerNs, own, yardstick),
    userNsPerKib: spread(({ transfer, cpu }) => cpu.userNs / transfer.bytes * 1024),
    systemNsPerKib: spread(({ transfer, cpu }) => cpu.systemNs / transfer.bytes * 1024),
    cpuRatio: pairedRatio(cpuNsPerByte, own, yardstick),
    idleRssBytes,
    growthBytes: spread(({ rssBytes }) => rssBytes.peak - idleRssBytes).max,
    windowGrowthBytes: spread(({ rssBytes }) => rssBytes.peak - rssBytes.warm).max,
    serverCpuShare: spread(({ transfer, cpu }) => cpu.totalNs / 1e9 / transfer.seconds),
    loadCpuShare: spread(({ transfer }) => transfer.cpuShare),
    waitingShare: spread(({ transfer, cpu }) => cpu.waitingNs / 1e9 / transfer.seconds),
    bytesCopied,
  };
}
