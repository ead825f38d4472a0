/**
 * What a protocol's handler answers: what it expects next, until when. As with a machine's answers,
 * all of them are one object that each call fills anew, so that an answer costs nothing; it is
 * returned by the handler that made it, and refused when it was read before.
 *
 * Every answer replaces the expectation and the deadline before it, those to `timeout` and
 * `wakeup` too; `unchanged()` leaves both as they are.
 */
import type { Done, Failed } from "../machine/response.ts";
import type { Protocol } from "./protocol.ts";

/** An expectation, and what goes with it. */
export interface Expect {
  readonly kind: "expect";
  /**
   * Asks for `timeout` (rotor-stream `Intent::deadline`); without it there is no deadline.
   *
   * @param timeMs absolute, in milliseconds of loop time: `scope.after(100)`
   * @throws {RangeError} unless it is a number
   */
  deadline(timeMs: number): Expect;
  /**
   * Asks for `bytesFlushed` besides, when no more than so much output is waiting. Whichever comes
   * first is told first.
   *
   * @param byteLength 0 for an empty output
   */
  orFlushed(byteLength?: number): Expect;
  /** Another protocol goes on with the connection, transport and input as they are. */
  become(protocol: Protocol<never>): Expect;
}

/** The connection is cut off: what waits is dropped, and a TCP peer is sent a reset. */
export interface Abort {
  readonly kind: "abort";
}

/** What was expected stays expected, with its deadline. */
export interface Unchanged {
  readonly kind: "unchanged";
}

/**
 * What a handler returns: an expectation, `done()` to end when all is written, `abort()`, `error()`
 * to fail, or `unchanged()`.
 */
export type Intent = Expect | Unchanged | Done | Abort | Failed;

/** Which input is waited for. */
export type Awaited = "nothing" | "bytes" | "delimiter" | "any" | "end";

/** Nobody asks for `bytesFlushed`. */
export const NO_FLUSH = -1;

/** All that an intent can say; its fields mean what the functions below say. */
export class IntentRecord {
  kind: "expect" | "abort" | "unchanged" | "spent" = "spent";
  awaited: Awaited = "nothing";
  byteLength = 0;
  delimiter: Uint8Array | string = "";
  offset = 0;
  bytesMax = Infinity;
  flushBytes = NO_FLUSH;
  deadlineMs = Infinity;
  protocol: Protocol<never> | undefined = undefined;

  deadline(timeMs: number): Expect {
    this.#assertExpect("deadline");
    if (typeof timeMs !== "number" || Number.isNaN(timeMs)) {
      throw new RangeError(`A deadline is a time in milliseconds, not ${String(timeMs)}`);
    }
    this.deadlineMs = timeMs;
    return this as unknown as Expect;
  }

  orFlushed(byteLength = 0): Expect {
    this.#assertExpect("orFlushed");
    this.flushBytes = size(byteLength, "byteLength", 0);
    return this as unknown as Expect;
  }

  become(protocol: Protocol<never>): Expect {
    this.#assertExpect("become");
    if (typeof protocol?.connected !== "function") throw new TypeError("become() takes a Protocol");
    this.protocol = protocol;
    return this as unknown as Expect;
  }

  /** A new expectation, with nothing besides. */
  expect(awaited: Awaited): Expect {
    this.kind = "expect";
    this.awaited = awaited;
    this.flushBytes = NO_FLUSH;
    this.deadlineMs = Infinity;
    this.protocol = undefined;
    return this as unknown as Expect;
  }

  #assertExpect(what: string): void {
    if (this.kind !== "expect") {
      throw new TypeError(`Only an expectation that was just made has a ${what}`);
    }
  }
}

const record = new IntentRecord();

/**
 * Expects so many bytes (rotor-stream `expect_bytes`): `bytesRead` when the input has them.
 *
 * @param byteLength how many; the input may hold more by then
 */
export function expectBytes(byteLength: number): Expect {
  record.byteLength = size(byteLength, "byteLength", 1);
  return record.expect("bytes");
}

/**
 * Expects bytes that end something, as a line's end does (rotor-stream `expect_delimiter`):
 * `bytesRead` with their position; they are in the input, too.
 *
 * @param delimiter bytes, or text as UTF-8; at least one byte
 * @param bytesMax how many bytes may come before it, those before `offset` included; one more is
 *   the exception `limitReached`, however the input was cut into pieces
 * @param offset where the search starts (rotor-stream `expect_delimiter_after`)
 */
export function expectDelimiter(
  delimiter: Uint8Array | string,
  bytesMax: number,
  offset = 0,
): Expect {
  const isText = typeof delimiter === "string";
  if (!isText && !(delimiter instanceof Uint8Array)) {
    throw new TypeError("delimiter must be a Uint8Array or a string");
  }
  if (delimiter.length === 0) throw new RangeError("delimiter must have a byte at least");
  record.offset = size(offset, "offset", 0);
  record.bytesMax = size(bytesMax, "bytesMax", offset);
  record.delimiter = delimiter;
  return record.expect("delimiter");
}

/** Expects input of any length: `bytesRead` with all that there is. */
export function expectAny(): Expect {
  return record.expect("any");
}

/**
 * Expects the end of the stream: `bytesRead` with all that came before it.
 *
 * @param bytesMax how many bytes that may be; one more is the exception `limitReached`
 */
export function expectEnd(bytesMax: number): Expect {
  record.bytesMax = size(bytesMax, "bytesMax", 0);
  return record.expect("end");
}

/**
 * Expects the output to leave (rotor-stream `expect_flush`): `bytesFlushed` when no more than so
 * much is waiting. No input is offered meanwhile; `orFlushed` waits for both.
 */
export function expectFlush(byteLength = 0): Expect {
  return record.expect("nothing").orFlushed(byteLength);
}

/**
 * Expects nothing but a deadline or a wake-up (rotor-stream `sleep`). Input is not read meanwhile,
 * so neither its end nor an error is seen; a write that fails is.
 */
export function sleep(): Expect {
  return record.expect("nothing");
}

/** Goes on as before: the expectation and its deadline stay. */
export function unchanged(): Unchanged {
  record.kind = "unchanged";
  return record as unknown as Unchanged;
}

/** Ends the connection at once: output that waits is dropped. */
export function abort(): Abort {
  record.kind = "abort";
  return record as unknown as Abort;
}

/** A handler is about to run: only an answer that it makes itself will do. */
export function expectIntent(): void {
  record.kind = "spent";
}

/** The intent that a handler has just made; undefined for anything else. */
export function readIntent(answer: unknown): IntentRecord | undefined {
  return answer === record && record.kind !== "spent" ? record : undefined;
}

function size(value: number, what: string, min: number): number {
  if (typeof value !== "number") throw new TypeError(`${what} must be a number of bytes`);
  if (!Number.isSafeInteger(value) || value < min) {
    throw new RangeError(`${what} must be an integer from ${min} on, not ${value}`);
  }
  return value;
}
