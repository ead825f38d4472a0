/** How a connection ended. */
export interface Outcome {
  /** `done` as the protocol said, `lost` by the peer or `abort()`, `failed` by the protocol. */
  readonly kind: "done" | "lost" | "failed";
  /** Undefined where the protocol wants none told. */
  readonly error: unknown;
}
