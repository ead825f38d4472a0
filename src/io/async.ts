import type { Handle } from "./handle.ts";

/** A wake-up from other threads (`uv_async_t`). */
export interface Async extends Handle {
  readonly kind: "async";
  /** Sends (`uv_async_send`): several before the loop turns make one `async` event. */
  send(): void;
}

/** Somebody has sent. */
export type AsyncEvent = { readonly kind: "async"; readonly handle: Async };
