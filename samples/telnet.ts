/**
 * A simple telnet: what is typed goes to a TCP connection, what comes back is printed.
 *
 *     bun samples/telnet.ts 127.0.0.1 7000
 *     deno run --allow-ffi --allow-env --allow-read=. samples/telnet.ts 127.0.0.1 7000
 *
 * The host is an address; names are not resolved. The end of the input shuts down our half of the
 * connection; the program ends when the peer has ended the other half.
 *
 * A standard input that is a pipe becomes a stream of the loop. Anything else, a terminal or a
 * file, is read by a thread of its own, and only for that Deno wants `--allow-read`.
 */
import { fstatSync, writeSync } from "node:fs";
import process from "node:process";
import { done, error, type IoEvent, Loop, type Machine, ok } from "../src/mod.ts";
import type { Response, Scope, Stream, Tcp, Writable } from "../src/mod.ts";
import { PipeInput, ThreadInput } from "./telnet_input.ts";

const STDIN = 0;
const STDOUT = 1;
/** While more than this waits to be sent, no input is read. */
const UNSENT_BYTES_MAX = 1 << 20;

class Telnet implements Machine {
  readonly #socket: Tcp;
  readonly #input: PipeInput | ThreadInput;
  #isHeld = false;

  constructor(scope: Scope, host: string, port: number) {
    this.#socket = scope.tcp();
    this.#socket.connect(host, port);
    this.#input = fstatSync(STDIN).isFIFO() ? new PipeInput(scope) : new ThreadInput(scope);
  }

  ready(event: IoEvent): Response {
    switch (event.kind) {
      case "connected":
        this.#socket.readStart();
        this.#input.resume();
        return ok();
      case "read":
        if (event.handle === this.#socket) print(event.bytes);
        else this.#send(event.block);
        return ok();
      case "end":
        return this.#ended(event.handle);
      case "flushed":
        if (this.#isHeld) this.#input.resume();
        this.#isHeld = false;
        return ok();
      case "connectFailed":
      case "readFailed":
      case "writeFailed":
        return error(event.error);
      default:
        return ok();
    }
  }

  /** The thread has left a piece of input. */
  wakeup(): Response {
    if (this.#input instanceof PipeInput) return ok();
    const piece = this.#input.take();
    if (piece === undefined) this.#socket.shutdown();
    else this.#send(piece);
    return ok();
  }

  #send(piece: Writable): void {
    this.#socket.write(piece);
    this.#isHeld = this.#socket.writeQueueSize > UNSENT_BYTES_MAX;
    if (this.#isHeld) this.#input.hold();
    else this.#input.resume();
  }

  #ended(stream: Stream): Response {
    if (stream === this.#socket) return done();
    this.#socket.shutdown();
    return ok();
  }
}

/** The output may block: then nothing is read, and the peer has to wait. */
function print(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(STDOUT, bytes, at);
}

const [host = "127.0.0.1", port = "23"] = process.argv.slice(2);
const creator = Loop.create({
  onError: ({ error }) => {
    console.error(error instanceof Error ? `telnet: ${error.message}` : error);
    process.exitCode = 1;
  },
});
const loop = creator.instantiate(undefined);
loop.addMachine((scope) => ok(new Telnet(scope, host, Number(port))));
loop.run();
loop.close();
process.exit(); // The thread may still wait for the terminal.
