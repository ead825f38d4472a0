import { ConnectionError } from "../error/connection_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { HostAddress } from "../io/address.ts";
import type { Resolve } from "../io/resolve.ts";
import type { Stream } from "../io/stream.ts";
import type { EarlyScope } from "../machine/scope.ts";

/** Where to connect to: a TCP port of a host, by name or address, or a unix domain socket. */
export type Target =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** Why there is no connection. */
export type DialError = UvError | ConnectionError;

/** An address that needs no look-up. */
const LITERAL = /^[\d.]+$|:/;

/**
 * Finds a way to a target: looks the name up, then tries its addresses one after the other, each
 * for a time.
 */
export class Dialer {
  readonly #target: Target;
  readonly #timeoutMs: number;
  /** Those that were not tried. */
  #addresses: HostAddress[] = [];
  #resolve: Resolve | undefined;
  #attempt: Stream | undefined;
  /** When `timeout` is to be called. */
  deadlineMs = Infinity;
  /** The stream, once it is connected. */
  stream: Stream | undefined;
  /** Why there is none, once all was tried. */
  error: DialError | undefined;

  /** @param timeoutMs for the look-up, and for each address */
  constructor(target: Target, timeoutMs: number) {
    this.#target = target;
    this.#timeoutMs = timeoutMs;
  }

  /** Begins. */
  start(scope: EarlyScope): void {
    const target = this.#target;
    if ("path" in target) return this.#connectPipe(target.path, scope);
    const { host } = target;
    if (LITERAL.test(host)) {
      const family = host.includes(":") ? "IPv6" : "IPv4";
      return this.#tryAll([{ family, address: host }], scope);
    }
    this.#resolve = scope.resolve(host);
    this.deadlineMs = scope.after(this.#timeoutMs);
  }

  /** Something happened to the look-up or to an attempt. */
  ready(event: IoEvent, scope: EarlyScope): void {
    if (event.kind === "resolved" || event.kind === "resolveFailed") {
      if (event.request !== this.#resolve) return;
      this.#resolve = undefined;
      if (event.kind === "resolved") this.#tryAll(event.addresses, scope);
      else this.#fail(event.error);
    } else if (event.handle === this.#attempt && this.#attempt !== undefined) {
      if (event.kind === "connected") this.#connected(this.#attempt);
      else if (event.kind === "connectFailed") this.#tryNext(event.error, scope);
    }
  }

  /** The deadline is due. */
  timeout(scope: EarlyScope): void {
    const step = this.#resolve === undefined ? "connecting" : "the look-up of the name";
    const error = new ConnectionError("connectTimeout", `${step} took too long`);
    if (this.#resolve === undefined) return this.#tryNext(error, scope);
    this.#resolve.cancel();
    this.#resolve = undefined;
    this.#fail(error);
  }

  /** Gives up: nothing is left behind. */
  stop(): void {
    this.#resolve?.cancel();
    this.#resolve = undefined;
    this.#closeAttempt();
    this.deadlineMs = Infinity;
  }

  #connectPipe(path: string, scope: EarlyScope): void {
    const pipe = scope.pipe();
    this.#attempt = pipe;
    this.deadlineMs = scope.after(this.#timeoutMs);
    this.#catch(() => pipe.connect(path), scope);
  }

  #tryAll(addresses: readonly HostAddress[], scope: EarlyScope): void {
    this.#addresses = [...addresses];
    this.#tryNext(new ConnectionError("connectError", "the name has no address"), scope);
  }

  /** @param error of the attempt before */
  #tryNext(error: DialError, scope: EarlyScope): void {
    this.#closeAttempt();
    const next = this.#addresses.shift();
    if (next === undefined) return this.#fail(error);
    const { port } = this.#target as { port: number };
    const tcp = scope.tcp();
    this.#attempt = tcp;
    this.deadlineMs = scope.after(this.#timeoutMs);
    this.#catch(() => tcp.connect(next.address, port), scope);
  }

  /** A refusal that comes at once is as good as a later one: ENETUNREACH, ENOENT of a path. */
  #catch(connect: () => void, scope: EarlyScope): void {
    try {
      connect();
    } catch (error) {
      if (!(error instanceof UvError)) throw error;
      this.#tryNext(error, scope);
    }
  }

  #connected(stream: Stream): void {
    this.#attempt = undefined;
    this.deadlineMs = Infinity;
    this.stream = stream;
  }

  #fail(error: DialError): void {
    this.#closeAttempt();
    this.deadlineMs = Infinity;
    this.error = error;
  }

  #closeAttempt(): void {
    if (this.#attempt?.state === "open") this.#attempt.close();
    this.#attempt = undefined;
  }
}

/**
 * Checks a target before anything is made.
 *
 * @throws {TypeError} for anything but a target
 * @throws {RangeError} for a port that is none
 */
export function assertTarget(target: Target): void {
  if (typeof target !== "object" || target === null) throw new TypeError("A target is an object");
  if ("path" in target) {
    if (typeof target.path !== "string") throw new TypeError("path must be a string");
    return;
  }
  const { host, port } = target;
  if (typeof host !== "string") throw new TypeError("host must be a string");
  if (typeof port !== "number") throw new TypeError("port must be a number");
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new RangeError(`port must be an integer from 1 to 65535, not ${port}`);
  }
}
