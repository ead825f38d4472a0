import type { Handle } from "./handle.ts";

/** Work for each turn (`uv_idle_t`). */
export interface Idle extends Handle {
  readonly kind: "idle";
  readonly isActive: boolean;
  /**
   * Starts (`uv_idle_start`): an `idle` event in each turn, before the events that the loop finds.
   * While it is active the loop never sleeps, and takes all of a processor: timers, deadlines and
   * events come as ever. Does nothing on one that is active.
   */
  start(): void;
  /** Stops (`uv_idle_stop`). */
  stop(): void;
}

/** Another turn has begun. */
export type IdleEvent = { readonly kind: "idle"; readonly handle: Idle };
