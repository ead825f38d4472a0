import type { UvError } from "../error/uv_error.ts";
import type { IoRequest } from "./request.ts";

/** Random bytes (`uv_random_t`): a `random` or `randomFailed` event. */
export interface Random extends IoRequest<Uint8Array> {
  readonly kind: "random";
  /** How many bytes are asked for. */
  readonly byteLength: number;
}

/** What comes of it. */
export type RandomEvent =
  /** `request.result`: the bytes, yours to keep. */
  | { readonly kind: "random"; readonly handle: undefined; readonly request: Random }
  /** ECANCELED after `cancel()`. */
  | {
    readonly kind: "randomFailed";
    readonly handle: undefined;
    readonly request: Random;
    readonly error: UvError;
  };
