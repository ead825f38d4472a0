import type { IoEvent } from "../io/event.ts";
import type { Machine } from "../machine/machine.ts";
import { done, error, ok, type Response } from "../machine/response.ts";
import type { Scope } from "../machine/scope.ts";
import { type ConnectOptions, connectTimeout } from "./connect_options.ts";
import { assertTarget, Dialer, type DialError, type Target } from "./dialer.ts";
import type { Protocol } from "./protocol.ts";
import { assertProtocol, streamMachine } from "./stream_machine.ts";

/** A machine that connects once, and becomes the machine of that connection; made by `connect`. */
export class Connect<C = unknown> implements Machine<C> {
  readonly #dialer: Dialer;
  readonly #protocol: Protocol<C>;
  readonly #options: ConnectOptions;
  /** Until a connection has it. */
  #hasProtocol = true;

  /** Made by `connect`. */
  constructor(dialer: Dialer, protocol: Protocol<C>, options: ConnectOptions) {
    this.#dialer = dialer;
    this.#protocol = protocol;
    this.#options = options;
  }

  /** See `Machine`. */
  ready(event: IoEvent, scope: Scope<C>): Response {
    this.#dialer.ready(event, scope);
    return this.answer(scope);
  }

  /** See `Machine`. */
  timeout(scope: Scope<C>): Response {
    this.#dialer.timeout(scope);
    return this.answer(scope);
  }

  /** A wake-up before there is a connection changes nothing. */
  wakeup(scope: Scope<C>): Response {
    return this.answer(scope);
  }

  /** The connection once it stands, the error once there will be none. */
  answer(scope: Scope<C>): Response {
    const { stream, error: failure, deadlineMs } = this.#dialer;
    if (stream !== undefined) {
      this.#hasProtocol = false;
      return streamMachine(stream, this.#protocol, scope, this.#options);
    }
    if (failure === undefined) return ok(this).deadline(deadlineMs);
    const told = this.#fatal(failure, scope);
    return told === undefined ? done() : error(told);
  }

  /** The machine has ended, or will not be made, and there is no connection. */
  dispose(): void {
    if (!this.#hasProtocol) return;
    this.#hasProtocol = false;
    this.#protocol.dispose?.();
  }

  #fatal(failure: DialError, scope: Scope<C>): unknown {
    const { fatal } = this.#protocol;
    if (fatal === undefined) {
      this.dispose();
      return failure;
    }
    try {
      return fatal.call(this.#protocol, { kind: "connectError", error: failure }, scope);
    } finally {
      this.dispose();
    }
  }
}

/**
 * Connects, then speaks a protocol: the answer of a constructor or of `Machine.create`. A name is
 * looked up, and its addresses are tried in turn. Where all fail, the protocol is told by `fatal`.
 *
 * ```ts
 * loop.addMachine((scope) => connect({ host: "localhost", port: 6379 }, new Ping(), scope));
 * ```
 *
 * @throws {TypeError} for a target, protocol or option that is none
 * @throws {RangeError} for a port or an option out of its limits
 */
export function connect<C>(
  target: Target,
  protocol: Protocol<C>,
  scope: Scope<C>,
  options: ConnectOptions = {},
): Response {
  assertTarget(target);
  assertProtocol(protocol);
  const dialer = new Dialer(target, connectTimeout(options));
  dialer.start(scope);
  return new Connect(dialer, protocol, options).answer(scope);
}
