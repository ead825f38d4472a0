import type { LoopMetrics } from "../../src/mod.ts";
import type { ServerEnd, ServerProcess } from "./server_process.ts";

/** The loop's own count of what it still holds when it has served. */
export interface Left {
  readonly machines: number;
  readonly handles: number;
  readonly requests: number;
  readonly deadlines: number;
  /** Blocks that are not in the pool. */
  readonly blocks: number;
}

/** How one of our servers ended that tells what its loop counted: `ECHO_METRICS=1`. */
export interface Ending extends ServerEnd {
  readonly metrics: LoopMetrics;
  readonly left: Left;
}

export async function endServer(server: ServerProcess): Promise<Ending> {
  const end = await server.stop();
  const metrics = JSON.parse(server.lines.at(-1) ?? "") as LoopMetrics;
  const { machines, handles, requests, deadlines, blocks } = metrics;
  const left = { machines, handles, requests, deadlines, blocks: blocks.total - blocks.free };
  return { ...end, metrics, left };
}
