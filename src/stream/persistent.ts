import { ConnectionError } from "../error/connection_error.ts";
import { StateError } from "../error/state_error.ts";
import type { Stream } from "../io/stream.ts";
import type { IoEvent } from "../io/event.ts";
import type { Machine } from "../machine/machine.ts";
import { done, error, ok, type Response } from "../machine/response.ts";
import type { Notifier, Scope } from "../machine/scope.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import { type ConnectOptions, connectTimeout } from "./connect_options.ts";
import { Connection } from "./connection.ts";
import { assertTarget, Dialer, type Target } from "./dialer.ts";
import type { Outcome } from "./outcome.ts";
import type { Protocol } from "./protocol.ts";
import { assertProtocol } from "./stream_machine.ts";
import { type StreamSettings, streamSettings } from "./stream_options.ts";
import type { Transport } from "./transport.ts";

/** What a persistent connection is made with; everything has a default. */
export interface PersistentOptions<P extends Protocol<never>> extends ConnectOptions {
  /** How long to wait before each new attempt. */
  readonly backoff?: BackoffOptions;
  /** After so many failures in a row the machine ends with the last of them: it never does. */
  readonly attemptsMax?: number;
  /** Told of every new state, on the loop's thread; an error that it throws ends the machine. */
  readonly onState?: (state: PersistentState<P>) => void;
}

/** What a persistent connection is doing. */
export type PersistentState<P extends Protocol<never> = Protocol<never>> =
  /** It was not started. */
  | { readonly kind: "idle" }
  /** Looks the name up or connects; `attempt` counts from 1. */
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "established"; readonly transport: Transport; readonly protocol: P }
  /** Waits for the next attempt, until then in milliseconds of loop time. */
  | { readonly kind: "sleeping"; readonly untilMs: number; readonly error: unknown }
  /** Was told to stop; the output leaves. */
  | { readonly kind: "stopping" }
  /** Has ended: by `stop()` or `done()`, or with the error. */
  | { readonly kind: "stopped"; readonly error: unknown };

/**
 * A client's connection that comes back when it is lost (rotor-stream `Persistent`), with a new
 * protocol each time. Waits grow, and are left to chance in part; see `BackoffOptions`.
 *
 * What ends it: `stop()`, the protocol's `done()`, an error that a handler throws or answers, or
 * `attemptsMax`. What makes it connect again: the peer's end, a lost connection, `abort()`.
 */
export class Persistent<P extends Protocol<C>, C = unknown> implements Machine<C> {
  readonly #target: Target;
  readonly #maker: () => P;
  readonly #settings: StreamSettings;
  readonly #connectTimeoutMs: number;
  readonly #attemptsMax: number;
  readonly #onState: (state: PersistentState<P>) => void;
  readonly #backoff: Backoff;
  #state: PersistentState<P> = { kind: "idle" };
  #dialer: Dialer | undefined;
  #connection: Connection<C> | undefined;
  #establishedMs = 0;
  /** The last wait: a connection that lasted longer was a good one. */
  #waitMs = 0;
  #notifier: Notifier | undefined;
  #mustStop = false;

  /**
   * @param maker of the protocol for each connection
   * @throws {TypeError} for a target, maker or option that is none
   * @throws {RangeError} for a port or an option out of its limits
   */
  constructor(target: Target, maker: () => P, options: PersistentOptions<P> = {}) {
    assertTarget(target);
    if (typeof maker !== "function") throw new TypeError("Persistent takes a maker of protocols");
    const settings = streamSettings(options); // first: it refuses what are no options
    const { attemptsMax = Infinity, onState = () => {}, backoff } = options;
    if (!(attemptsMax >= 1)) throw new RangeError("attemptsMax must be 1 at least");
    this.#target = target;
    this.#maker = maker;
    this.#settings = settings;
    this.#connectTimeoutMs = connectTimeout(options);
    this.#attemptsMax = attemptsMax;
    this.#onState = onState;
    this.#backoff = new Backoff(backoff);
  }

  /** What it is doing. */
  get state(): PersistentState<P> {
    return this.#state;
  }

  /** The transport; undefined unless the connection stands. */
  get transport(): Transport | undefined {
    return this.#state.kind === "established" ? this.#state.transport : undefined;
  }

  /** The protocol of the connection that stands. */
  get protocol(): P | undefined {
    return this.#state.kind === "established" ? this.#state.protocol : undefined;
  }

  /**
   * Connects: the answer of a constructor or of `Machine.create`.
   *
   * @throws {StateError} when it was started before
   */
  start(scope: Scope<C>): Response {
    if (this.#state.kind !== "idle") throw new StateError("start", "it was started before");
    this.#notifier = scope.notifier();
    this.#dial(scope);
    return this.#answer(scope);
  }

  /** Ends it, from anywhere on the loop's thread: the output is sent, and nothing comes back. */
  stop(): void {
    this.#mustStop = true;
    this.#notifier?.wakeup();
  }

  /** See `Machine`. */
  ready(event: IoEvent, scope: Scope<C>): Response {
    this.#dialer?.ready(event, scope);
    this.#connection?.ready(event, scope);
    return this.#answer(scope);
  }

  /** See `Machine`. */
  timeout(scope: Scope<C>, name?: string): Response {
    if (this.#connection !== undefined) this.#connection.timeout(scope, name);
    else if (name === undefined && this.#dialer !== undefined) this.#dialer.timeout(scope);
    else if (name === undefined) this.#dial(scope);
    return this.#answer(scope);
  }

  /** See `Machine`. */
  wakeup(scope: Scope<C>): Response {
    if (!this.#mustStop) this.#connection?.wakeup(scope);
    return this.#answer(scope);
  }

  /** See `Machine`. */
  dispose(): void {
    this.#connection?.dispose();
    if (this.#state.kind !== "stopped") this.#state = { kind: "stopped", error: undefined };
  }

  #dial(scope: Scope<C>): void {
    this.#enter({ kind: "connecting", attempt: this.#backoff.attempts + 1 });
    this.#dialer = new Dialer(this.#target, this.#connectTimeoutMs);
    this.#dialer.start(scope);
  }

  /** Goes on from what has happened, and answers. */
  #answer(scope: Scope<C>): Response {
    if (this.#mustStop) this.#stopNow(scope);
    const { stream, error: failure } = this.#dialer ?? {};
    if (stream !== undefined) this.#establish(stream, scope);
    else if (failure !== undefined) this.#sleep(failure, scope);
    const outcome = this.#connection?.outcome;
    if (outcome !== undefined) this.#ended(outcome, scope);
    const state = this.#state;
    if (state.kind === "stopped") return state.error === undefined ? done() : error(state.error);
    return ok(this).deadline(this.#deadlineMs);
  }

  get #deadlineMs(): number {
    if (this.#state.kind === "sleeping") return this.#state.untilMs;
    return (this.#connection ?? this.#dialer)?.deadlineMs ?? Infinity;
  }

  #establish(stream: Stream, scope: Scope<C>): void {
    const protocol = this.#maker();
    assertProtocol(protocol);
    this.#dialer = undefined;
    this.#establishedMs = scope.now;
    const connection = new Connection<C>(stream, protocol, scope, this.#settings);
    this.#connection = connection;
    this.#enter({ kind: "established", transport: connection.transport, protocol });
    connection.start(scope);
  }

  #ended({ kind, error: reason }: Outcome, scope: Scope<C>): void {
    this.#connection?.dispose();
    this.#connection = undefined;
    if (this.#mustStop || kind === "done") {
      return this.#enter({ kind: "stopped", error: undefined });
    }
    if (kind === "failed") return this.#enter({ kind: "stopped", error: reason });
    if (scope.now - this.#establishedMs > this.#waitMs) this.#backoff.reset();
    this.#sleep(reason, scope);
  }

  #sleep(reason: unknown, scope: Scope<C>): void {
    this.#dialer = undefined;
    if (this.#backoff.attempts + 1 >= this.#attemptsMax) {
      const failure = reason ?? new ConnectionError("endOfStream", "it was lost too often");
      return this.#enter({ kind: "stopped", error: failure });
    }
    this.#waitMs = this.#backoff.nextMs();
    this.#enter({ kind: "sleeping", untilMs: scope.after(this.#waitMs), error: reason });
  }

  #stopNow(scope: Scope<C>): void {
    this.#dialer?.stop();
    this.#dialer = undefined;
    if (this.#connection === undefined) return this.#enter({ kind: "stopped", error: undefined });
    if (this.#state.kind === "stopping") return;
    this.#enter({ kind: "stopping" });
    this.#connection.finish(scope);
  }

  #enter(state: PersistentState<P>): void {
    this.#state = state;
    this.#onState(state);
  }
}
