/**
 * A chat: a line that one client sends goes to all others.
 *
 *     bun samples/chat.ts 7000
 *     deno run --allow-ffi --allow-env samples/chat.ts 7000
 *
 * A line is not copied for each of them: all connections send it from the block that it was read
 * into. Nobody waits for a client that does not read: it misses the lines that come while its
 * output is full, and is told how many when there is room again. A line of more than 1024 bytes
 * ends the connection of its sender.
 */
import process from "node:process";
import { type Chain, done, expectDelimiter, Loop, unchanged } from "../src/mod.ts";
import type { Intent, Output, Protocol, Transport } from "../src/mod.ts";
import { serve } from "./serve.ts";

/** Bytes of a line, without its end. */
const LINE_BYTES_MAX = 1024;

/** One client. */
export class Guest implements Protocol {
  readonly #room: Set<Guest>;
  #output: Output | undefined;
  /** Lines that it was not sent. */
  #missed = 0;

  /** @param room all who are connected */
  constructor(room: Set<Guest>) {
    this.#room = room;
  }

  connected({ output }: Transport): Intent {
    this.#output = output;
    this.#room.add(this);
    return expectDelimiter("\n", LINE_BYTES_MAX);
  }

  bytesRead({ input }: Transport, end: number): Intent {
    const line = input.slice(0, end + 1); // shares the blocks of the input
    for (const guest of this.#room) {
      if (guest !== this) guest.#hear(line);
    }
    line.clear();
    input.consume(end + 1);
    return expectDelimiter("\n", LINE_BYTES_MAX);
  }

  lowWater({ output }: Transport): Intent {
    if (this.#missed > 0) output.write(`* you have missed ${this.#missed} lines\n`);
    this.#missed = 0;
    return unchanged();
  }

  exception(): Intent {
    this.#room.delete(this);
    return done();
  }

  /** The client is gone: there is nothing to report. */
  fatal(): undefined {}

  dispose(): void {
    this.#room.delete(this);
  }

  #hear(line: Chain): void {
    const output = this.#output;
    if (output === undefined || output.isEnded) return;
    if (output.isFull) this.#missed++;
    else output.write(line);
  }
}

if (import.meta.main) {
  using loop = Loop.create({ slabCapacity: 65536 }).instantiate(undefined);
  const room = new Set<Guest>();
  serve(loop, Number(process.argv[2] ?? 7000), () => new Guest(room));
}
