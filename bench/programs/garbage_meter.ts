import process from "node:process";
import type { Garbage } from "./heap_report.ts";

/** Few enough not to fill a young generation, enough to hide what a sample itself allocates. */
const SLICE_MESSAGES = 1_000;

/**
 * Finds what becomes garbage without collecting any: it samples the used heap for each slice of
 * messages. In a slice with a collection it falls; the median of all slices is not moved by these.
 *
 * V8 counts what it has allocated at once. JavaScriptCore tells the size as of its last collection,
 * so there a sample that differs shows a collection, and no more.
 */
export class GarbageMeter {
  /** Bytes by which the used heap grew in each slice. */
  readonly #growths: Float64Array;
  #slices = 0;
  #used = 0;
  #left = Infinity;

  /** @param messages that will be counted at the most */
  constructor(messages: number) {
    this.#growths = new Float64Array(Math.ceil(messages / SLICE_MESSAGES) + 1);
  }

  start(): void {
    this.#left = SLICE_MESSAGES;
    this.#used = process.memoryUsage().heapUsed;
  }

  count(): void {
    if (--this.#left > 0) return;
    this.#left = SLICE_MESSAGES;
    const { heapUsed } = process.memoryUsage();
    this.#growths[this.#slices++] = heapUsed - this.#used;
    this.#used = heapUsed;
  }

  /** What was found since `start`; a sample itself costs 300 bytes, 0.3 for each message. */
  stop(): Garbage {
    this.#left = Infinity;
    const growths = this.#growths.subarray(0, this.#slices).toSorted();
    if ("Bun" in globalThis) return { collections: growths.filter((bytes) => bytes !== 0).length };
    const median = growths[growths.length >> 1] ?? 0;
    return {
      collections: growths.filter((bytes) => bytes < 0).length,
      garbagePerMessage: median / SLICE_MESSAGES,
    };
  }
}
