/** One transfer through one proxy, and what it took. */

import { type CpuTime, cpuTimeBetween, sampleCpu } from "./cpu_time.ts";
import { holdingOf, resetPeak } from "./holding.ts";
import type { ServerProcess } from "./server_process.ts";
import type { TransferProcess, TransferReport } from "./transfer_process.ts";

export interface TransferWindow {
  readonly transfer: TransferReport;
  /** Of the proxy, in the same time. */
  readonly cpu: CpuTime;
  /** Of the proxy: before the connections were opened, when they were warm, and at the most. */
  readonly rssBytes: { readonly idle: number; readonly warm: number; readonly peak: number };
}

/**
 * Moves the bytes through a proxy.
 *
 * @throws if it fails, or a byte is wrong
 */
export async function measureTransfer(
  transfer: TransferProcess,
  proxy: ServerProcess,
): Promise<TransferWindow> {
  try {
    resetPeak(proxy.pid);
    const idle = holdingOf(proxy.pid).rssBytes;
    await transfer.open(proxy.port);
    const warm = holdingOf(proxy.pid).rssBytes;
    const before = sampleCpu(proxy.pid);
    const report = await transfer.run();
    const after = sampleCpu(proxy.pid);
    const peak = holdingOf(proxy.pid).peakRssBytes;
    transfer.close();
    return {
      transfer: report,
      cpu: cpuTimeBetween(before, after),
      rssBytes: { idle, warm, peak },
    };
  } catch (error) {
    throw new Error(`The transfer through ${proxy.name} failed`, { cause: error });
  }
}
