import type { Handle } from "./handle.ts";

/** A hook after the poll (`uv_check_t`). */
export interface Check extends Handle {
  readonly kind: "check";
  readonly isActive: boolean;
  /**
   * Starts (`uv_check_start`): a `check` event in each turn, after the events that the loop has
   * found and before those of handles that were closed. A loop that sleeps is not woken for it.
   * Does nothing on one that is active.
   */
  start(): void;
  /** Stops (`uv_check_stop`). */
  stop(): void;
}

/** The events of this turn were told. */
export type CheckEvent = { readonly kind: "check"; readonly handle: Check };
