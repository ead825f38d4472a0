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
import { Stopper } from "../../samples/stopper.ts";
import { done, Loop, ok } from "../../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Stream, Tcp } from "../../src/mod.ts";
import { collectGarbage } from "../programs/collect_garbage.ts";
import { GarbageMeter } from "../programs/garbage_meter.ts";
import type { HeapMark, HeapReport } from "../programs/heap_report.ts";
import { Listener } from "./listener.ts";

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

function connect(stream: Stream, scope: Scope): Machine {
  scope.register(stream);
  (stream as Tcp).nodelay(true);
  stream.readStart();
  return new Connection(meter);
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
loop.addMachine((scope) => ok(new Listener(scope, port, connect)));

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
