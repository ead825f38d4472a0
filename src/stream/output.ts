import { ConnectionError } from "../error/connection_error.ts";
import { UvError } from "../error/uv_error.ts";
import { StateError } from "../error/state_error.ts";
import type { Stream } from "../io/stream.ts";
import type { Writable } from "../io/writable.ts";
import { Chain } from "../memory/chain.ts";
import type { StreamSettings } from "./stream_options.ts";

/**
 * What a connection sends. It can be written to from anywhere on the loop's thread, by other
 * machines too: what one turn writes leaves together, before the loop waits again.
 *
 * Nothing is refused at the high-water mark, so an answer is never cut in two; instead no more
 * input is offered until the output has left. So a peer that does not read costs about the mark.
 * What is written for another reason than input must look at `isFull`, or use `bytesFlushed`;
 * `outputBytesMax` cuts off a peer for which that was forgotten.
 */
export class Output {
  readonly #stream: Stream;
  readonly #settings: StreamSettings;
  #isEnded = false;
  /** How often something was written: tells whether a handler has. */
  writes = 0;
  /**
   * Whether more than the high-water mark was waiting, and has not come down to the low-water mark
   * since. Who found it full is owed a `lowWater` of the connection, whoever has written.
   */
  isFull = false;
  /** Set when more than `outputBytesMax` was waiting: the connection is about to be cut off. */
  overrun: ConnectionError | undefined;
  /** Set when `end()` was refused: libuv neither sends nor shuts down any more. */
  refusal: UvError | undefined;

  /** Made by a connection. */
  constructor(stream: Stream, settings: StreamSettings) {
    this.#stream = stream;
    this.#settings = settings;
  }

  /** Bytes that wait: the system has not taken them. */
  get length(): number {
    return this.#stream.unsentSize;
  }

  /** Whether it was ended, or the connection is closed: nothing more can be written. */
  get isEnded(): boolean {
    return this.#isEnded || this.#stream.state !== "open";
  }

  /**
   * Writes (`Stream.write`): bytes and text are copied unless they are large, blocks and chains are
   * held, not copied.
   *
   * @returns whether there is room for more: false above the high-water mark, though this was taken
   * @throws {StateError} after `end()`
   * @throws {ClosedError} on a connection that has ended
   */
  write(data: Writable): boolean {
    if (this.#isEnded) throw new StateError("write", "the output was ended");
    if (this.overrun !== undefined) return false;
    const { highWaterBytes, outputBytesMax } = this.#settings;
    this.writes++;
    this.#stream.write(data);
    const { length } = this;
    if (length > outputBytesMax) {
      const text = `more than ${outputBytesMax} bytes wait for a peer that does not read`;
      this.overrun = new ConnectionError("outputLimit", text);
    } else if (length <= highWaterBytes || this.isFull) return !this.isFull;
    this.isFull = true;
    // The connection may not be at work just now: it looks at the marks when it is told.
    this.#stream.requestFlushed(Number.MAX_SAFE_INTEGER);
    return false;
  }

  /**
   * Sends the first bytes of a chain on without a copy, and consumes them: a proxy's way.
   *
   * @param byteLength all by default
   * @returns as `write`
   */
  forward(chain: Chain, byteLength: number = chain?.length): boolean {
    if (!(chain instanceof Chain)) throw new TypeError("forward() takes a Chain");
    if (byteLength === chain.length) {
      const hasRoom = this.write(chain);
      chain.consume(byteLength);
      return hasRoom;
    }
    const part = chain.slice(0, byteLength);
    try {
      return this.write(part);
    } finally {
      part.clear();
      chain.consume(byteLength);
    }
  }

  /**
   * Ends this half when all is written (`uv_shutdown`); input goes on coming. A second call does
   * nothing.
   */
  end(): void {
    if (this.isEnded) return;
    this.#isEnded = true;
    try {
      this.#stream.shutdown();
    } catch (error) {
      // The peer is gone, which the connection is about to hear; whoever ends it need not.
      if (!(error instanceof UvError)) throw error;
      this.refusal = error;
    }
  }
}
