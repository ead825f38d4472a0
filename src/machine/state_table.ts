import type { State, Target, Transitions } from "./transitions.ts";

/** A handler as the machine calls it: the compiler has checked what it is given and what comes. */
export type StateHandler = (state: State, ...given: unknown[]) => unknown;

/** What happens at an event in a state. */
export interface Entry {
  readonly targets: readonly Target[];
  readonly handler: StateHandler;
}

/** The events of a state. */
export type Row = Readonly<Record<string, Entry | undefined>>;

/** The rows of all states. */
export type Rows = Readonly<Record<string, Row>>;

/** The handlers of states, whatever their types are. */
export type AnyHandlers = Readonly<Record<string, Readonly<Record<string, StateHandler>>>>;

/**
 * Joins the two tables of a machine into one, so that an event takes one look.
 *
 * @throws {TypeError} for an event without a handler, in code that was not checked
 */
export function joinTables(transitions: Transitions<string, string>, handlers: AnyHandlers): Rows {
  const rows: Record<string, Row> = Object.create(null);
  for (const [kind, events] of Object.entries(transitions)) {
    const row: Record<string, Entry> = Object.create(null);
    for (const [event, targets] of Object.entries(events)) {
      const handler = handlers?.[kind]?.[event];
      if (typeof handler !== "function") {
        throw new TypeError(`The state ${kind} has no handler for ${event}`);
      }
      row[event] = { targets: targets ?? [], handler };
    }
    rows[kind] = row;
  }
  return rows;
}
