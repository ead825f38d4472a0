import type { IoRequest, RequestDone, RequestFailed } from "./request.ts";

/** A native function in libuv's thread pool (`uv_work_t`): a `worked` or `workFailed` event. */
export interface Work extends IoRequest<void> {
  readonly kind: "work";
}

/** What comes of it. */
export type WorkEvent =
  | RequestDone<"worked", Work>
  /** ECANCELED after `cancel()`: the function was not called. */
  | RequestFailed<"workFailed", Work>;
