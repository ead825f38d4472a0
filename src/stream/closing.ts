import { ConnectionError } from "../error/connection_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Stream } from "../io/stream.ts";
import type { Tcp } from "../io/tcp.ts";
import type { FatalException } from "./protocol.ts";
import type { Transport } from "./transport.ts";

/**
 * The end of a connection after `done()`: everything is sent and this half ended, then the peer is
 * waited for. What it still sends is dropped from the start: two peers that both send much and are
 * done would wait for each other else. And a socket that is closed with input unread is reset by
 * the system, and a reset may overtake what the peer has not read yet.
 */
export class Closing {
  readonly #transport: Transport;
  readonly #lingerMs: number;
  #phase: "open" | "flushing" | "lingering" = "open";
  #unsent = 0;
  #hasShutDown = false;
  /** When `timeout` is to be called. */
  deadlineMs = Infinity;
  /** What went wrong, once it is over. */
  problem: FatalException | undefined;

  /** @param lingerMs how long each of the two waits lasts without progress */
  constructor(transport: Transport, lingerMs: number) {
    this.#transport = transport;
    this.#lingerMs = lingerMs;
  }

  /** Whether the end has begun. */
  get isActive(): boolean {
    return this.#phase !== "open";
  }

  /** This half was ended by the protocol, and all of it is sent. */
  outputEnded(): void {
    this.#hasShutDown = true;
  }

  /** Begins. Returns whether it is over at once. */
  start(nowMs: number): boolean {
    const { input, output, stream } = this.#transport;
    input.clear();
    this.#phase = "flushing";
    if (stream.state !== "open") return true;
    if (this.#hasShutDown) return this.#linger(nowMs);
    if (!this.#endOutput()) return true;
    this.#unsent = output.length;
    this.#drop(nowMs);
    return false;
  }

  /** Something happened to the stream. Returns whether it is over. */
  ready(event: IoEvent, nowMs: number): boolean {
    switch (event.kind) {
      case "end":
        this.#transport.hasEnded = true;
        return this.#phase === "lingering";
      case "shutdown":
        return this.#linger(nowMs);
      case "writeFailed":
        this.problem = { kind: "writeError", error: event.error };
        return true;
      case "shutdownFailed": // comes before the `writeFailed` of what is lost with it
        if (this.#unsent > 0) this.problem = { kind: "writeError", error: event.error };
        return true;
      case "readFailed":
      case "closed":
        return this.#phase === "lingering" || event.kind !== "readFailed";
      default:
        return false;
    }
  }

  /** The deadline is due. Returns whether it is over. */
  timeout(nowMs: number): boolean {
    const { length } = this.#transport.output;
    if (this.#phase === "flushing" && length < this.#unsent) {
      this.#unsent = length;
      this.deadlineMs = nowMs + this.#lingerMs;
      return false;
    }
    if (this.#phase === "flushing" && length > 0) {
      const error = new ConnectionError("writeTimeout", `${length} bytes were not taken`);
      this.problem = { kind: "writeTimeout", error };
    }
    return true;
  }

  /** False where the peer has reset the connection, and nothing can be waited for. */
  #endOutput(): boolean {
    const { output } = this.#transport;
    const { length } = output;
    output.end();
    const { refusal } = output;
    if (refusal === undefined) return true;
    if (length > 0) this.problem = { kind: "writeError", error: refusal };
    return false;
  }

  #linger(nowMs: number): boolean {
    this.#phase = "lingering";
    if (this.#transport.hasEnded || this.#lingerMs === 0) return true;
    this.#drop(nowMs);
    return false;
  }

  /** Reads on, for nobody. */
  #drop(nowMs: number): void {
    this.deadlineMs = nowMs + this.#lingerMs;
    if (!this.#transport.hasEnded) this.#transport.stream.readStart();
  }
}

/** Closes a stream at once: what waits is dropped, and a TCP peer is told so by a reset. */
export function cutOff(stream: Stream): void {
  if (stream.state !== "open") return;
  if (stream.kind !== "tcp") return stream.close();
  try {
    (stream as Tcp).closeReset();
  } catch (error) {
    if (!(error instanceof UvError)) throw error;
    stream.close(); // libuv refuses to reset what is being shut down
  }
}
