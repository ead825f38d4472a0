/**
 * A TCP proxy: what comes in at one end goes out at the other, as the blocks that it was read into.
 *
 *     bun samples/proxy.ts 7000 6379
 *     deno run --allow-ffi --allow-env samples/proxy.ts 7000 6379
 *
 * It listens on the first port and connects each client to the second, of 127.0.0.1 or of the host
 * that a third argument names. An end of stream, and a reset, are passed on to the other side. A
 * peer that reads slowly makes the other one wait.
 */
import process from "node:process";
import { abort, connect, done, expectAny, expectFlush, Loop } from "../src/mod.ts";
import { sleep, unchanged } from "../src/mod.ts";
import type { ConnectOptions, Exception, Intent, Notifier, Output } from "../src/mod.ts";
import type { Protocol, Scope, Tcp, Transport } from "../src/mod.ts";
import { serve } from "./serve.ts";

/** What one turn reads of a stream is the mark: so both sides are kept at work. */
export const options: ConnectOptions = { highWaterBytes: 1 << 19, lowWaterBytes: 1 << 17 };

/** One of two connections that belong together. Each is a machine of its own. */
export class End implements Protocol {
  #other!: End;
  #output: Output | undefined;
  #notifier: Notifier | undefined;
  /** Its peer sends no more, and all that it sent was passed on. */
  #hasEnded = false;
  #isGone = false;

  /** Both ends of a new proxied connection. */
  static pair(): [client: End, target: End] {
    const [client, target] = [new End(), new End()];
    client.#other = target;
    target.#other = client;
    return [client, target];
  }

  connected({ stream, output }: Transport, scope: Scope): Intent {
    if (stream.kind === "tcp") (stream as Tcp).nodelay(true);
    this.#output = output;
    this.#notifier = scope.notifier();
    return this.#passOn();
  }

  bytesRead({ input }: Transport): Intent {
    if (!this.#other.#isGone) this.#other.#output?.forward(input);
    return this.#next();
  }

  exception(_: Transport, { kind }: Exception): Intent {
    if (kind !== "endOfStream") return abort();
    this.#hasEnded = true;
    this.#other.#output?.end();
    return this.#passOn();
  }

  /** There is room in the output again. */
  lowWater(): Intent {
    this.#other.#notifier?.wakeup();
    return unchanged();
  }

  /** The other end has changed. */
  wakeup(): Intent {
    return this.#next();
  }

  bytesFlushed(): Intent {
    return done();
  }

  /** Nobody is told but the other end: see `dispose`. */
  fatal(): undefined {}

  dispose(): void {
    this.#isGone = true;
    this.#other.#notifier?.wakeup();
  }

  /** As `#next`, after a change that may be news to the other end. */
  #passOn(): Intent {
    this.#other.#notifier?.wakeup();
    return this.#next();
  }

  #next(): Intent {
    const other = this.#other;
    if (this.#hasEnded && other.#hasEnded) return expectFlush(); // then it is over
    if (other.#isGone) return other.#output === undefined ? done() : abort();
    if (this.#hasEnded || other.#output === undefined || other.#output.isFull) return sleep();
    return expectAny();
  }
}

if (import.meta.main) {
  const [port = 7000, targetPort = 6379] = process.argv.slice(2, 4).map(Number);
  const target = { host: process.argv[4] ?? "127.0.0.1", port: targetPort };
  using loop = Loop.create({ slabCapacity: 65536 }).instantiate(undefined);
  serve(loop, port, () => {
    const [near, far] = End.pair();
    loop.addMachine((scope) => connect(target, far, scope, options));
    return near;
  }, options);
}
