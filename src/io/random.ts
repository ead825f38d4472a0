import type { IoRequest, RequestDone, RequestFailed } from "./request.ts";

/** Random bytes (`uv_random_t`): a `random` or `randomFailed` event. */
export interface Random extends IoRequest<Uint8Array> {
  readonly kind: "random";
  /** How many bytes are asked for. */
  readonly byteLength: number;
}

/** What comes of it. */
export type RandomEvent =
  /** `request.result`: the bytes, yours to keep. */
  | RequestDone<"random", Random>
  /** ECANCELED after `cancel()`. */
  | RequestFailed<"randomFailed", Random>;
