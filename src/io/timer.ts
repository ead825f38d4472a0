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
  /**
   * Starts a repeating timer anew: its next event is a whole interval from now (`uv_timer_again`).
   * Without an interval it stops.
   *
   * @throws {UvError} EINVAL when it was never started
   */
  again(): void;
  /**
   * The time between events, in milliseconds; 0 for none (`uv_timer_get_repeat`,
   * `uv_timer_set_repeat`). A change counts from the next event on.
   */
  repeatMs: number;
  /** Milliseconds until the next event; 0 when it is not active (`uv_timer_get_due_in`). */
  readonly dueInMs: number;
}

/** The time has come. */
export type TimerEvent = { readonly kind: "timer"; readonly handle: Timer };
