import type { Pointer } from "../runtime/contract.ts";
import { uv_loop_option } from "./constants.ts";
import { family } from "./family.ts";

const functions = family(["uv_loop_configure", "uv_metrics_idle_time"]);
const NS_PER_MS = 1_000_000;

/**
 * Has libuv measure how long a loop waits (`uv_loop_configure`). The function is variadic in C: a
 * call that passes all in registers looks the same on Linux.
 */
export function measureIdleTime(loop: Pointer): void {
  functions().uv_loop_configure(loop, uv_loop_option.UV_METRICS_IDLE_TIME, 0);
}

/** Milliseconds that a loop has waited since it was measured (`uv_metrics_idle_time`). */
export function idleTimeMs(loop: Pointer): number {
  return Number(functions().uv_metrics_idle_time(loop)) / NS_PER_MS;
}
