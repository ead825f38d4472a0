import type { UvError } from "../error/uv_error.ts";
import type { IoRequest } from "./request.ts";

/** A native function in libuv's thread pool (`uv_work_t`): a `worked` or `workFailed` event. */
export interface Work extends IoRequest<void> {
  readonly kind: "work";
}

/** What comes of it. */
export type WorkEvent =
  | { readonly kind: "worked"; readonly handle: undefined; readonly request: Work }
  /** ECANCELED after `cancel()`: the function was not called. */
  | {
    readonly kind: "workFailed";
    readonly handle: undefined;
    readonly request: Work;
    readonly error: UvError;
  };
