import { type ErrorName, errorNumber } from "../../ffi/libuv/error_number.ts";
import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { Stream } from "../io/stream.ts";
import type { Writable } from "../io/writable.ts";
import type { IoEvent } from "../io/event.ts";
import type { BlockSource } from "../memory/block_source.ts";
import { Chain } from "../memory/chain.ts";
import { Memory } from "../memory/memory.ts";

/** Nobody asked for a `flushed` event. */
const NO_MARK = -1;

/**
 * A connected stream without a socket: what a protocol reads is given, what it writes is kept. Its
 * events are asked for one by one, in an order that a socket could give them in.
 */
export class TestStream implements Stream {
  readonly kind = "test";
  state: Stream["state"] = "open";
  /** Bytes that the system still takes; the rest of the output waits. */
  room = Infinity;
  /** Whether the output was ended, and all of it taken. */
  hasShutDown = false;
  /** What the system has taken. */
  readonly received: Chain;
  readonly #unsent: Chain;
  readonly #blocks: BlockSource;
  /** What the peer has sent and was not read: pieces, then perhaps an end. */
  readonly #arriving: (Uint8Array | "end" | UvError)[] = [];
  #isReading = false;
  #isShut = false;
  #isShutTold = false;
  #isCloseTold = false;
  /** Reading has failed: libuv does not write to it any more. */
  #isLost = false;
  #flushMark = NO_MARK;
  #writeError: UvError | undefined;

  /** @param blocks for what is read, and what waits to be sent */
  constructor(blocks: BlockSource) {
    this.#blocks = blocks;
    this.#unsent = new Chain(blocks);
    this.received = new Chain(blocks);
  }

  get isReadable(): boolean {
    return this.state === "open";
  }

  get isWritable(): boolean {
    return this.state === "open" && !this.#isShut;
  }

  get unsentSize(): number {
    return this.#unsent.length;
  }

  get writeQueueSize(): number {
    return this.#unsent.length;
  }

  listen(): never {
    throw new StateError("listen", "the stream is connected");
  }

  acceptStop(): never {
    throw new StateError("stop accepting", "the stream is connected");
  }

  acceptStart(): never {
    throw new StateError("accept", "the stream is connected");
  }

  readStart(): void {
    this.#assertOpen("read");
    this.#isReading = true;
  }

  readStop(): void {
    this.#assertOpen("stop reading");
    this.#isReading = false;
  }

  write(data: Writable): void {
    this.#assertOpen("write");
    if (this.#isShut) throw new StateError("write", "the stream was shut down");
    if (data instanceof Chain) { for (const bytes of data) this.#copy(bytes); }
    else if (data instanceof Memory) this.#copy(data.bytes.subarray(0, data.length));
    else if (data instanceof SharedArrayBuffer) this.#copy(new Uint8Array(data));
    else this.#copy(data as Uint8Array | string);
  }

  requestFlushed(byteLength = 0): void {
    this.#assertOpen("ask for flushed");
    this.#flushMark = Math.max(this.#flushMark, byteLength);
  }

  shutdown(): void {
    this.#assertOpen("shut down");
    if (this.#isShut) throw new StateError("shut down", "the stream was shut down before");
    if (this.#isLost) throw uvError("UV_ENOTCONN", "shut down");
    this.#isShut = true;
  }

  close(): void {
    this.#assertOpen("close it");
    this.state = "closing";
    this.#unsent.clear();
  }

  /** The peer sends a piece, ends its half, or is gone. */
  arrive(what: Uint8Array | "end" | UvError): void {
    this.#arriving.push(what);
  }

  /** Output fails from now on. */
  failWrites(code: ErrorName): void {
    this.#writeError = uvError(code, "write to");
  }

  /** Takes output as far as there is room; what happens next, if anything does. */
  nextEvent(): IoEvent | undefined {
    if (this.state === "closed") return undefined;
    if (this.state === "closing") return this.#closed();
    this.#take();
    return this.#writeFailed() ?? this.#flushed() ?? this.#shutdown() ?? this.#read();
  }

  #closed(): IoEvent | undefined {
    this.state = "closed";
    if (this.#isCloseTold) return undefined;
    this.#isCloseTold = true;
    return { kind: "closed", handle: this };
  }

  #take(): void {
    if (this.#writeError !== undefined) return;
    const taken = Math.min(this.room, this.#unsent.length);
    this.#unsent.moveTo(this.received, taken);
    this.room -= taken;
  }

  #writeFailed(): IoEvent | undefined {
    const error = this.#writeError;
    if (error === undefined || this.#unsent.length === 0) return undefined;
    this.#unsent.clear();
    return { kind: "writeFailed", handle: this, error };
  }

  #flushed(): IoEvent | undefined {
    if (this.#flushMark === NO_MARK || this.#unsent.length > this.#flushMark) return undefined;
    this.#flushMark = NO_MARK;
    return { kind: "flushed", handle: this };
  }

  #shutdown(): IoEvent | undefined {
    if (!this.#isShut || this.#isShutTold || this.#unsent.length > 0) return undefined;
    this.#isShutTold = true;
    this.hasShutDown = true;
    return { kind: "shutdown", handle: this };
  }

  #read(): IoEvent | undefined {
    const next = this.#isReading ? this.#arriving[0] : undefined;
    if (next === undefined) return undefined;
    if (next instanceof Uint8Array) return this.#readPiece(next);
    this.#arriving.length = 0;
    this.#isReading = false;
    if (next === "end") return { kind: "end", handle: this };
    this.#isLost = true;
    this.#writeError ??= uvError("UV_EPIPE", "write to");
    return { kind: "readFailed", handle: this, error: next };
  }

  /** Reads as much of a piece as a block holds; the block is the event's, until it is delivered. */
  #readPiece(piece: Uint8Array): IoEvent | undefined {
    const block = this.#blocks.lease();
    if (block === undefined) return undefined; // the pool is at its ceiling: reading waits
    const bytes = piece.subarray(0, this.#blocks.blockBytes);
    block.bytes.set(bytes);
    block.length = bytes.length;
    if (bytes.length === piece.length) this.#arriving.shift();
    else this.#arriving[0] = piece.subarray(bytes.length);
    return { kind: "read", handle: this, block, byteLength: bytes.length, bytes };
  }

  #copy(data: Uint8Array | string): void {
    if (this.#unsent.write(data)) return;
    throw uvError("UV_ENOBUFS", "write to");
  }

  #assertOpen(operation: string): void {
    if (this.state !== "open") throw new ClosedError("stream", operation);
  }
}

function uvError(code: ErrorName, operation: string): UvError {
  return new UvError(errorNumber(code), operation, "a test stream");
}
