/**
 * What a machine sees of the world, as interfaces: a loop on libuv is one way to meet them.
 *
 * Every call on a handle checks its arguments and its state before anything native runs. A closed
 * handle throws `ClosedError`, a wrong type `TypeError`, a wrong value `RangeError`, a refusal of
 * the system `UvError`.
 */

/** What all handles share (`uv_handle_t`). */
export interface Handle {
  /** `tcp`, `pipe`, `timer`, `async`, `signal`. */
  readonly kind: string;
  /** `open`, then `closing` after `close()`, then `closed` when libuv has let go of it. */
  readonly state: "open" | "closing" | "closed";
  /**
   * Closes the handle (`uv_close`). Requests under way are cancelled, no event of it is delivered
   * any more. Allowed in a handler of its own event.
   *
   * @throws {ClosedError} when it is closing or closed
   */
  close(): void;
}

/** What can happen to any handle. */
export type HandleEvent =
  /** The handle was closed with `close()`; its machine lives on. */
  { readonly kind: "closed"; readonly handle: Handle };
