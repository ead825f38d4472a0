import { type ErrorName, errorNumber } from "../../ffi/libuv/error_number.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import { HeapBlocks } from "../memory/heap_blocks.ts";
import { Connection } from "../stream/connection.ts";
import type { Outcome } from "../stream/outcome.ts";
import type { Protocol } from "../stream/protocol.ts";
import { type StreamOptions, streamSettings } from "../stream/stream_options.ts";
import { TestScope } from "./test_scope.ts";
import { TestStream } from "./test_stream.ts";

/** Events in a row after which a protocol is taken to go in circles. */
const EVENTS_MAX = 1_000_000;

const BLOCK_BYTES = 16 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How a protocol is tested; everything has a default. */
export interface ProtocolTestOptions<C> extends StreamOptions {
  /** What `scope.context` is: undefined. */
  readonly context?: C;
  /** What the clock shows first, in milliseconds: 0. */
  readonly nowMs?: number;
  /** Bytes that one read takes at the most: 16384. Small ones put borders everywhere. */
  readonly blockBytes?: number;
}

/**
 * Drives a protocol without a loop or a socket: bytes go in, in any pieces, what it writes comes
 * out, and the clock is moved by hand. Everything happens at once, in the call.
 *
 * ```ts
 * using t = new ProtocolTest(new Lines());
 * t.push("hel", "lo\n");
 * assert.equal(t.text(), "HELLO\n");
 * ```
 *
 * At the end of `using` the protocol's connection is cut off, and nothing may hold a block any
 * more.
 */
export class ProtocolTest<C = undefined> implements Disposable {
  readonly stream: TestStream;
  readonly scope: TestScope<C>;
  readonly #blocks: HeapBlocks;
  readonly #connection: Connection<C>;

  /** Connects the protocol. */
  constructor(protocol: Protocol<C>, options: ProtocolTestOptions<C> = {}) {
    const { context, nowMs = 0, blockBytes = BLOCK_BYTES, ...streamOptions } = options;
    this.#blocks = new HeapBlocks({ blockBytes });
    this.stream = new TestStream(this.#blocks);
    this.scope = new TestScope(context as C, this.#blocks, nowMs);
    const settings = streamSettings(streamOptions);
    this.#connection = new Connection(this.stream, protocol, this.scope, settings);
    this.#connection.start(this.scope);
    this.#settle();
  }

  /** The protocol, as it is now. */
  get protocol(): Protocol<C> {
    return this.#connection.protocol;
  }

  /** How the connection ended; undefined while it goes on. */
  get outcome(): Outcome | undefined {
    return this.#connection.outcome;
  }

  /** When the next deadline is due, in milliseconds; Infinity for none. */
  get deadlineMs(): number {
    return Math.min(this.#connection.deadlineMs, this.scope.earliest?.timeMs ?? Infinity);
  }

  /** Whether the protocol has ended its half, and all of it is sent. */
  get hasEnded(): boolean {
    return this.stream.hasShutDown || this.outcome !== undefined;
  }

  /** The peer sends bytes, or text as UTF-8: each piece is a read of its own. */
  push(...pieces: (Uint8Array | string)[]): void {
    for (const piece of pieces) {
      const bytes = typeof piece === "string" ? encoder.encode(piece) : piece.slice();
      if (bytes.length > 0) this.stream.arrive(bytes);
    }
    this.#settle();
  }

  /** The peer ends its half. */
  end(): void {
    this.stream.arrive("end");
    this.#settle();
  }

  /** Reading fails. @param code libuv's name: `UV_ECONNRESET` */
  failRead(code: ErrorName): void {
    this.stream.arrive(new UvError(errorNumber(code), "read from", "a test stream"));
    this.#settle();
  }

  /** Writing fails from now on. */
  failWrite(code: ErrorName): void {
    this.stream.failWrites(code);
    this.#settle();
  }

  /** The peer takes only so many more bytes; the rest waits. */
  stall(byteLength = 0): void {
    this.stream.room = byteLength;
  }

  /** The peer takes so many more bytes: all by default. */
  take(byteLength = Infinity): void {
    this.stream.room += byteLength;
    this.#settle();
  }

  /** What was sent since this was last asked for. */
  written(): Uint8Array<ArrayBuffer> {
    const { received } = this.stream;
    const bytes = received.bytes(0, received.length);
    received.consume(received.length);
    return bytes;
  }

  /** The same, as text. */
  text(): string {
    return decoder.decode(this.written());
  }

  /** Uses a notifier of the protocol's machine. */
  wakeup(): void {
    this.scope.isWoken = true;
    this.#settle();
  }

  /** Moves the clock, from deadline to deadline. */
  advance(ms: number): void {
    const endMs = this.scope.now + ms;
    for (let count = 0; this.outcome === undefined && this.deadlineMs <= endMs; count++) {
      if (count === EVENTS_MAX) endless("advance");
      this.scope.now = Math.max(this.scope.now, this.deadlineMs);
      this.#expire();
      this.#settle();
    }
    this.scope.now = endMs;
  }

  /** Cuts the connection off. @throws {StateError} when a block is still held */
  [Symbol.dispose](): void {
    this.#connection.dispose();
    if (this.stream.state === "open") this.stream.close();
    this.stream.received.clear();
    if (this.#blocks.leased === 0) return;
    throw new StateError("end the test", `${this.#blocks.leased} blocks are still held`);
  }

  #expire(): void {
    const { earliest, now } = this.scope;
    if (earliest === undefined || this.#connection.deadlineMs <= earliest.timeMs) {
      return this.#connection.timeout(this.scope);
    }
    if (earliest.timeMs > now) return;
    this.scope.clearDeadline(earliest.name);
    this.#connection.timeout(this.scope, earliest.name);
  }

  /** Delivers events until there is none. */
  #settle(): void {
    for (let count = 0; count < EVENTS_MAX; count++) {
      if (!this.#deliver()) return;
    }
    endless("settle");
  }

  #deliver(): boolean {
    if (this.scope.isWoken) {
      this.scope.isWoken = false;
      this.#connection.wakeup(this.scope);
      return true;
    }
    const event = this.stream.nextEvent();
    if (event === undefined) return false;
    this.#connection.ready(event, this.scope);
    if (event.kind === "read") event.block.release();
    return true;
  }
}

function endless(operation: string): never {
  throw new StateError(operation, "the protocol causes events without end");
}
