/** A loop thread's module that has something of everything under way: see `moments_driver.ts`. */
import process from "node:process";
import { setTimeout } from "node:timers";
import {
  type ByteReader,
  type ByteReaderAddress,
  byteReaderFrom,
  type CallScope,
  done,
  error,
  type IoEvent,
  type LoopThreadScope,
  type Machine,
  type NotifierAddress,
  ok,
  type Receiver,
  type ReceiverAddress,
  receiverFrom,
  type Response,
  type Scope,
  type Sender,
  type SenderAddress,
  senderFrom,
} from "../../src/mod.ts";
import { EchoServer } from "../fixtures/pump_echo.ts";

/** The ends that the thread is given. */
export interface MomentEnds {
  readonly orders: ReceiverAddress;
  readonly answers: SenderAddress;
  readonly bytes: ByteReaderAddress;
}

const CHUNK_BYTES = 1000;
const TICK_MS = 1;

let bell: NotifierAddress;

/** Sends back through one channel what came through the other. */
class Relay implements Machine {
  readonly #orders: Receiver<number>;
  readonly #answers: Sender<number>;
  #held: number | undefined;

  constructor(scope: Scope, { orders, answers }: MomentEnds) {
    this.#orders = receiverFrom<number>(orders);
    this.#answers = senderFrom<number>(answers);
    this.#orders.notify(scope.notifier());
    this.#answers.notify(scope.notifier());
  }

  wakeup(): Response {
    for (;;) {
      if (this.#held !== undefined) {
        const answer = this.#answers.trySend(this.#held);
        if (answer === "full") return ok();
        if (answer === "closed") return done();
        this.#held = undefined;
      }
      const received = this.#orders.tryReceive();
      if (received.kind === "empty") return ok();
      if (received.kind === "closed") return done();
      this.#held = received.message;
    }
  }

  dispose(): void {
    this.#orders.close();
    this.#answers.close();
  }
}

/** Takes the bytes of a ring. */
class Drain implements Machine {
  readonly #bytes: ByteReader;

  constructor(scope: Scope, { bytes }: MomentEnds) {
    this.#bytes = byteReaderFrom(bytes);
    this.#bytes.notify(scope.notifier());
  }

  wakeup(): Response {
    for (;;) {
      const looked = this.#bytes.look();
      if (looked === "empty") return ok();
      if (looked === "ended") return done();
      const [first, second] = this.#bytes.views();
      this.#bytes.consume(first.length + second.length);
    }
  }
}

/** Talks to the echo server without an end. */
class Talker implements Machine {
  constructor(scope: Scope, port: number) {
    scope.tcp().connect("127.0.0.1", port);
  }

  ready(event: IoEvent): Response {
    if (event.kind === "connected") {
      event.handle.readStart();
      event.handle.write(new Uint8Array(CHUNK_BYTES));
    }
    if (event.kind === "read") event.handle.write(event.block);
    return event.kind === "end" || event.kind === "connectFailed" ? done() : ok();
  }
}

/** Has a request in libuv's thread pool at all times. */
class Asker implements Machine {
  constructor(scope: Scope) {
    scope.random(CHUNK_BYTES);
  }

  ready(event: IoEvent, scope: Scope): Response {
    if (event.kind === "random") scope.random(CHUNK_BYTES);
    return ok();
  }
}

export function setup({ loop }: LoopThreadScope, ends: MomentEnds): void {
  let port = 0;
  loop.addMachine((scope) => {
    const server = new EchoServer(scope);
    port = server.port;
    return ok(server);
  });
  loop.addMachine((scope) => ok(new Talker(scope, port)));
  loop.addMachine((scope) => ok(new Asker(scope)));
  loop.addMachine((scope) => ok(new Relay(scope, ends)));
  loop.addMachine((scope) => ok(new Drain(scope, ends)));
  loop.addMachine((scope) => {
    scope.timer().start(TICK_MS, TICK_MS);
    bell = scope.notifier().address();
    return ok({});
  });
}

/** How to wake the machine of the timer. */
export function notifier(): NotifierAddress {
  return bell;
}

export function sum(_scope: CallScope, a: number, b: number): number {
  return a + b;
}

/** Computes for so long. */
export function busy(_scope: CallScope, timeMs: number): void {
  const endMs = performance.now() + timeMs;
  while (performance.now() < endMs);
}

export function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

export function never(): Promise<void> {
  return new Promise(() => {});
}

export function untilAborted({ signal }: CallScope): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

/** One that looks at nothing but the thread's end. */
export function untilStopping({ stopping }: CallScope): Promise<void> {
  return new Promise((resolve) => stopping.addEventListener("abort", () => resolve()));
}

export function fail(): void {
  throw new RangeError("a function's");
}

export async function failSoon(): Promise<void> {
  await null;
  throw new RangeError("a promise's");
}

export function notCloneable(): unknown {
  return () => {};
}

/** Hands bytes back without a copy. */
export function bytes(scope: CallScope, given: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  scope.transfer(given.buffer);
  return given;
}

/** Adds a machine that fails a little later, and closes what it has. */
export function failLater({ loop }: CallScope): void {
  loop.addMachine((scope) => {
    scope.timer().start(TICK_MS);
    return ok({ ready: () => error(new RangeError("a machine's")) });
  });
}

/** Adds a machine that shuts the loop down a little later. */
export function shutDownLater({ loop }: CallScope): void {
  loop.addMachine((scope) => {
    scope.timer().start(TICK_MS);
    return ok({
      ready: (_event: IoEvent, scope: Scope) => {
        scope.shutdownLoop();
        return ok();
      },
    });
  });
}

/** An error that nobody catches, of a timer of the runtime or of a promise. */
export function faultLater(_scope: CallScope, kind: "timer" | "promise"): Promise<void> {
  setTimeout(() => {
    if (kind === "timer") throw new RangeError("nobody catches it");
    Promise.reject(new RangeError("nobody handles it"));
  }, 1);
  return never();
}

export function stopItself(scope: CallScope): void {
  scope.stop();
}

export function exit(): void {
  process.exit(3);
}
