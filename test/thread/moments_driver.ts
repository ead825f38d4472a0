/** Stops a loop thread at a random moment, and proves that nothing is left of it. */
import assert from "node:assert/strict";
import { clearTimeout, setTimeout } from "node:timers";
import {
  ByteRing,
  Channel,
  LoopThread,
  type NotifierAddress,
  type StopOutcome,
} from "../../src/mod.ts";
import { Random } from "../fixtures/random.ts";
import { HANG_MS, turnOfRuntime } from "./holdings.ts";
import { anyAction } from "./moments_actions.ts";
import type { MomentEnds } from "./moments_module.ts";

type Module = typeof import("./moments_module.ts");

const ACTIONS_MAX = 40;
const CAPACITY = 3;
const RING_BYTES = 4096;
/** One start in so many is given up, after at most so long. */
const HASTY_IN = 12;
const HASTY_MS = 150;
/** A deadline that no thread here misses: its handlers return. A third of it goes by in asking. */
const AMPLE_MS = 2000;
const SHORT_MS = 30;
/** Longer than a short deadline; what is for ever is ended by force. */
const LONG_BUSY_MS = [60, Infinity];

/** How the stop of one seed has gone. */
export interface MomentReport {
  readonly outcome: StopOutcome | "not started" | "failed";
  readonly stopMs: number;
}

/** One thread, with the ends that its owner keeps. */
export class Moment {
  readonly orders = new Channel<number>({ capacity: CAPACITY });
  readonly answers = new Channel<number>({ capacity: CAPACITY });
  readonly ring = new ByteRing(RING_BYTES);
  readonly aborts: AbortController[] = [];
  bell: NotifierAddress | undefined;
  readonly #random: Random;
  readonly #promises: Promise<unknown>[] = [];
  readonly #unexpected: unknown[] = [];
  #thread: LoopThread<Module> | undefined;
  #mayFail = false;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  get thread(): LoopThread<Module> {
    return this.#thread as LoopThread<Module>;
  }

  /** Lives through one seed. @throws {AssertionError} when something is left, or hangs */
  async run(): Promise<MomentReport> {
    if (!await this.#start()) {
      await this.#closeEnds();
      return { outcome: "not started", stopMs: 0 };
    }
    for (let left = this.#random.below(ACTIONS_MAX); left > 0; left--) {
      anyAction(this.#random)(this, this.#random);
      await this.#pause();
    }
    const startMs = performance.now();
    const outcome = await this.#stop();
    const stopMs = performance.now() - startMs;
    this.#assertRefused();
    await this.#closeEnds();
    assert.deepEqual(this.#unexpected, []);
    return { outcome, stopMs };
  }

  /** Takes the promise of something that must end, in whatever way. */
  readonly expect = (promise: Promise<unknown>): void => {
    this.#promises.push(promise.catch(() => {}));
  };

  /** Does what is refused once the thread has ended. */
  readonly attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      if ((error as Error).name !== "ClosedError") throw error;
    }
  };

  /** The thread may end by an error from now on. */
  readonly mayFail = (): void => {
    this.#mayFail = true;
  };

  /** Starts the thread. Returns false if that was given up, as it may be. */
  async #start(): Promise<boolean> {
    const random = this.#random;
    const data: MomentEnds = {
      orders: this.orders.receiver.address(),
      answers: this.answers.sender.address(),
      bytes: this.ring.reader.address(),
    };
    const isHasty = random.below(HASTY_IN) === 0;
    const name = random.pick(["moments_module.ts", "moments_asked_module.ts"]);
    try {
      this.#thread = await LoopThread.start<Module>(new URL(name, import.meta.url), {
        data,
        transfer: [data.orders, data.answers, data.bytes].flatMap(({ ports }) => ports),
        mode: random.pick(["run", "run", "pump"] as const),
        onError: ({ error }) => {
          if (!(error instanceof RangeError)) this.#unexpected.push(error);
        },
        ...(isHasty ? { startTimeoutMs: random.between(1, HASTY_MS) } : {}),
      });
    } catch (error) {
      if (isHasty && (error as Error).name === "TimeoutError") return false;
      throw error;
    }
    this.thread.closed.catch(() => {}); // stop() tells, too
    this.expect(this.thread.call("notifier").then((bell) => this.bell = bell));
    return true;
  }

  /** Lets nothing, promises, or the runtime have a turn between two actions. */
  async #pause(): Promise<void> {
    switch (this.#random.below(6)) {
      case 0:
        return void await null;
      case 1:
        return await turnOfRuntime();
      case 2:
        await Promise.race([this.#promises.at(-1), turnOfRuntime().then(turnOfRuntime)]);
    }
  }

  /** Stops it in one of several ways, or in several at once. */
  async #stop(): Promise<StopOutcome | "failed"> {
    const random = this.#random;
    const isShort = random.below(3) === 0;
    const deadlineMs = isShort ? random.below(SHORT_MS) : AMPLE_MS;
    if (isShort && random.below(2) === 0) {
      this.attempt(() => this.thread.post("busy", [random.pick(LONG_BUSY_MS)]));
      if (random.below(2) === 0) await turnOfRuntime();
    }
    const stopped = this.thread.stop({ deadlineMs });
    for (let left = random.below(3); left > 0; left--) {
      const again = random.below(2) === 0
        ? this.thread.stop({ deadlineMs: random.below(SHORT_MS) })
        : this.thread[Symbol.asyncDispose]();
      this.expect(again);
      if (random.below(2) === 0) anyAction(random)(this, random);
    }
    try {
      const outcome = await unlessItHangs(stopped, "stop()");
      assert.ok(outcome === "closed" || isShort, `a stop with time is ${outcome}`);
      return outcome;
    } catch (error) {
      if (this.#mayFail && !(error instanceof assert.AssertionError)) return "failed";
      throw error;
    }
  }

  /** A thread that has ended refuses everything, and all calls of it are settled. */
  #assertRefused(): void {
    assert.equal(this.thread.state, "closed");
    assert.throws(() => this.thread.post("sum", [1, 2]), { name: "ClosedError" });
    this.expect(assert.rejects(this.thread.call("sum", [1, 2]), { name: "ClosedError" }));
  }

  /** The ends can be used still, and closing them settles all that waits at them. */
  async #closeEnds(): Promise<void> {
    assert.ok(["ok", "full", "closed"].includes(this.orders.sender.trySend(1)));
    assert.ok(["message", "empty", "closed"].includes(this.answers.receiver.tryReceive().kind));
    for (const end of [this.orders, this.answers, this.ring]) end.close();
    await unlessItHangs(Promise.all(this.#promises), "a promise");
    assert.equal(this.orders.sender.trySend(1), "closed");
    assert.equal(this.ring.writer.write(new Uint8Array(1)), "closed");
    while (this.answers.receiver.tryReceive().kind === "message");
    assert.equal(this.answers.receiver.tryReceive().kind, "closed");
    this.orders.sender.close();
    this.ring.writer.close();
    this.answers.receiver.close();
  }
}

async function unlessItHangs<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hangs = new Promise<never>((_, reject) => {
    const error = new assert.AssertionError({ message: `${what} hangs` });
    timer = setTimeout(() => reject(error), HANG_MS);
  });
  try {
    return await Promise.race([promise, hangs]);
  } finally {
    clearTimeout(timer);
  }
}
