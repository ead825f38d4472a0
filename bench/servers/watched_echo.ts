/**
 * An echo server on streams that tells of itself at SIGUSR2, with a line of JSON: `WatchReport`.
 *
 *     bun watched_echo.ts PORT [SLABIDLEMS]
 *     deno run -A --no-check watched_echo.ts PORT [SLABIDLEMS]
 */

import process from "node:process";
import { serve } from "../../samples/serve.ts";
import { abort, done, expectAny, Loop, ok } from "../../src/mod.ts";
import type { Exception, Intent, Machine, Protocol } from "../../src/mod.ts";
import type { Response, Scope, Transport } from "../../src/mod.ts";
import type { WatchReport } from "../process/watch_report.ts";

const HIGH_WATER_BYTES = 64 * 1024;
const LOW_WATER_BYTES = 16 * 1024;
const SLAB_IDLE_MS = 10_000;

/** The connections that are open. */
const transports = new Set<Transport>();
let queueBytesMax = 0;

class Echo implements Protocol {
  #transport: Transport | undefined;

  connected(transport: Transport): Intent {
    this.#transport = transport;
    transports.add(transport);
    return expectAny();
  }

  bytesRead({ input, output }: Transport): Intent {
    output.forward(input);
    queueBytesMax = Math.max(queueBytesMax, output.length);
    return expectAny();
  }

  /** The clients end with a reset, which is no error here. */
  exception(_: Transport, { kind }: Exception): Intent {
    return kind === "endOfStream" ? done() : abort();
  }

  fatal(): undefined {}

  dispose(): void {
    if (this.#transport !== undefined) transports.delete(this.#transport);
  }
}

function look(): WatchReport {
  const outputs = [...transports].map(({ output }) => output);
  return {
    connections: outputs.length,
    congested: outputs.filter(({ isFull }) => isFull).length,
    queueBytes: outputs.reduce((most, { length }) => Math.max(most, length), 0),
    queueBytesMax,
    highWaterBytes: HIGH_WATER_BYTES,
    metrics: loop.metrics(),
  };
}

class Teller implements Machine {
  constructor(scope: Scope) {
    scope.signal().start("SIGUSR2");
  }

  ready(): Response {
    console.log(JSON.stringify(look()));
    return ok();
  }
}

const [port = 0, slabIdleMs = SLAB_IDLE_MS] = process.argv.slice(2).map(Number);
using loop = Loop.create({ slabCapacity: 65536, slabIdleMs }).instantiate(undefined);
loop.addMachine((scope) => ok(new Teller(scope)));
serve(loop, port, () => new Echo(), {
  highWaterBytes: HIGH_WATER_BYTES,
  lowWaterBytes: LOW_WATER_BYTES,
});
