/**
 * A proxy on machines alone, without the streams above them: what those cost is the difference.
 *
 *     bun proxy_machine.ts PORT TARGETPORT
 *     deno run -A --no-check proxy_machine.ts PORT TARGETPORT
 *
 * At the end it tells what its loop counted.
 */

import process from "node:process";
import { Stopper } from "../../samples/stopper.ts";
import { done, Loop, ok } from "../../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Stream, Tcp } from "../../src/mod.ts";
import { Listener } from "./listener.ts";

/** As in `samples/proxy.ts`. */
const HIGH_WATER_BYTES = 1 << 20;
const LOW_WATER_BYTES = 1 << 18;

/** Both connections. */
class Pair implements Machine {
  readonly #client: Stream;
  readonly #target: Tcp;
  #endedDirections = 0;

  constructor(client: Stream, scope: Scope, targetPort: number) {
    this.#client = client;
    scope.register(client);
    (client as Tcp).nodelay(true);
    this.#target = scope.tcp();
    this.#target.nodelay(true);
    this.#target.connect("127.0.0.1", targetPort);
  }

  ready(event: IoEvent): Response {
    switch (event.kind) {
      case "read": {
        const to = this.#otherOf(event.handle);
        to.write(event.block);
        if (to.unsentSize <= HIGH_WATER_BYTES) return ok();
        event.handle.readStop();
        to.requestFlushed(LOW_WATER_BYTES);
        return ok();
      }
      case "flushed":
        this.#otherOf(event.handle).readStart();
        return ok();
      case "connected":
        this.#client.readStart();
        this.#target.readStart();
        return ok();
      case "end":
        this.#otherOf(event.handle).shutdown();
        return ok();
      case "shutdown":
        return ++this.#endedDirections === 2 ? done() : ok();
      default:
        return done();
    }
  }

  #otherOf(stream: Stream): Stream {
    return stream === this.#client ? this.#target : this.#client;
  }
}

const [port = 0, targetPort = 0] = process.argv.slice(2).map(Number);
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.addMachine((scope) =>
  ok(new Listener(scope, port, (stream, scope) => new Pair(stream, scope, targetPort)))
);
loop.run();
console.log(JSON.stringify(loop.metrics()));
