/** The server's CPU time during a window of load, and what it holds at its end. */

import { compile } from "./compile.ts";
import { LOAD_CPU } from "./cpus.ts";
import { type CpuTime, cpuTimeBetween, sampleCpu } from "./cpu_time.ts";
import { holdingOf } from "./holding.ts";
import { type LoadOptions, type LoadReport, startLoad } from "./load_process.ts";
import type { ServerProcess } from "./server_process.ts";

export interface Window {
  readonly load: LoadReport;
  readonly cpu: CpuTime;
  readonly rssBytes: number;
}

/**
 * Measures one window on a server of its own CPU.
 *
 * @throws if the load program or the server ends early, or a byte came back wrong
 */
export async function measureWindow(server: ServerProcess, options: LoadOptions): Promise<Window> {
  try {
    using load = await startLoad(compile("load"), LOAD_CPU, server.port, options);
    const before = sampleCpu(server.pid);
    const report = await load.run();
    const after = sampleCpu(server.pid);
    const { rssBytes } = holdingOf(server.pid);
    await load.end();
    return { load: report, cpu: cpuTimeBetween(before, after), rssBytes };
  } catch (error) {
    throw new Error(`The load program failed on ${server.name}`, { cause: error });
  }
}
