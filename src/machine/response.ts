/**
 * What a handler answers, as in rotor: go on, with or without a deadline; spawn a machine; done;
 * error. Pairs that mean nothing (a deadline on `done`) cannot be written.
 *
 * The answers are one object, filled anew by each call: a machine in steady state allocates
 * nothing. So an answer is returned at once, by the handler that made it, and read by the loop
 * before any other handler runs. The loop refuses an answer that it has read before.
 */

/**
 * Go on; `deadline` asks for a `timeout`. A plain `ok()` clears the deadline. `M` is what goes on:
 * a machine, or in `stateMachine` the next state.
 */
export interface Ok<M = unknown> {
  readonly kind: "ok";
  /** What goes on; undefined for the machine or state whose handler answered. */
  readonly machine: M;
  /** When `timeout` is due, in milliseconds of loop time; Infinity for never. */
  readonly deadlineMs: number;
  /**
   * Asks for a `timeout` (rotor `Response::deadline`).
   *
   * @param timeMs absolute, in milliseconds of loop time: `scope.after(100)`; a time that has
   *   passed is due in the next turn
   * @throws {RangeError} unless it is a number
   */
  deadline(timeMs: number): Ok<M>;
}

/** Make another machine from a seed; then `spawned` or `spawnError` is called. */
export interface Spawn<S, M = unknown> {
  readonly kind: "spawn";
  readonly machine: M;
  readonly seed: S;
}

/** The machine has ended. */
export interface Done {
  readonly kind: "done";
}

/** The machine has failed: it ends, and the error reaches the loop's hook. */
export interface Failed {
  readonly kind: "error";
  readonly error: unknown;
}

/** What a handler returns. `S` is what the machine may spawn from; `never` if it never does. */
export type Response<S = never> = Ok | Spawn<S> | Done | Failed;

class ResponseRecord {
  kind: "ok" | "spawn" | "done" | "error" | "spent" = "spent";
  machine: unknown = undefined;
  deadlineMs = Infinity;
  seed: unknown = undefined;
  error: unknown = undefined;

  deadline(timeMs: number): Ok {
    if (this.kind !== "ok") throw new TypeError("Only an ok() that was just made has a deadline");
    if (typeof timeMs !== "number" || Number.isNaN(timeMs)) {
      throw new RangeError(`A deadline is a time in milliseconds, not ${String(timeMs)}`);
    }
    this.deadlineMs = timeMs;
    return this as unknown as Ok;
  }
}

const record = new ResponseRecord();

/**
 * The machine goes on (rotor `Response::ok`).
 *
 * @param machine the machine that goes on in its place; a constructor answers with the new one
 */
export function ok<const M = undefined>(machine?: M): Ok<M> {
  record.kind = "ok";
  record.machine = machine;
  record.deadlineMs = Infinity;
  return record as unknown as Ok<M>;
}

/**
 * Asks the loop to make another machine (rotor `Response::spawn`): it calls `create` of this
 * machine with the seed, then `spawned` or `spawnError` of this machine.
 *
 * @param seed what the new machine is made from
 * @param machine the machine that goes on in place of this one
 */
export function spawn<S, const M = undefined>(seed: S, machine?: M): Spawn<S, M> {
  record.kind = "spawn";
  record.seed = seed;
  record.machine = machine;
  return record as unknown as Spawn<S, M>;
}

/** The machine has ended (rotor `Response::done`): its handles are closed, `dispose` is called. */
export function done(): Done {
  record.kind = "done";
  return record as unknown as Done;
}

/**
 * The machine has failed (rotor `Response::error`): it ends, and the error reaches the loop's
 * `onError`. Throwing in a handler means the same.
 */
export function error(error: unknown): Failed {
  record.kind = "error";
  record.error = error;
  return record as unknown as Failed;
}

/** What the loop reads of a response: all of it, at once. */
export type ReadResponse = ResponseRecord;

/**
 * Checks that a handler returned the answer that it just made, for the loop.
 *
 * @throws {TypeError} for anything else: a promise, undefined, an answer from before
 */
export function checkResponse(
  response: unknown,
  handler: string,
  choices = "ok(), spawn(), done() or error()",
): ReadResponse {
  if (response !== record || record.kind === "spent") {
    throw new TypeError(
      `${handler} must return ${choices}, made in the same call; it returned ${describe(response)}`,
    );
  }
  return record;
}

/** A handler is about to run: only an answer that it makes itself will do. */
export function expectResponse(): void {
  record.kind = "spent";
}

/** Whether a handler returned what most return, `ok()` and nothing else; it is read then. */
export function isPlainOk(response: unknown): boolean {
  if (response !== record || record.kind !== "ok") return false;
  if (record.machine !== undefined || record.deadlineMs !== Infinity) return false;
  record.kind = "spent";
  return true;
}

/** Marks the answer as read, and lets go of what it held. */
export function spendResponse(): void {
  record.kind = "spent";
  record.machine = undefined;
  record.seed = undefined;
  record.error = undefined;
}

function describe(value: unknown): string {
  if (value === record) return "an answer that was already given";
  if (value instanceof Promise) return "a promise: handlers are synchronous";
  if (value === null || typeof value !== "object") return String(value);
  return `an object of ${value.constructor?.name ?? "no class"}`;
}

/** Runs a function that makes answers of its own while one is being made. */
export function keepResponse<T>(body: () => T): T {
  const { kind, machine, deadlineMs, seed, error } = record;
  try {
    return body();
  } finally {
    Object.assign(record, { kind, machine, deadlineMs, seed, error });
  }
}
