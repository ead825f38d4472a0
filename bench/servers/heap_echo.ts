/**
 * An echo server that stops at two marks, and measures there what its heap holds:
 *
 *     bun heap_echo.ts PORT WARMUP MESSAGES
 *     deno run -A --v8-flags=--expose-gc heap_echo.ts PORT WARMUP MESSAGES
 *
 * The marks are after WARMUP messages and after MESSAGES more. It serves on until SIGTERM, then
 * prints a line of JSON: see `HeapReport`.
 */

import process from "node:process";
import {
  done,
  type IoEvent,
  Loop,
  type Machine,
  ok,
  type Response,
  type Scope,
  spawn,
} from "../../src/mod.ts";
import type { Stream, Tcp } from "../../src/mod.ts";
import { collectGarbage } from "../collect_garbage.ts";
import { GarbageMeter } from "../garbage_meter.ts";
import type { HeapMark, HeapReport } from "../heap_report.ts";

/** Counts the messages of all connections, and ends the loop's run at a mark. */
class Meter {
  messages = 0;
  stopAt = Infinity;
  readonly garbage: GarbageMeter;

  constructor(garbage: GarbageMeter) {
    this.garbage = garbage;
  }

  count(scope: Scope): void {
    this.messages++;
    this.garbage.count();
    if (this.messages === this.stopAt) scope.shutdownLoop();
  }
}

/** As in `samples/tcp_echo.ts`. */
const UNSENT_BYTES_MAX = 256 * 1024;

/** As in `samples/tcp_echo.ts`, and counts. */
class Connection implements Machine {
  readonly #meter: Meter;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  ready(event: IoEvent, scope: Scope): Response {
    switch (event.kind) {
      case "read":
        event.handle.write(event.block);
        if (event.handle.writeQueueSize > UNSENT_BYTES_MAX) event.handle.readStop();
        this.#meter.count(scope);
        return ok();
      case "flushed":
        event.handle.readStart();
        return ok();
      case "end":
        event.handle.shutdown();
        return ok();
      default:
        return done();
    }
  }
}

class Server implements Machine<unknown, Stream> {
  readonly #meter: Meter;

  constructor(scope: Scope, port: number, meter: Meter) {
    this.#meter = meter;
    const listener = scope.tcp();
    listener.bind("127.0.0.1", port);
    listener.listen(1024);
    console.log(`listening on 127.0.0.1:${listener.localAddress().port}`);
  }

  create(stream: Stream, scope: Scope): Response {
    scope.register(stream);
    (stream as Tcp).nodelay(true);
    stream.readStart();
    return ok(new Connection(this.#meter));
  }

  ready(event: IoEvent): Response<Stream> {
    return event.kind === "connection" ? spawn(event.stream) : ok();
  }
}

class Stopper implements Machine {
  constructor(scope: Scope) {
    scope.signal().start("SIGTERM");
  }

  ready(_event: IoEvent, scope: Scope): Response {
    scope.shutdownLoop();
    return done();
  }
}

/** What is left after a collection of all garbage. */
function mark(loop: Loop, meter: Meter): HeapMark {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  const { ffiCalls, iterations, nativeToJsCallbacks } = loop.metrics();
  const { messages } = meter;
  return { messages, heapUsed, external, rss, ffiCalls, iterations, nativeToJsCallbacks };
}

const [port = 0, warmup = 0, messages = 0] = process.argv.slice(2).map(Number);
const garbage = new GarbageMeter(messages);
const meter = new Meter(garbage);
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.addMachine((scope) => ok(new Server(scope, port, meter)));

meter.stopAt = warmup;
loop.run();
const before = mark(loop, meter);
meter.stopAt = warmup + messages;
garbage.start();
loop.run();
const found = garbage.stop();
const after = mark(loop, meter);
meter.stopAt = Infinity;
loop.run();
console.log(JSON.stringify({ before, after, ...found } satisfies HeapReport));
