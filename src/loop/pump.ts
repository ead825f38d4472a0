import { setImmediate } from "node:timers";
import { runtime } from "../../ffi/runtime/current.ts";
import type { LoopCore } from "./loop_core.ts";
import type { LoopHandles } from "./loop_handles.ts";
import { turn } from "./turn.ts";
import { Waiter } from "./waiter.ts";

/**
 * How long the loop runs before the runtime has its turn, in milliseconds. Shorter slices cost
 * throughput, longer ones make timers and promises of the runtime late.
 */
const SLICE_MS = 1;

/**
 * Deno looks at its own sockets when it has nothing else to do, or after 61 turns (tokio's
 * `event_interval`): that would be every 61 slices. So it is let sleep for a moment after so many
 * slices. Bun looks each time.
 */
const SLICES_TO_NAP = runtime().name === "deno" ? 2 : Infinity;

/** Streams that wait for blocks are looked after so often: a release may come at any moment. */
const STARVED_WAIT_MS = 5;

/** How a loop is pumped. */
export interface PumpOptions {
  /** Ends the pump, as `stop()` does. */
  readonly signal?: AbortSignal;
}

/** Runs a loop on the runtime's own thread, in slices, and sleeps when there is nothing to do. */
export class Pump {
  readonly #core: LoopCore;
  readonly #handles: LoopHandles;
  readonly #waiter: Waiter;
  /** Since the last nap. */
  #slices = 0;

  /** Starts the thread that waits. */
  constructor(core: LoopCore, handles: LoopHandles) {
    this.#core = core;
    this.#handles = handles;
    this.#waiter = new Waiter(core.native.backendFd, core.wakeups);
    core.onWaiter?.(this.#waiter.buffer);
  }

  /** Says whether the pump keeps the process alive. */
  set keepsAlive(value: boolean) {
    this.#waiter.keepsAlive = value;
  }

  /** Runs until no machine is left, or the loop is stopped. */
  async run(): Promise<void> {
    const core = this.#core;
    core.native.readTime();
    try {
      while (this.#hasWork) {
        if (this.#slice()) await this.#yield();
        else if (this.#hasWork) await this.#sleep();
      }
    } finally {
      await this.#waiter.stop(() => this.#handles.interrupt());
    }
  }

  get #hasWork(): boolean {
    const { machines, closing, stopRequested } = this.#core;
    return machines.size > 0 ? !stopRequested : closing > 0;
  }

  /** Turns until nothing happens, or the slice is over. Returns whether there may be more to do. */
  #slice(): boolean {
    const core = this.#core;
    const endMs = performance.now() + SLICE_MS;
    while (this.#hasWork) {
      const before = activity(core);
      turn(core, this.#handles, false);
      if (activity(core) === before && !core.hasWork) return false;
      if (performance.now() >= endMs) return true;
    }
    return false;
  }

  /** Lets the runtime have its turn. */
  async #yield(): Promise<void> {
    if (++this.#slices >= SLICES_TO_NAP && await this.#waiter.nap()) this.#slices = 0;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Waits for libuv, a deadline, or a call on the loop from outside its handlers. */
  async #sleep(): Promise<void> {
    const core = this.#core;
    const { backendTimeoutMs } = core.native;
    const timeoutMs = core.starved.size > 0
      ? Math.min(backendTimeoutMs, STARVED_WAIT_MS)
      : backendTimeoutMs;
    this.#slices = 0;
    core.setRouse(() => this.#waiter.rouse());
    try {
      await this.#waiter.wait(timeoutMs);
    } finally {
      core.setRouse(undefined);
    }
  }
}

/** Grows with everything that a turn does, but for what every turn does. */
function activity({ counters }: LoopCore): number {
  const { records, checks, wakeups, timeouts, writes } = counters;
  return records - checks + wakeups + timeouts + writes;
}
