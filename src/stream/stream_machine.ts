import type { IoEvent } from "../io/event.ts";
import type { Stream } from "../io/stream.ts";
import type { Machine } from "../machine/machine.ts";
import { done, error, ok, type Response } from "../machine/response.ts";
import type { Scope } from "../machine/scope.ts";
import { Connection } from "./connection.ts";
import type { Protocol } from "./protocol.ts";
import { type StreamOptions, streamSettings } from "./stream_options.ts";
import type { Transport } from "./transport.ts";

/** The machine of one connection (rotor-stream `Stream`); made by `streamMachine`. */
export class StreamMachine<C = unknown> implements Machine<C> {
  readonly #connection: Connection<C>;

  /** Made by `streamMachine`. */
  constructor(connection: Connection<C>) {
    this.#connection = connection;
  }

  /** For those who know the machine: write to its output, then wake it where that matters. */
  get transport(): Transport {
    return this.#connection.transport;
  }

  /** The protocol, as it is now. */
  get protocol(): Protocol<C> {
    return this.#connection.protocol;
  }

  /** See `Machine`. */
  ready(event: IoEvent, scope: Scope<C>): Response {
    this.#connection.ready(event, scope);
    return this.#answer();
  }

  /** See `Machine`. */
  timeout(scope: Scope<C>, name?: string): Response {
    this.#connection.timeout(scope, name);
    return this.#answer();
  }

  /** See `Machine`. */
  wakeup(scope: Scope<C>): Response {
    this.#connection.wakeup(scope);
    return this.#answer();
  }

  /** See `Machine`. */
  dispose(): void {
    this.#connection.dispose();
  }

  /** Starts the protocol, and answers with the machine. */
  start(scope: Scope<C>): Response {
    this.#connection.start(scope);
    const { outcome, deadlineMs } = this.#connection;
    if (outcome === undefined) return ok(this).deadline(deadlineMs);
    this.dispose();
    return this.#answer();
  }

  #answer(): Response {
    const { outcome, deadlineMs } = this.#connection;
    if (outcome === undefined) return deadlineMs === Infinity ? ok() : ok().deadline(deadlineMs);
    return outcome.error === undefined ? done() : error(outcome.error);
  }
}

/**
 * Speaks a protocol on a stream that is connected: the answer of `Machine.create` and of a
 * constructor. The stream belongs to the new machine from then on.
 *
 * ```ts
 * create(stream: Stream, scope: Scope): Response {
 *   return streamMachine(stream, new Lines(), scope);
 * }
 * ```
 *
 * @throws {ClosedError} when the stream is closed
 * @throws {TypeError} for options or a protocol that are none
 */
export function streamMachine<C>(
  stream: Stream,
  protocol: Protocol<C>,
  scope: Scope<C>,
  options: StreamOptions = {},
): Response {
  const settings = streamSettings(options);
  assertProtocol(protocol);
  if (typeof stream?.readStart !== "function") {
    throw new TypeError("streamMachine() takes a stream");
  }
  scope.register(stream);
  return new StreamMachine(new Connection(stream, protocol, scope, settings)).start(scope);
}

/** @throws {TypeError} for anything but a protocol */
export function assertProtocol(protocol: unknown): asserts protocol is Protocol {
  if (typeof (protocol as Protocol | null)?.connected === "function") return;
  throw new TypeError("A protocol is an object with connected()");
}
