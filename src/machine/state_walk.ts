import { StateError } from "../error/state_error.ts";
import type { Entry, Row, Rows } from "./state_table.ts";
import type { State, Target } from "./transitions.ts";

/** Where a machine or protocol of states is, and the rules by which it goes on. */
export class StateWalk<U extends State> {
  readonly #rows: Rows;
  #state: U;
  /** The events of the present state. */
  #row: Row;

  /** @throws {StateError} for a first state that the table does not have */
  constructor(rows: Rows, first: U) {
    const row = rows[first.kind];
    if (row === undefined) {
      throw new StateError(`start in ${first.kind}`, "the machine has no such state");
    }
    this.#rows = rows;
    this.#state = first;
    this.#row = row;
  }

  /** The present state. */
  get state(): U {
    return this.#state;
  }

  /** What the present state does at an event; undefined where it does not list it. */
  entry(event: string): Entry | undefined {
    return this.#row[event];
  }

  /**
   * Checks a step, and takes it.
   *
   * @param next the state that goes on; undefined for the present one
   * @param deadlineMs Infinity for none
   * @throws {StateError} for a state that the event does not lead to, or a deadline that it would
   *   not hear of; the state is as it was
   */
  go(next: U | undefined, deadlineMs: number, targets: readonly Target[], event: string): void {
    const state = next ?? this.#state;
    if (state !== this.#state) this.assertListed(state.kind, targets, event);
    const row = this.#rows[state.kind] as Row;
    assertHeard(state, row, deadlineMs);
    this.#state = state;
    this.#row = row;
  }

  /** @throws {StateError} when the present state has no `timeout` */
  assertHeard(deadlineMs: number): void {
    assertHeard(this.#state, this.#row, deadlineMs);
  }

  /** @throws {StateError} unless an event may lead there */
  assertListed(target: Target, targets: readonly Target[], event: string): void {
    if (targets.includes(target)) return;
    const listed = targets.length === 0 ? "nowhere else" : `only to ${targets.join(", ")}`;
    const { kind } = this.#state;
    throw new StateError(`go to ${target}`, `${event} leads from ${kind} ${listed}`);
  }
}

/** A deadline that no state would hear of is a mistake of the state that asks for it. */
function assertHeard({ kind }: State, row: Row, deadlineMs: number): void {
  if (deadlineMs === Infinity || row["timeout"] !== undefined) return;
  throw new StateError("set a deadline", `the state ${kind} has no timeout`);
}
