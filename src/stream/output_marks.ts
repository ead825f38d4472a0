import type { Stream } from "../io/stream.ts";
import { NO_FLUSH } from "./intent.ts";
import type { Output } from "./output.ts";
import type { StreamSettings } from "./stream_options.ts";

/** What is told of output that grows and leaves: at the mark asked for, and at the two others. */
export class OutputMarks {
  readonly #settings: StreamSettings;
  /** Above the high-water mark, and not yet at the low one again. */
  isCongested = false;
  /** What `bytesFlushed` waits for, or `NO_FLUSH`. */
  flushBytes = NO_FLUSH;

  constructor(settings: StreamSettings) {
    this.#settings = settings;
  }

  /** The handler that is due with such an output, if any; it is due once. */
  due(output: Output): "bytesFlushed" | "highWater" | "lowWater" | undefined {
    const byteLength = output.length;
    if (!this.isCongested && output.isFull) {
      this.isCongested = true;
      return "highWater";
    }
    if (this.isCongested && byteLength <= this.#settings.lowWaterBytes) {
      this.isCongested = false;
      output.isFull = false;
      return "lowWater";
    }
    // Last: who is told that bytes have left, and writes until it is full, must not find it full.
    if (byteLength <= this.flushBytes) {
      this.flushBytes = NO_FLUSH;
      return "bytesFlushed";
    }
    return undefined;
  }

  /** Has the stream tell when one of them is reached. */
  request(stream: Stream): void {
    const lowWaterBytes = this.isCongested ? this.#settings.lowWaterBytes : NO_FLUSH;
    const byteLength = Math.max(this.flushBytes, lowWaterBytes);
    if (byteLength !== NO_FLUSH) stream.requestFlushed(byteLength);
  }
}
