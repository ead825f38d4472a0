import type { Handle } from "./handle.ts";

/** A timer (`uv_timer_t`). */
export interface Timer extends Handle {
  readonly kind: "timer";
  readonly isActive: boolean;
  /**
   * Starts or restarts (`uv_timer_start`): a `timer` event.
   *
   * @param timeoutMs until the first event; 0 is the next turn
   * @param repeatMs between later events; 0 for none
   */
  start(timeoutMs: number, repeatMs?: number): void;
  /** Stops (`uv_timer_stop`). */
  stop(): void;
}

/** The time has come. */
export type TimerEvent = { readonly kind: "timer"; readonly handle: Timer };
