import { StateError } from "../error/state_error.ts";
import { joinedParts } from "./channel.ts";
import { End, type EndAddress, endFrom, type EndParts, type Exiting, Keeper } from "./end.ts";
import { LATCH_KIND, LatchState } from "./latch_state.ts";
import { Links } from "./links.ts";
import type { Received, ReceiveOptions } from "./receiver.ts";
import { COUNT_MAX, TORN } from "./shared_state.ts";
import { WaitingEnd } from "./waiting_end.ts";

/** A counter of a latch as a value: see `End.address`. */
export type LatchCounterAddress = EndAddress<"sender">;

/** The waiting end of a latch as a value: see `End.address`. */
export type LatchWaiterAddress = EndAddress<"receiver">;

/** Counts a latch down. `clone` makes more of them, for other threads. */
export class LatchCounter extends End<LatchState, "sender"> {
  /** Made by `Latch`, `clone` and `latchCounterFrom`. */
  constructor(parts: EndParts<LatchState>) {
    super(parts, "sender", "counter of a latch");
  }

  /** Counts down, to 0 at most, which opens the latch. Returns what is left. */
  countDown(by = 1): number {
    this.assertHere("count down");
    if (!(Number.isSafeInteger(by) && by >= 1)) throw new RangeError(`by must be from 1: ${by}`);
    return this.state.countDown(Math.min(by, COUNT_MAX));
  }

  /** Those that wait get an error instead: what was to be counted has failed. */
  fail(error: Error): boolean {
    this.assertHere("fail");
    return this.state.fail(error);
  }

  /** Makes another counter of the same latch. */
  clone(): LatchCounter {
    this.assertHere("clone it");
    const state = new LatchState(this.state.buffer);
    const links = new Links(state, this.links.introduce("sender"));
    return new LatchCounter({ state, links, keeper: this.keeper });
  }

  protected override get waiting(): number {
    return 0;
  }
}

/** Waits for a latch. */
export class LatchWaiter extends WaitingEnd<LatchState, "receiver"> {
  /** Made by `Latch` and `latchWaiterFrom`. */
  constructor(parts: EndParts<LatchState>) {
    super(parts, "receiver", "waiting end of a latch");
  }

  /** What is left to count. */
  get remaining(): number {
    return this.state.remaining;
  }

  /** Looks whether the latch is open: a `message` of nothing, every time. */
  tryReceive(): Received<void> {
    this.assertHere("wait");
    if (!this.state.isClosed) this.state.ahead.arm();
    if (!this.state.isClosed) return { kind: "empty" };
    const { error } = this.state;
    return error === undefined && this.remaining === 0
      ? { kind: "message", message: undefined }
      : { kind: "closed", error };
  }

  /**
   * Waits until all was counted. Any number may wait.
   *
   * @throws (rejects) the error that the latch failed with
   */
  async wait(options?: ReceiveOptions): Promise<void> {
    this.assertHere("wait");
    await this.line.wait<void>(({ resolve, reject }) => {
      const looked = this.tryReceive();
      if (looked.kind === "empty") return false;
      if (looked.kind === "message") resolve();
      else reject(looked.error ?? new StateError("wait", "the latch was closed before it opened"));
      return true;
    }, options);
  }
}

/** Opens when so many things were done, in whichever threads. It stays open. */
export class Latch {
  readonly counter: LatchCounter;
  readonly waiter: LatchWaiter;
  readonly #keeper: Keeper;

  /** @param count how often it is to be counted down, from 0 */
  constructor(count: number) {
    if (!(Number.isSafeInteger(count) && count >= 0 && count <= COUNT_MAX)) {
      throw new RangeError(`count must be from 0 to ${COUNT_MAX}: ${count}`);
    }
    const { buffer } = new LatchState(count);
    this.#keeper = new Keeper(new LatchState(buffer));
    const [counter, waiter] = joinedParts(() => new LatchState(buffer), this.#keeper, false);
    this.counter = new LatchCounter(counter);
    this.waiter = new LatchWaiter(waiter);
  }

  /** Gives up from outside, wherever the ends are. Returns whether it was still to be opened. */
  close(error?: Error): boolean {
    return this.#keeper.close(error, TORN);
  }

  /** Gives up when a thread has ended before the latch opened. */
  closeOnExit(thread: Exiting, error?: Error): this {
    thread.once("exit", () => this.close(error));
    return this;
  }
}

/** Makes a counter of an address that came from another thread. */
export function latchCounterFrom(address: LatchCounterAddress): LatchCounter {
  return new LatchCounter(endFrom(address, "sender", "latchCounterFrom", LATCH_KIND, LatchState));
}

/** Makes a waiting end of an address that came from another thread. */
export function latchWaiterFrom(address: LatchWaiterAddress): LatchWaiter {
  return new LatchWaiter(endFrom(address, "receiver", "latchWaiterFrom", LATCH_KIND, LatchState));
}
