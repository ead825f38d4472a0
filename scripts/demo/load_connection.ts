import { done, type IoEvent, type Machine, ok, type Response, type Scope } from "../../src/mod.ts";
import type { Tcp } from "../../src/mod.ts";
import type { LoadContext } from "./load_context.ts";
import { composeMessage, MESSAGE_BYTES } from "./message.ts";

/** One connection: sends a message, compares what comes back byte by byte, sends the next. */
export class LoadConnection implements Machine<LoadContext> {
  readonly #tcp: Tcp;
  readonly #index: number;
  readonly #message = new Uint8Array(MESSAGE_BYTES);
  readonly #words = new Uint32Array(this.#message.buffer);
  #sequence = 0;
  /** Bytes of the answer that have come; all of them while it sends nothing. */
  #received = MESSAGE_BYTES;

  constructor(scope: Scope<LoadContext>, index: number) {
    this.#index = index;
    this.#tcp = scope.tcp();
    this.#tcp.connect("127.0.0.1", scope.context.port);
  }

  /** The director wants messages. */
  wakeup({ context }: Scope<LoadContext>): Response {
    context.busy++;
    this.#send();
    return ok();
  }

  ready(event: IoEvent, { context }: Scope<LoadContext>): Response {
    switch (event.kind) {
      case "connected":
        this.#tcp.nodelay(true);
        this.#tcp.readStart();
        if (++context.connected === context.connections.length) context.director?.wakeup();
        return ok();
      case "read":
        this.#check(event.block.bytes, event.byteLength, context);
        return ok();
      case "end":
        context.fail("the server ended a connection");
        return done();
      case "connectFailed":
      case "readFailed":
      case "writeFailed":
        context.fail(event.error.message);
        return done();
      default:
        return ok();
    }
  }

  #send(): void {
    composeMessage(this.#words, this.#index, this.#sequence++);
    this.#received = 0;
    this.#tcp.write(this.#message);
  }

  #check(bytes: Uint8Array, length: number, context: LoadContext): void {
    const start = this.#received;
    // Past the end of the message there is nothing: undefined differs from any byte.
    for (let i = 0; i < length; i++) {
      if (bytes[i] !== this.#message[start + i]) context.wrongBytes++;
    }
    this.#received += length;
    if (start === MESSAGE_BYTES || this.#received < MESSAGE_BYTES) return;
    this.#received = MESSAGE_BYTES;
    context.messages++;
    if (context.isSending) return this.#send();
    if (--context.busy === 0) context.director?.wakeup();
  }
}
