import type { SpawnError } from "../error/spawn_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Response } from "./response.ts";
import type { Scope } from "./scope.ts";

/**
 * A state machine on a loop: rotor's `Machine`.
 *
 * Handlers run one at a time, on the loop's thread, never inside libuv. Each returns one answer
 * (`ok()`, `spawn()`, `done()`, `error()`), synchronously. One that throws stops its own machine
 * only. A handler that a machine leaves out changes nothing: the machine goes on, its deadline too.
 *
 * `C` is the context that all machines of a loop share, `S` what this machine spawns others from.
 */
export interface Machine<C = unknown, S = never> {
  /**
   * Makes the machine that this one asked for with `spawn(seed)` (rotor `Machine::create`).
   * Answers with `ok(machine)`; `done()` for a machine that has nothing to do, `error()` for one
   * that cannot be made. It may not spawn.
   *
   * @param scope the new machine's own
   */
  create?(seed: S, scope: Scope<C>): Response;

  /**
   * Something happened to a handle of this machine (rotor `Machine::ready`).
   *
   * @param event valid until the handler returns
   */
  ready?(event: IoEvent, scope: Scope<C>): Response<S>;

  /** The machine asked for with `spawn` lives. May spawn again (rotor `Machine::spawned`). */
  spawned?(scope: Scope<C>): Response<S>;

  /**
   * The machine asked for with `spawn` could not be made; the error gives the seed back. Without
   * this handler the machine stops with that error (rotor `Machine::spawn_error`, which panics).
   */
  spawnError?(error: SpawnError<S>, scope: Scope<C>): Response<S>;

  /**
   * A deadline is due (rotor `Machine::timeout`).
   *
   * @param name of a named deadline (`scope.setDeadline`); undefined for the one of `ok()`
   */
  timeout?(scope: Scope<C>, name?: string): Response<S>;

  /**
   * A notifier of this machine was used, once or more often (rotor `Machine::wakeup`). Spurious
   * wake-ups do not happen: a notifier of an earlier machine in the same slot wakes nobody.
   */
  wakeup?(scope: Scope<C>): Response<S>;

  /**
   * The machine has ended, by whatever way; its handles are closed after this returns (rotornet
   * `IMachine.dispose`).
   */
  dispose?(): void;
}
