import { StateError } from "../error/state_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { EarlyScope } from "../machine/scope.ts";
import { Expectation } from "./expectation.ts";
import type { Exception } from "./protocol.ts";
import type { Transport } from "./transport.ts";

/** The named deadline of `readTimeoutMs`. */
export const READ_TIMEOUT = "rotor-uv: read";

/** The reading half of a connection: what is expected, and whether it can still come. */
export class Reader {
  readonly expectation = new Expectation();
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  #isReading = false;
  #error: Exception | undefined;
  #isEndTold = false;
  /** Whether the deadline of `readTimeoutMs` runs: only input puts it off. */
  #isTimed = false;

  /** @param timeoutMs how long expected input may stay away */
  constructor(transport: Transport, timeoutMs: number) {
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
  }

  /** Whether any input is expected. */
  get isAwaited(): boolean {
    return this.expectation.awaited !== "nothing";
  }

  /**
   * Takes input, its end or its failure. Nothing is stopped as long as nothing comes: a protocol
   * that sleeps for a moment costs no system call.
   *
   * @param isWanted whether input is to be offered now
   */
  note(event: IoEvent, isWanted: boolean, scope: EarlyScope): void {
    if (event.kind === "end") this.#transport.hasEnded = true;
    else if (event.kind === "readFailed") this.#error = { kind: "readError", error: event.error };
    else if (event.kind === "read") {
      this.#transport.input.append(event.block, 0, event.byteLength);
      if (!isWanted) this.stop(scope);
      else this.#stopTime(scope);
    }
  }

  /**
   * What says that no more input will come, where more is expected; undefined as long as it may.
   *
   * @throws {StateError} when that was said before
   */
  takeEnd(): Exception | undefined {
    if (!this.#transport.hasEnded && this.#error === undefined) return undefined;
    if (this.#isEndTold) throw new StateError("expect more input", "the stream has ended");
    this.#isEndTold = true;
    return this.#error ?? { kind: "endOfStream" };
  }

  /** Reads, if input is wanted and can come. */
  settle(isWanted: boolean, scope: EarlyScope): void {
    const mayRead = isWanted && !this.#transport.hasEnded && this.#error === undefined;
    if (mayRead && !this.#isReading) {
      this.#isReading = true;
      this.#transport.stream.readStart();
    }
    if (!mayRead) return this.#stopTime(scope);
    if (this.#isTimed || this.#timeoutMs === Infinity) return;
    this.#isTimed = true;
    scope.setDeadline(READ_TIMEOUT, scope.after(this.#timeoutMs));
  }

  /** Nothing has come for `readTimeoutMs`; what is expected from now on is waited for anew. */
  timedOut(): Exception {
    this.#isTimed = false;
    return { kind: "readTimeout" };
  }

  /** Reads no more, for now. */
  stop(scope: EarlyScope): void {
    this.#stopTime(scope);
    if (!this.#isReading) return;
    this.#isReading = false;
    const { stream } = this.#transport;
    if (stream.state === "open") stream.readStop();
  }

  #stopTime(scope: EarlyScope): void {
    if (!this.#isTimed) return;
    this.#isTimed = false;
    scope.clearDeadline(READ_TIMEOUT);
  }
}
