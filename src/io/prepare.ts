import type { Handle } from "./handle.ts";

/** A hook before the poll (`uv_prepare_t`). */
export interface Prepare extends Handle {
  readonly kind: "prepare";
  readonly isActive: boolean;
  /**
   * Starts (`uv_prepare_start`): a `prepare` event in each turn, right before the loop looks for
   * events or sleeps until there are some. A loop that sleeps is not woken for it. Does nothing on
   * one that is active.
   */
  start(): void;
  /** Stops (`uv_prepare_stop`). */
  stop(): void;
}

/** The loop is about to poll: what is written now goes out before it does. */
export type PrepareEvent = { readonly kind: "prepare"; readonly handle: Prepare };
