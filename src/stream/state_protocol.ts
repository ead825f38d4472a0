/**
 * Protocols as unions of states, in three tables: the transitions, what each state expects, and a
 * handler for each event. As in `stateMachine`, the compiler checks that nothing is missing and
 * that no answer leads where the transitions do not; `mermaid` draws them.
 *
 * - An exception that a state does not list ends the connection as a protocol without
 *   `exception()` does.
 * - Other events that a state does not list leave it as it is; but input that nobody takes, and a
 *   deadline that nobody hears of, are errors.
 *
 * @module
 */
import { StateError } from "../error/state_error.ts";
import type { UvError } from "../error/uv_error.ts";
import type { IoEvent } from "../io/event.ts";
import {
  checkResponse,
  type Done,
  type Failed,
  type Ok,
  spendResponse,
} from "../machine/response.ts";
import type { Scope } from "../machine/scope.ts";
import { type AnyHandlers, joinTables, type Rows } from "../machine/state_table.ts";
import { StateWalk } from "../machine/state_walk.ts";
import type { Known, State, StateOf, TargetOf, Transitions } from "../machine/transitions.ts";
import { type Abort, type Expect, type Intent, readIntent, unchanged } from "./intent.ts";
import type { Exception, FatalException, Protocol } from "./protocol.ts";
import type { Transport } from "./transport.ts";

/** What can happen to a protocol of states, and what a handler is given with it. */
export interface ProtocolEvents {
  /** Where the expected input ends. */
  bytesRead: number;
  bytesFlushed: undefined;
  /** The name of the deadline, or undefined for the one of `ok()`. */
  timeout: string | undefined;
  wakeup: undefined;
  highWater: undefined;
  lowWater: undefined;
  /** Something happened to another handle or request. */
  ready: IoEvent;
  endOfStream: undefined;
  limitReached: undefined;
  readTimeout: undefined;
  readError: UvError;
}

/** The events of a protocol. */
export type ProtocolEventName = keyof ProtocolEvents;

/** What a handler answers: `ok()` to stay, `ok(state)` to go on, `done()` where it is listed. */
export type ProtocolStep<U extends State, K extends string> =
  | Ok<StateOf<U, K> | undefined>
  | ("done" extends K ? Done : never)
  | Abort
  | Failed;

/** What each state expects. */
export type Expectations<U extends State> = {
  readonly [K in U["kind"]]: (state: StateOf<U, K>) => Expect;
};

/** The handlers that the transitions `T` ask for. */
export type ProtocolHandlers<U extends State, T, C> = {
  readonly [From in keyof T]: {
    readonly [E in keyof T[From]]-?: (
      state: StateOf<U, From & string>,
      transport: Transport,
      argument: ProtocolEvents[E & ProtocolEventName],
      scope: Scope<C>,
    ) => ProtocolStep<U, TargetOf<T, From, E>>;
  };
};

/** What a protocol of states has besides its states. */
export interface ProtocolOptions<U extends State, C> {
  /** See `Protocol.fatal`. */
  readonly fatal?: (state: U, exception: FatalException, scope: Scope<C>) => unknown;
  /** See `Protocol.dispose`. */
  readonly dispose?: (state: U) => void;
}

interface Definition<C> extends ProtocolOptions<State, C> {
  readonly rows: Rows;
  readonly expectations: Readonly<Record<string, (state: State) => Expect>>;
}

/** A protocol that is always in one of the states `U`; made by `stateProtocol`. */
export class StateProtocol<U extends State, C = unknown> implements Protocol<C> {
  readonly #definition: Definition<C>;
  readonly #walk: StateWalk<U>;
  /** See `Protocol.fatal`; left out where the options leave it out. */
  readonly fatal?: (exception: FatalException, scope: Scope<C>) => unknown;

  /** Made by `stateProtocol`. */
  constructor(definition: Definition<C>, first: U) {
    this.#definition = definition;
    this.#walk = new StateWalk(definition.rows, first);
    const { fatal } = definition;
    if (fatal !== undefined) this.fatal = (exception, scope) => fatal(this.state, exception, scope);
  }

  /** The present state. */
  get state(): U {
    return this.#walk.state;
  }

  /** See `Protocol`. */
  connected(): Intent {
    return this.#expect(Infinity);
  }

  /** See `Protocol`. */
  bytesRead(transport: Transport, end: number, scope: Scope<C>): Intent {
    return this.#handle("bytesRead", transport, end, scope);
  }

  /** See `Protocol`. */
  bytesFlushed(transport: Transport, scope: Scope<C>): Intent {
    return this.#handle("bytesFlushed", transport, undefined, scope);
  }

  /** See `Protocol`. */
  timeout(transport: Transport, scope: Scope<C>, name?: string): Intent {
    return this.#handle("timeout", transport, name, scope);
  }

  /** See `Protocol`. */
  wakeup(transport: Transport, scope: Scope<C>): Intent {
    return this.#handle("wakeup", transport, undefined, scope);
  }

  /** See `Protocol`. */
  highWater(transport: Transport, scope: Scope<C>): Intent {
    return this.#handle("highWater", transport, undefined, scope);
  }

  /** See `Protocol`. */
  lowWater(transport: Transport, scope: Scope<C>): Intent {
    return this.#handle("lowWater", transport, undefined, scope);
  }

  /** See `Protocol`. */
  ready(event: IoEvent, transport: Transport, scope: Scope<C>): Intent {
    return this.#handle("ready", transport, event, scope);
  }

  /** See `Protocol`. */
  exception(transport: Transport, exception: Exception, scope: Scope<C>): Intent {
    const argument = exception.kind === "readError" ? exception.error : undefined;
    return this.#handle(exception.kind, transport, argument, scope);
  }

  /** See `Protocol`. */
  dispose(): void {
    this.#definition.dispose?.(this.state);
  }

  #handle(
    event: ProtocolEventName,
    transport: Transport,
    argument: unknown,
    scope: Scope<C>,
  ): Intent {
    const entry = this.#walk.entry(event);
    if (entry === undefined) return this.#unlisted(event);
    const answer = entry.handler(this.state, transport, argument, scope);
    if (readIntent(answer)?.kind === "abort") return answer as Abort;
    const { kind, machine, deadlineMs } = checkResponse(answer, event);
    if (kind === "error") return answer as Failed;
    if (kind === "done") {
      this.#walk.assertListed("done", entry.targets, event);
      return answer as Done;
    }
    if (kind !== "ok") throw new TypeError("A protocol does not spawn");
    spendResponse();
    this.#walk.go(machine as U | undefined, deadlineMs, entry.targets, event);
    return this.#expect(deadlineMs);
  }

  /** What the present state expects. */
  #expect(deadlineMs: number): Intent {
    const { state } = this;
    const expectation = this.#definition.expectations[state.kind]?.(state);
    if (expectation === undefined || readIntent(expectation)?.kind !== "expect") {
      throw new TypeError(`The state ${state.kind} must say what it expects`);
    }
    return deadlineMs === Infinity ? expectation : expectation.deadline(deadlineMs);
  }

  #unlisted(event: ProtocolEventName): Intent {
    if (event !== "bytesRead" && event !== "timeout") return unchanged();
    throw new StateError(`handle ${event}`, `the state ${this.state.kind} has no such event`);
  }
}

/** A kind of protocol, with its transitions. */
export interface StateProtocolKind<U extends State, T, C> {
  /** The first table; `mermaid` draws it. */
  readonly transitions: T;
  /** Makes a protocol in its first state. */
  protocol(first: U): StateProtocol<U, C>;
}

/**
 * Defines a protocol as a union of states. It takes the types first, then the tables:
 *
 * ```ts
 * type Netstring = { readonly kind: "length" } | { readonly kind: "data"; readonly bytes: number };
 *
 * const netstrings = stateProtocol<Netstring>()(
 *   { length: { bytesRead: ["data"] }, data: { bytesRead: ["length"] } },
 *   {
 *     length: () => expectDelimiter(":", 9),
 *     data: ({ bytes }) => expectBytes(bytes + 1),
 *   },
 *   {
 *     length: {
 *       bytesRead: (_, { input }, end) => {
 *         const bytes = Number(input.text(0, end));
 *         input.consume(end + 1);
 *         return ok({ kind: "data", bytes });
 *       },
 *     },
 *     data: {
 *       bytesRead: (_, { input, output }, end) => {
 *         output.forward(input, end);
 *         return ok({ kind: "length" });
 *       },
 *     },
 *   },
 * );
 * ```
 *
 * `U` are the states, `C` is the context of the loop.
 *
 * @returns a function of the transitions, the expectations, the handlers and the options
 */
export function stateProtocol<U extends State, C = unknown>(): <
  const T extends Transitions<U["kind"], ProtocolEventName>,
>(
  transitions: T & Known<T, U["kind"], ProtocolEventName>,
  expectations: Expectations<U>,
  handlers: ProtocolHandlers<U, NoInfer<T>, C>,
  options?: ProtocolOptions<U, C>,
) => StateProtocolKind<U, T, C> {
  return (transitions, expectations, handlers, options = {}) => {
    const rows = joinTables(transitions, handlers as unknown as AnyHandlers);
    const definition = { ...options, rows, expectations } as unknown as Definition<C>;
    return { transitions, protocol: (first) => new StateProtocol<U, C>(definition, first) };
  };
}
