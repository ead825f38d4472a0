import { idleTimeMs } from "../../ffi/libuv/idle_time.ts";
import type { BlockMetrics } from "../memory/block_metrics.ts";
import type { Counters } from "./counters.ts";
import type { LoopCore } from "./loop_core.ts";

/** A snapshot of a loop: what it holds, and what it has done since it was created. */
export interface LoopMetrics extends Readonly<Counters> {
  /** Calls of libuv on the hot path; the writes of a turn need none of their own. */
  readonly ffiCalls: number;
  /** Iterations of the libuv loop. */
  readonly iterations: number;
  /** Milliseconds that the loop has waited, with `measureIdle`; else 0 (`uv_metrics_idle_time`). */
  readonly idleMs: number;
  /** How often native code called JavaScript: 0 unless the fallback callbacks are in use. */
  readonly nativeToJsCallbacks: number;
  /** Which callbacks libuv was given. */
  readonly callbacks: "machine code" | "runtime";
  readonly machines: number;
  /** Handles of machines, those that are closing included. */
  readonly handles: number;
  /** The memory that reads and writes share. */
  readonly blocks: BlockMetrics;
  readonly deadlines: number;
  /** Room of the event ring, and records that found none: always 0. */
  readonly ring: { readonly capacity: number; readonly lost: number };
  /** Native memory for handles and requests, in bytes. */
  readonly arenaBytes: number;
}

/** Takes the snapshot. */
export function metricsOf(core: LoopCore): LoopMetrics {
  const { native, pool, machines, deadlines, counters, handles } = core;
  return {
    ...counters,
    ffiCalls: counters.runs + counters.queuedWrites + counters.otherCalls,
    iterations: native.ring.turns,
    idleMs: core.settings.measureIdle ? idleTimeMs(native.pointer) : 0,
    nativeToJsCallbacks: native.callbackCalls,
    callbacks: native.callbackMake,
    machines: machines.size,
    handles,
    blocks: pool.metrics(counters.starvations),
    deadlines: deadlines.size,
    ring: { capacity: native.ring.capacity, lost: native.ring.lost },
    arenaBytes: native.arena.byteLength,
  };
}
