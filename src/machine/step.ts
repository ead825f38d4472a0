import type { Done, Failed, Ok, Response, Spawn } from "./response.ts";
import type { Scope } from "./scope.ts";
import type { EventArgument, EventName, State, StateOf, TargetOf } from "./transitions.ts";

/**
 * What a handler of a state answers: `ok()` to stay, `ok(state)` to go to a state that the table
 * lists, either with a deadline; `done()` if the table lists it; `error()`. `spawn(seed)` and
 * `spawn(seed, state)` likewise, for machines that spawn.
 */
export type Step<U extends State, K extends string, S = never> =
  | Ok<StateOf<U, K> | undefined>
  | ([S] extends [never] ? never : Spawn<S, StateOf<U, K> | undefined>)
  | ("done" extends K ? Done : never)
  | Failed;

/** The handlers that the transitions `T` ask for: one per state and event, no more and no less. */
export type Handlers<U extends State, T, C, S> = {
  readonly [From in keyof T]: {
    readonly [E in keyof T[From]]-?: (
      state: StateOf<U, From & string>,
      scope: Scope<C>,
      event: EventArgument<E & EventName, S>,
    ) => Step<U, TargetOf<T, From, E>, S>;
  };
};

/** What a machine of states has besides its states. */
export type MachineOptions<U extends State, C, S> =
  & {
    /** The machine has ended, in this state (`Machine.dispose`). */
    readonly dispose?: (state: U) => void;
  }
  & ([S] extends [never] ? unknown : {
    /** Makes the machine that a state asked for with `spawn` (`Machine.create`). */
    readonly create: (seed: S, scope: Scope<C>) => Response;
  });
