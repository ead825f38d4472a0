/** One window of measurement: the load program against one server. */

import { type CpuTime, cpuTimeBetween, sampleCpu } from "./cpu_time.ts";
import { type LoadOptions, type LoadReport, startLoad } from "./load_process.ts";
import type { ServerProcess } from "./server_process.ts";

export interface Window {
  readonly load: LoadReport;
  /** Of the server, in the same time. */
  readonly cpu: CpuTime;
}

/**
 * Runs the load program on one CPU against the server.
 *
 * @throws if the load program or the server ends early, or a byte came back wrong
 */
export async function measureWindow(
  loadProgram: string,
  cpu: number,
  server: ServerProcess,
  options: LoadOptions,
): Promise<Window> {
  try {
    using load = await startLoad(loadProgram, cpu, server.port, options);
    const before = sampleCpu(server.pid);
    const report = await load.run();
    const after = sampleCpu(server.pid);
    await load.end();
    return { load: report, cpu: cpuTimeBetween(before, after) };
  } catch (error) {
    throw new Error(`The load program failed on ${server.name}`, { cause: error });
  }
}
