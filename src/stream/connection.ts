/**
 * One connection: feeds a protocol with what it expects, for whoever has the stream and the time. A
 * loop is one way, a test without a loop another.
 *
 * What the ancestors left open, and what holds here:
 *
 * - `end` is a position from the start of the input, whatever the offset of a search was.
 * - The limit of a delimiter says where it may begin. So the same bytes mean the same, in however
 *   many pieces they come.
 * - Input that a handler leaves untouched is offered again when more has come, not at once.
 * - The end of the stream and a read error are told when input is expected that cannot come, after
 *   all that came before. To expect input after that is the protocol's error.
 * - A reset is an error, not an end: what the peer sent last may be lost.
 * - `done()` sends what was written, then waits for the peer's end; `abort()` drops it.
 * - Reading goes on while output waits, up to the high-water mark.
 */
import { StateError } from "../error/state_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Stream } from "../io/stream.ts";
import { checkResponse, expectResponse, spendResponse } from "../machine/response.ts";
import type { Scope } from "../machine/scope.ts";
import { Closing, cutOff } from "./closing.ts";
import { exceptionError } from "./exception_error.ts";
import { LIMIT_REACHED, NOT_YET } from "./expectation.ts";
import { callHandler, type HandlerArgument, type HandlerName } from "./handlers.ts";
import { expectIntent, readIntent } from "./intent.ts";
import { OutputMarks } from "./output_marks.ts";
import type { Outcome } from "./outcome.ts";
import type { Exception, FatalException, Protocol } from "./protocol.ts";
import { READ_TIMEOUT, Reader } from "./reader.ts";
import type { StreamSettings } from "./stream_options.ts";
import { Transport } from "./transport.ts";

/** What a handler may answer with, for the message of an error. */
const INTENTS = "what it expects, unchanged(), done(), abort() or error()";

/** Calls in a row that neither consume nor write: with more a protocol goes in circles. */
const IDLE_CALLS_MAX = 100;

/** A protocol on a stream. */
export class Connection<C = unknown> {
  readonly transport: Transport;
  readonly #stream: Stream;
  readonly #reader: Reader;
  readonly #marks: OutputMarks;
  readonly #closing: Closing;
  #protocol: Protocol<C>;
  #outcome: Outcome | undefined;
  /** What the outcome will be when the closing is over. */
  #closingKind: Outcome["kind"] = "done";
  #deadlineMs = Infinity;
  /** What the last handler answered. */
  #isUnchanged = false;

  /**
   * @param stream connected, and registered by its machine
   * @param scope of the machine
   */
  constructor(stream: Stream, protocol: Protocol<C>, scope: Scope<C>, settings: StreamSettings) {
    this.#stream = stream;
    this.#protocol = protocol;
    this.transport = new Transport(stream, scope.blocks, settings);
    this.#reader = new Reader(this.transport, settings.readTimeoutMs);
    this.#marks = new OutputMarks(settings);
    this.#closing = new Closing(this.transport, settings.lingerMs);
  }

  /** The protocol, as it is now. */
  get protocol(): Protocol<C> {
    return this.#protocol;
  }

  /** How it ended; undefined while it goes on. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** When `timeout` is to be called, in milliseconds of loop time. */
  get deadlineMs(): number {
    return this.#closing.isActive ? this.#closing.deadlineMs : this.#deadlineMs;
  }

  /** The stream is connected. */
  start(scope: Scope<C>): void {
    this.#tell("connected", scope, undefined);
    this.#advance(scope);
  }

  /** Something happened to the stream, or to another handle of the protocol. */
  ready(event: IoEvent, scope: Scope<C>): void {
    if (this.#outcome !== undefined) return;
    const isOfStream = event.handle === this.#stream;
    if (this.#closing.isActive) {
      if (isOfStream && this.#closing.ready(event, scope.now)) this.#closed(scope);
      return;
    }
    if (!isOfStream) this.#tellIfHeard("ready", scope, event);
    else if (event.kind === "writeFailed" || event.kind === "shutdownFailed") {
      return this.#fatal({ kind: "writeError", error: event.error }, scope);
    } else this.#noteEvent(event, scope);
    this.#advance(scope);
  }

  /** A deadline is due. */
  timeout(scope: Scope<C>, name?: string): void {
    if (this.#outcome !== undefined) return;
    if (this.#closing.isActive) {
      if (name === undefined && this.#closing.timeout(scope.now)) this.#closed(scope);
      return;
    }
    if (name === READ_TIMEOUT) this.#exception(this.#reader.timedOut(), scope);
    else {
      if (name === undefined) this.#deadlineMs = Infinity;
      this.#tell("timeout", scope, name);
    }
    this.#advance(scope);
  }

  /** A notifier was used. */
  wakeup(scope: Scope<C>): void {
    if (this.#isOver) return;
    this.#tellIfHeard("wakeup", scope, undefined);
    this.#advance(scope);
  }

  /** Ends the connection from outside, as the protocol's `done()` would. */
  finish(scope: Scope<C>): void {
    if (!this.#isOver) this.#close("done", scope);
  }

  /** Lets go of everything, when the machine ends. */
  dispose(): void {
    this.transport.input.clear();
    this.#protocol.dispose?.();
  }

  get #isOver(): boolean {
    return this.#outcome !== undefined || this.#closing.isActive;
  }

  /** What an event changes; whether it is told follows from that. */
  #noteEvent(event: IoEvent, scope: Scope<C>): void {
    if (event.kind === "shutdown") this.#closing.outputEnded();
    else if (event.kind === "closed") this.#end("lost", undefined, scope);
    else this.#reader.note(event, this.#wantsInput, scope);
  }

  /** Tells what there is to tell, then asks for what is wanted. */
  #advance(scope: Scope<C>): void {
    const { input, output } = this.transport;
    let idleCalls = 0;
    try {
      while (!this.#isOver) {
        const before = input.consumed + output.writes;
        if (!this.#step(scope)) return this.#settle(scope);
        const isIdle = input.consumed + output.writes === before;
        idleCalls = isIdle ? idleCalls + 1 : 0;
        if (idleCalls <= IDLE_CALLS_MAX) continue;
        throw new StateError("go on", "the protocol neither reads nor writes");
      }
    } catch (error) {
      this.#end("failed", error, scope);
    }
  }

  /** Tells one thing. False when there is nothing to tell. */
  #step(scope: Scope<C>): boolean {
    const { input, output, hasEnded } = this.transport;
    const { overrun } = output;
    if (overrun !== undefined) {
      this.#fatal({ kind: "outputLimit", error: overrun }, scope);
      return true;
    }
    const mark = this.#marks.due(output);
    if (mark !== undefined) {
      if (mark === "bytesFlushed") this.#tell(mark, scope, undefined);
      else this.#tellIfHeard(mark, scope, undefined);
      return true;
    }
    if (!this.#wantsInput) return false;
    const end = this.#reader.expectation.match(input, hasEnded);
    if (end === NOT_YET) return this.#tellEnd(scope);
    if (end === LIMIT_REACHED) this.#exception({ kind: "limitReached" }, scope);
    else this.#offer(end, scope);
    return true;
  }

  /** Whether input is to be offered: something is expected, and there is room for the answer. */
  get #wantsInput(): boolean {
    return this.#reader.isAwaited && !this.#marks.isCongested;
  }

  #offer(end: number, scope: Scope<C>): void {
    const { input } = this.transport;
    const { expectation } = this.#reader;
    const { consumed } = input;
    const { changes } = expectation;
    if (expectation.awaited === "end") this.#reader.takeEnd();
    this.#tell("bytesRead", scope, end);
    if (input.consumed === consumed) expectation.refuse(input, changes);
  }

  /** No more input will come; tells so where it is expected. */
  #tellEnd(scope: Scope<C>): boolean {
    const exception = this.#reader.takeEnd();
    if (exception === undefined) return false;
    this.#exception(exception, scope);
    return true;
  }

  #exception(exception: Exception, scope: Scope<C>): void {
    if (this.#protocol.exception !== undefined) {
      this.#tell("exception", scope, exception);
      if (this.#isOver || !this.#isUnchanged) return;
    }
    if (exception.kind === "endOfStream") this.#close("lost", scope);
    else this.#end("lost", exceptionError(exception), scope);
  }

  #fatal(exception: FatalException, scope: Scope<C>): void {
    const protocol = this.#protocol;
    try {
      const error = protocol.fatal === undefined
        ? exception.error
        : protocol.fatal(exception, scope);
      this.#end("lost", error, scope);
    } catch (error) {
      this.#end("failed", error, scope);
    }
  }

  #tellIfHeard(name: HandlerName, scope: Scope<C>, argument: HandlerArgument): void {
    if (this.#protocol[name] !== undefined) this.#tell(name, scope, argument);
  }

  /** Calls a handler, and does what it answers. */
  #tell(name: HandlerName, scope: Scope<C>, argument: HandlerArgument): void {
    expectResponse();
    expectIntent();
    try {
      if (this.#protocol[name] === undefined) throw new TypeError(`A protocol must have ${name}()`);
      this.#apply(callHandler(this.#protocol, name, this.transport, scope, argument), name, scope);
    } catch (error) {
      this.#end("failed", error, scope);
    }
  }

  #apply(answer: unknown, name: HandlerName, scope: Scope<C>): void {
    const intent = readIntent(answer);
    if (intent === undefined) return this.#applyEnd(answer, name, scope);
    const { kind, flushBytes, deadlineMs, protocol } = intent;
    expectIntent(); // it is read
    this.#isUnchanged = kind === "unchanged";
    if (kind === "unchanged") return;
    if (kind === "abort") return this.#end("lost", undefined, scope);
    this.#reader.expectation.set(intent);
    this.#marks.flushBytes = flushBytes;
    this.#deadlineMs = deadlineMs;
    if (protocol === undefined) return;
    if (protocol !== this.#protocol) this.#protocol.dispose?.();
    this.#protocol = protocol as Protocol<C>;
    this.#tell("connected", scope, undefined);
  }

  #applyEnd(answer: unknown, name: HandlerName, scope: Scope<C>): void {
    const { kind, error } = checkResponse(answer, `${name} of a protocol`, INTENTS);
    spendResponse();
    if (kind === "done") return this.#close("done", scope);
    if (kind === "error") return this.#end("failed", error, scope);
    throw new TypeError(`${name} of a protocol answers with what it expects, not with ${kind}()`);
  }

  /** Reads where input is wanted, and asks to be told when output has left. */
  #settle(scope: Scope<C>): void {
    this.#reader.settle(this.#wantsInput, scope);
    this.#marks.request(this.#stream);
  }

  /** Sends what waits, then ends. */
  #close(kind: Outcome["kind"], scope: Scope<C>): void {
    const { overrun } = this.transport.output; // what waits is not all that was written
    if (overrun !== undefined) return this.#fatal({ kind: "outputLimit", error: overrun }, scope);
    this.#closingKind = kind;
    this.#reader.stop(scope);
    if (this.#closing.start(scope.now)) this.#closed(scope);
  }

  #closed(scope: Scope<C>): void {
    const { problem } = this.#closing;
    if (problem !== undefined) return this.#fatal(problem, scope);
    if (this.#stream.state === "open") this.#stream.close();
    this.#end(this.#closingKind, undefined, scope);
  }

  #end(kind: Outcome["kind"], error: unknown, scope: Scope<C>): void {
    this.#outcome ??= { kind, error };
    scope.clearDeadline(READ_TIMEOUT);
    cutOff(this.#stream);
  }
}
