/** What `pump_program.ts` tells `pump.ts`. */
export type PumpReport =
  | {
    readonly kind: "wakeups";
    readonly count: number;
    readonly seconds: number;
    /** Bytes of the JavaScript heap. */
    readonly heapGrowth: number;
  }
  | {
    readonly kind: "busy";
    /** Turns of the loop. */
    readonly turns: number;
    readonly seconds: number;
    /** How often a timer of the runtime came, and how late. */
    readonly timers: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
  };

/** The value below which a part of sorted values lies. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
}
