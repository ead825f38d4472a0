/**
 * Signals as events: prints those that come, until SIGINT or SIGTERM.
 *
 *     bun samples/signals.ts
 *     deno run --allow-ffi --allow-env samples/signals.ts
 *
 * Then `kill -HUP`, `kill -USR1` or `kill -USR2` with the number that it prints. SIGUSR2 is watched
 * for once: a second one does what it does by default, and ends the process.
 */
import process from "node:process";
import { Loop, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Signal } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

class Watcher implements Machine {
  readonly #names = new Map<Signal, string>();

  constructor(scope: Scope) {
    for (const name of ["SIGHUP", "SIGUSR1", "SIGUSR2"]) {
      const signal = scope.signal();
      signal.start(name, { once: name === "SIGUSR2" });
      this.#names.set(signal, name);
    }
    console.log(`watching signals of process ${process.pid}`);
  }

  /** The kernel keeps one of a kind: many that come at once may be told as few. */
  ready(event: IoEvent): Response {
    if (event.kind === "signal") console.log(this.#names.get(event.handle));
    return ok();
  }
}

using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.addMachine((scope) => ok(new Watcher(scope)));
loop.run();
console.log("ended");
