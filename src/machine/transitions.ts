import type { SpawnError } from "../error/spawn_error.ts";
import type { IoEventKind, IoEventOf } from "../io/event.ts";

/** A state of a machine: a member of a union that is told apart by `kind`, one kind each. */
export interface State {
  readonly kind: string;
}

/** The states of a union that have the kinds `K`. */
export type StateOf<U extends State, K extends string> = Extract<U, { readonly kind: K }>;

/** What a handler is given with an event that is not one of a handle. */
interface MachineEvents<S> {
  /** A notifier of the machine was used. */
  wakeup: undefined;
  /** A deadline is due: its name, or undefined for the one of `ok()`. */
  timeout: string | undefined;
  /** The machine asked for with `spawn` lives. */
  spawned: undefined;
  /** It could not be made. */
  spawnError: SpawnError<S>;
}

/** What can happen to a machine: the events of handles by their kind, and its own. */
export type EventName = IoEventKind | keyof MachineEvents<never>;

/** What a handler is given with an event. */
export type EventArgument<E extends EventName, S = never> = E extends IoEventKind ? IoEventOf<E>
  : E extends keyof MachineEvents<S> ? MachineEvents<S>[E]
  : never;

/** Where an event may lead: a state, or the end of the machine. */
export type Target<K extends string = string> = K | "done";

/**
 * The transitions of a machine, or of a protocol: state → event → where it may lead. To stay in the
 * same state is always allowed, so `[]` is an event that changes no state; a state that lists
 * itself may replace its data.
 */
export type Transitions<K extends string = string, E extends string = EventName> = {
  readonly [
    /** No state can be called `done`: that is the end. */
    From in K
  ]: From extends "done" ? never
    : { readonly [Event in E]?: readonly Target<K>[] };
};

/** The table `T`, with `never` wherever it names a state or an event that does not exist. */
export type Known<T, K extends string, E extends string = EventName> = {
  readonly [From in keyof T]: From extends K
    ? { readonly [Event in keyof T[From]]: Event extends E ? T[From][Event] : never }
    : never;
};

/** The states and `done` that `T` lists for an event. */
export type TargetOf<T, From extends keyof T, E extends keyof T[From]> = T[From][E] extends
  readonly (infer K extends string)[] ? K : never;
