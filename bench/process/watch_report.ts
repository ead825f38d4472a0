import type { LoopMetrics } from "../../src/mod.ts";

/** What `servers/watched_echo.ts` tells of itself, at a moment. */
export interface WatchReport {
  readonly connections: number;
  /** Connections that are at their high-water mark: their input waits. */
  readonly congested: number;
  /** Output that waits, of the connection that has the most. */
  readonly queueBytes: number;
  /** The most that any connection ever had. */
  readonly queueBytesMax: number;
  readonly highWaterBytes: number;
  readonly metrics: LoopMetrics;
}
