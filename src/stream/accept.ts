import type { SpawnError } from "../error/spawn_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Stream } from "../io/stream.ts";
import type { Machine } from "../machine/machine.ts";
import { ok, type Response, spawn } from "../machine/response.ts";
import type { Scope } from "../machine/scope.ts";
import { Backoff } from "./backoff.ts";
import type { Protocol } from "./protocol.ts";
import { streamMachine } from "./stream_machine.ts";
import { type StreamOptions, streamSettings } from "./stream_options.ts";

/** How long accepting rests after it failed, in milliseconds. */
const REST_MIN_MS = 10;
const REST_MAX_MS = 1000;

/** The named deadline of such a rest. */
const REST = "rotor-uv: accept";

/** What a listener is made with; everything has a default. */
export interface AcceptOptions extends StreamOptions {
  /** Connections that the kernel keeps waiting: 511. */
  readonly backlog?: number;
}

/** Makes the protocol of a connection that was accepted. */
export type ProtocolMaker<C = unknown> = (stream: Stream, scope: Scope<C>) => Protocol<C>;

/**
 * The machine of a listener (rotor-stream `Accept`): each connection becomes a machine of its own.
 *
 * When all machine slots are taken it stops accepting, keeps the connections that came in the same
 * turn, and goes on when a slot is free; more wait in the kernel. When accepting fails it rests,
 * longer each time, up to a second. A protocol that cannot be made costs its connection only.
 */
export class Accept<C = unknown> implements Machine<C, Stream> {
  readonly #listener: Stream;
  readonly #protocol: ProtocolMaker<C>;
  readonly #options: StreamOptions;
  readonly #backoff = new Backoff({ minMs: REST_MIN_MS, maxMs: REST_MAX_MS });
  /** Accepted, and without a slot. */
  readonly #held: Stream[] = [];
  /** Whether accepting was stopped here: who stops it otherwise starts it again. */
  #hasStopped = false;

  /** Made by `accept`. */
  constructor(listener: Stream, protocol: ProtocolMaker<C>, options: StreamOptions) {
    this.#listener = listener;
    this.#protocol = protocol;
    this.#options = options;
  }

  /** See `Machine`. */
  create(stream: Stream, scope: Scope<C>): Response {
    return streamMachine(stream, this.#protocol(stream, scope), scope, this.#options);
  }

  /** See `Machine`. */
  ready(event: IoEvent, scope: Scope<C>): Response<Stream> {
    if (event.kind === "acceptFailed") return this.#rest(scope);
    if (event.kind !== "connection") return ok();
    this.#backoff.reset();
    if (this.#held.length === 0) return spawn(event.stream);
    this.#held.push(event.stream);
    return ok();
  }

  /** See `Machine`. */
  spawned(): Response<Stream> {
    return this.#spawnHeld();
  }

  /** See `Machine`. */
  spawnError(error: SpawnError<Stream>, scope: Scope<C>): Response<Stream> {
    const { reason, seed, cause } = error;
    if (reason === "no slab space") {
      this.#stop();
      this.#held.unshift(seed);
      scope.wakeWhenRoom();
      return ok();
    }
    if (seed.state === "open") seed.close();
    scope.report(cause);
    return this.#spawnHeld();
  }

  /** There is room again. */
  wakeup(): Response<Stream> {
    return this.#spawnHeld();
  }

  /** The rest is over. */
  timeout(): Response<Stream> {
    return this.#spawnHeld();
  }

  #rest(scope: Scope<C>): Response<Stream> {
    this.#stop();
    scope.setDeadline(REST, scope.after(this.#backoff.nextMs())); // no answer clears it
    return ok();
  }

  #spawnHeld(): Response<Stream> {
    const stream = this.#held.shift();
    if (stream !== undefined) return spawn(stream);
    if (this.#hasStopped) this.#listener.acceptStart();
    this.#hasStopped = false;
    return ok();
  }

  #stop(): void {
    this.#hasStopped = true;
    this.#listener.acceptStop();
  }
}

/**
 * Listens: the answer of a constructor.
 *
 * ```ts
 * loop.addMachine((scope) => {
 *   const listener = scope.tcp();
 *   listener.bind("127.0.0.1", 7000);
 *   return accept(listener, () => new Lines(), scope);
 * });
 * ```
 *
 * @param listener bound, TCP or pipe
 * @param protocol makes the protocol of each connection
 * @throws {UvError} EADDRINUSE: libuv tells of a taken address here
 */
export function accept<C>(
  listener: Stream,
  protocol: ProtocolMaker<C>,
  scope: Scope<C>,
  options: AcceptOptions = {},
): Response {
  if (typeof protocol !== "function") throw new TypeError("accept() takes a maker of protocols");
  if (typeof listener?.listen !== "function") throw new TypeError("accept() takes a stream");
  streamSettings(options);
  scope.register(listener);
  listener.listen(options.backlog);
  return ok(new Accept(listener, protocol, options));
}
