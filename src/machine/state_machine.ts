/**
 * Machines as unions of states, in two tables: first the transitions, as data, then a handler for
 * each. The compiler checks that no state and no handler is missing and that no answer leads where
 * the transitions do not; `mermaid` draws them.
 *
 * What happens while a machine runs:
 *
 * - An event that the present state does not list is an error, which stops the machine and names
 *   both. Otherwise a forgotten `end` or `connectFailed` would be a machine that waits for ever.
 * - `wakeup`, `spawned`, `flushed` and `closed` are ignored where they are not listed: they tell of
 *   something that the machine or its friends did, often in an earlier state.
 * - As in every machine, a plain `ok()` clears the deadline. An ignored event leaves it as it is.
 * - An answer that the transitions do not list, from code that was not checked, is an error too.
 *   The state is as it was.
 *
 * @module
 */
import { StateError } from "../error/state_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Machine } from "./machine.ts";
import { checkResponse, ok, type ReadResponse, type Response } from "./response.ts";
import type { Scope } from "./scope.ts";
import { type AnyHandlers, joinTables, type Rows } from "./state_table.ts";
import { StateWalk } from "./state_walk.ts";
import type { Handlers, MachineOptions } from "./step.ts";
import type { EventName, Known, State, Target, Transitions } from "./transitions.ts";

const ignorable: ReadonlySet<EventName> = new Set(["wakeup", "spawned", "flushed", "closed"]);

/** What the machines of a kind share. */
interface Definition<C, S> {
  readonly rows: Rows;
  readonly create?: (seed: S, scope: Scope<C>) => Response;
  readonly dispose?: (state: State) => void;
}

/** A machine that is always in one of the states `U`; made by `stateMachine`. */
export class StateMachine<U extends State, C = unknown, S = never> implements Machine<C, S> {
  readonly #definition: Definition<C, S>;
  readonly #walk: StateWalk<U>;
  /** The deadline of the last answer: an ignored event restates it. */
  #deadlineMs = Infinity;

  /** Made by `stateMachine`. */
  constructor(definition: Definition<C, S>, first: U) {
    this.#definition = definition;
    this.#walk = new StateWalk(definition.rows, first);
  }

  /** The present state. */
  get state(): U {
    return this.#walk.state;
  }

  /**
   * The answer that brings the machine to its loop: `ok(machine)`, with a deadline that the machine
   * knows of. One that `ok(machine).deadline()` set would not survive an ignored event.
   *
   * @param deadlineMs of the first state, in milliseconds of loop time: `scope.after(100)`
   */
  start(deadlineMs = Infinity): Response {
    this.#walk.assertHeard(deadlineMs);
    this.#deadlineMs = deadlineMs;
    return ok(this).deadline(deadlineMs);
  }

  /** See `Machine`. */
  create(seed: S, scope: Scope<C>): Response {
    const { create } = this.#definition;
    if (create === undefined) throw new StateError("spawn", "the machine has no create()");
    return create(seed, scope);
  }

  /** See `Machine`. */
  ready(event: IoEvent, scope: Scope<C>): Response<S> {
    return this.#handle(event.kind, event, scope);
  }

  /** See `Machine`. */
  spawned(scope: Scope<C>): Response<S> {
    return this.#handle("spawned", undefined, scope);
  }

  /** See `Machine`. */
  spawnError(error: unknown, scope: Scope<C>): Response<S> {
    return this.#handle("spawnError", error, scope);
  }

  /** See `Machine`. */
  timeout(scope: Scope<C>, name?: string): Response<S> {
    return this.#handle("timeout", name, scope);
  }

  /** See `Machine`. */
  wakeup(scope: Scope<C>): Response<S> {
    return this.#handle("wakeup", undefined, scope);
  }

  /** See `Machine`. */
  dispose(): void {
    this.#definition.dispose?.(this.state);
  }

  #handle(event: EventName, argument: unknown, scope: Scope<C>): Response<S> {
    const entry = this.#walk.entry(event);
    if (entry === undefined) return this.#unlisted(event, argument);
    const answer = checkResponse(entry.handler(this.state, scope, argument), event);
    this.#step(answer, entry.targets, event);
    return answer as unknown as Response<S>;
  }

  /** Goes where an answer leads, and leaves the rest of it to the loop. */
  #step(answer: ReadResponse, targets: readonly Target[], event: EventName): void {
    if (answer.kind === "error") return;
    if (answer.kind === "done") return this.#walk.assertListed("done", targets, event);
    const deadlineMs = answer.kind === "ok" ? answer.deadlineMs : Infinity;
    this.#walk.go(answer.machine as U | undefined, deadlineMs, targets, event);
    answer.machine = undefined; // it was a state; the machine that goes on is this one
    this.#deadlineMs = deadlineMs;
  }

  #unlisted(event: EventName, argument: unknown): Response<S> {
    if (ignorable.has(event)) return ok().deadline(this.#deadlineMs);
    const refusal = new StateError(
      `handle ${event}`,
      `the state ${this.state.kind} has no such event`,
    );
    refusal.cause = (argument as { error?: unknown } | undefined)?.error;
    throw refusal;
  }
}

/** A kind of machine, with its two tables. */
export interface StateMachineKind<U extends State, T, C, S> {
  /** The first table; `mermaid` draws it. */
  readonly transitions: T;
  /** Makes a machine in its first state. */
  machine(first: U): StateMachine<U, C, S>;
  /**
   * Makes a machine, and answers with it: `loop.addMachine(() => lamp.start({ kind: "off" }))`.
   *
   * @param deadlineMs of the first state, in milliseconds of loop time; see `StateMachine.start`
   */
  start(first: U, deadlineMs?: number): Response;
}

/**
 * Defines a machine as a union of states. It takes the types first, then the tables:
 *
 * ```ts
 * type Lamp = { readonly kind: "off" } | { readonly kind: "on"; readonly sinceMs: number };
 *
 * const lamp = stateMachine<Lamp>()(
 *   {
 *     off: { wakeup: ["on"] },
 *     on: { wakeup: ["off"], timeout: ["done"] },
 *   },
 *   {
 *     off: {
 *       wakeup: (_, scope) => ok({ kind: "on", sinceMs: scope.now }).deadline(scope.after(1000)),
 *     },
 *     on: {
 *       wakeup: () => ok({ kind: "off" }),
 *       timeout: () => done(),
 *     },
 *   },
 * );
 * ```
 *
 * `U` are the states, `C` is the context of the loop, `S` what the machine spawns from.
 *
 * @returns a function of the transitions, the handlers, and the options; see `Transitions`,
 *   `Handlers` and `MachineOptions`
 */
export function stateMachine<U extends State, C = unknown, S = never>(): <
  const T extends Transitions<U["kind"]>,
>(
  transitions: T & Known<T, U["kind"]>,
  handlers: Handlers<U, NoInfer<T>, C, S>,
  ...options: [S] extends [never] ? [MachineOptions<U, C, S>?] : [MachineOptions<U, C, S>]
) => StateMachineKind<U, T, C, S> {
  return (transitions, handlers, ...[options = {}]) => {
    const rows = joinTables(transitions, handlers as unknown as AnyHandlers);
    const definition = { ...options, rows } as Definition<C, S>;
    const machine = (first: U) => new StateMachine<U, C, S>(definition, first);
    const start = (first: U, deadlineMs?: number) => machine(first).start(deadlineMs);
    return { transitions, machine, start };
  };
}
