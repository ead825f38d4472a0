import type { Bell } from "./bell.ts";

/** Those that wait for one ring. */
interface Watch {
  readonly key: number;
  readonly callbacks: Set<() => void>;
}

/**
 * Calls back when a bell rings, on the runtime's side. `Atomics.waitAsync` cannot be taken back, so
 * there is one wait per ring, however many come, go and come again meanwhile.
 */
export class BellWatch {
  readonly bell: Bell;
  #watch: Watch | undefined;

  /** @param bell armed by whoever calls `add` */
  constructor(bell: Bell) {
    this.bell = bell;
  }

  /** Calls back once, when the bell has rung since it was last armed in this thread. */
  add(callback: () => void): void {
    const key = this.bell.armedKey;
    if (this.#watch?.key !== key) this.#watch = this.#start(key);
    this.#watch.callbacks.add(callback);
  }

  /** Does not call back. */
  remove(callback: () => void): void {
    this.#watch?.callbacks.delete(callback);
  }

  #start(key: number): Watch {
    const watch: Watch = { key, callbacks: new Set() };
    this.bell.rung(key).then(() => {
      if (this.#watch === watch) this.#watch = undefined;
      for (const callback of watch.callbacks) callback();
    });
    return watch;
  }
}
