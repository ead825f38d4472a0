/** The standard input of telnet.ts, as something that can be held back. */
import { Worker } from "node:worker_threads";
import type { Pipe, Scope } from "../src/mod.ts";
import type { Mailbox } from "./telnet_stdin.ts";

const PIECE_BYTES_MAX = 65536;

/** Brings input to its machine, piece by piece: as events of a pipe, or as a `wakeup` for each. */
interface Input {
  /** Asks for the next piece, at first and after each. */
  resume(): void;
  /** Wants no more until `resume`. */
  hold(): void;
}

/** A pipe is a stream like any other. libuv works on a duplicate of the descriptor. */
export class PipeInput implements Input {
  readonly #pipe: Pipe;

  constructor(scope: Scope) {
    this.#pipe = scope.pipe();
    this.#pipe.open(0);
  }

  resume(): void {
    this.#pipe.readStart();
  }

  hold(): void {
    this.#pipe.readStop();
  }
}

/**
 * libuv cannot wait for a file, and a terminal is shared with the shell: a thread does a blocking
 * read, leaves the piece in shared memory, and wakes the machine.
 */
export class ThreadInput implements Input {
  readonly #mailbox: Mailbox;

  constructor(scope: Scope) {
    this.#mailbox = {
      state: new Int32Array(new SharedArrayBuffer(8)),
      bytes: new Uint8Array(new SharedArrayBuffer(PIECE_BYTES_MAX)),
      notifier: scope.notifier().address(),
    };
    new Worker(new URL("./telnet_stdin.ts", import.meta.url), { workerData: this.#mailbox });
  }

  /**
   * The piece that woke the machine; undefined at the end of the input. It is a copy: a stream
   * sends large bytes from where they are, and the thread puts the next piece in the same place.
   */
  take(): Uint8Array | undefined {
    const [, length] = this.#mailbox.state;
    return length === 0 ? undefined : this.#mailbox.bytes.slice(0, length);
  }

  resume(): void {
    Atomics.store(this.#mailbox.state, 0, 1);
    Atomics.notify(this.#mailbox.state, 0);
  }

  /** Each piece is asked for with `resume` anyway. */
  hold(): void {}
}
