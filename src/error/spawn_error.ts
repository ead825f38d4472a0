/**
 * A spawned machine could not be made. The seed comes back, so that nothing in it is lost (rotor
 * `SpawnError`).
 *
 * `reason` tells the two cases apart: the slab is full (`NoSlabSpace` in rotor), or the machine's
 * `create` answered with an error, which is the `cause` (`UserError`).
 */
export class SpawnError<S = unknown> extends Error {
  override readonly name = "SpawnError";
  readonly reason: "no slab space" | "create failed";
  /** What the machine was to be made from. */
  readonly seed: S;

  /**
   * @param reason why there is no machine
   * @param seed what it was to be made from
   * @param cause the error of `create`
   */
  constructor(reason: "no slab space" | "create failed", seed: S, cause?: unknown) {
    super(`Cannot spawn a machine: ${reason}`, { cause });
    this.reason = reason;
    this.seed = seed;
  }
}
