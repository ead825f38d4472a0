/** The machine that ends a sample at its first SIGINT or SIGTERM. */
import { done } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Signal } from "../src/mod.ts";

export class Stopper implements Machine {
  readonly #signals: readonly Signal[];
  readonly #stop: (scope: Scope) => void;

  /** @param stop by default the loop ends its run; what is still open is closed with it */
  constructor(scope: Scope, stop: (scope: Scope) => void = (scope) => scope.shutdownLoop()) {
    this.#stop = stop;
    this.#signals = ["SIGINT", "SIGTERM"].map((name) => {
      const signal = scope.signal();
      signal.start(name);
      return signal;
    });
  }

  /** A second signal finds nobody who watches, and kills. */
  ready(_event: IoEvent, scope: Scope): Response {
    for (const signal of this.#signals) signal.close();
    this.#stop(scope);
    return done();
  }
}
