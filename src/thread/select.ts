import { abortSignal, optionsObject } from "../handle/argument.ts";
import type { BellWatch } from "./bell_watch.ts";
import { lifeline } from "./lifeline.ts";
import type { Received } from "./receiver.ts";
import type { Sender, SendOptions } from "./sender.ts";

/** What can be received from: a receiver, a reader of a reply, the waiting end of a latch. */
export interface Source<T> {
  readonly watch: BellWatch;
  /** Takes what is there; see `Receiver.tryReceive`. */
  tryReceive(): Received<T>;
}

/** One of several things that may happen first: made by `receiving` and `sending`. */
export interface Arm<T> {
  /** The end, by which arms have turns. */
  readonly end: object;
  readonly watch: BellWatch;
  /** Does it, if that is possible now; otherwise nothing, and arms the bell. */
  attempt(): Outcome<T> | undefined;
}

/** What an arm did. */
export type Outcome<T> =
  | { readonly kind: "received"; readonly message: T }
  | { readonly kind: "sent" }
  | { readonly kind: "closed"; readonly error: Error | undefined };

/** The arm that won, by its place, and what it did. */
export type Selected<T> = Outcome<T> & { readonly arm: number };

/** What ends a wait though no arm has won. */
export interface SelectOptions {
  /** The answer is `timeout` after so long. */
  readonly timeoutMs?: number;
  /** Rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * An arm that wins by receiving, and when nothing more comes.
 *
 * @throws {TypeError} for anything but an end that receives
 */
export function receiving<T>(source: Source<T>): Arm<T> {
  if (typeof source?.tryReceive !== "function" || source.watch === undefined) {
    throw new TypeError("receiving() takes an end that receives");
  }
  return {
    end: source,
    watch: source.watch,
    attempt() {
      const received = source.tryReceive();
      if (received.kind === "empty") return undefined;
      if (received.kind === "closed") return received;
      return { kind: "received", message: received.message };
    },
  };
}

/**
 * An arm that wins by sending, and when nothing more can be sent.
 *
 * @throws {TypeError} for anything but a sender
 */
export function sending<T>(sender: Sender<T>, message: T, options?: SendOptions): Arm<never> {
  if (typeof sender?.trySend !== "function" || sender.watch === undefined) {
    throw new TypeError("sending() takes a sender");
  }
  return {
    end: sender,
    watch: sender.watch,
    attempt() {
      const answer = sender.trySend(message, options);
      if (answer === "full") return undefined;
      return answer === "ok" ? { kind: "sent" } : { kind: "closed", error: sender.error };
    },
  };
}

/** When each end has won last: the one that has waited longest is tried first. */
const wins = new WeakMap<object, number>();
let lastWin = 0;

/**
 * Tries the arms, one after the other, until one wins; the others are left untouched. This is for
 * the `wakeup` handler of a machine that its ends are bound to (`End.notify`).
 *
 * An arm that could have won goes before one that has won since: none waits for ever.
 *
 * @returns undefined if none could; whatever happens next wakes the machines of all the ends
 */
export function trySelect<T>(arms: readonly Arm<T>[]): Selected<T> | undefined {
  assertArms(arms);
  const order = arms.map((arm, at) => ({ arm, at, won: wins.get(arm.end) ?? 0 }));
  order.sort((a, b) => a.won - b.won);
  for (const { arm, at } of order) {
    const outcome = arm.attempt();
    if (outcome === undefined) continue;
    wins.set(arm.end, ++lastWin);
    return { ...outcome, arm: at };
  }
  return undefined;
}

/**
 * Waits until one of the arms wins: exactly one does. Of the others nothing was taken, and nothing
 * sent. See `trySelect` for whose turn it is.
 *
 * @throws (rejects) the reason of the signal
 */
export async function select<T>(
  arms: readonly Arm<T>[],
  options: SelectOptions = {},
): Promise<Selected<T> | { readonly kind: "timeout" }> {
  assertArms(arms);
  const { timeoutMs } = optionsObject(options);
  const signal = abortSignal(options.signal);
  signal?.throwIfAborted();
  const wait = new AnyRing(arms.map(({ watch }) => watch), timeoutMs, signal);
  try {
    for (;;) {
      const selected = trySelect(arms);
      if (selected !== undefined) return selected;
      if (wait.isOver) return { kind: "timeout" };
      await wait.next();
      signal?.throwIfAborted();
    }
  } finally {
    wait.end();
  }
}

/** Waits for any of several bells, a time and a signal, as often as is needed. */
class AnyRing {
  readonly #watches: readonly BellWatch[];
  readonly #signal: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;
  /** Whether the time has passed. */
  isOver = false;

  constructor(watches: readonly BellWatch[], timeoutMs?: number, signal?: AbortSignal) {
    this.#watches = watches;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#ring);
    if (timeoutMs === undefined || timeoutMs === Infinity) return;
    this.isOver = timeoutMs <= 0;
    if (this.isOver) return;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#ring();
    }, timeoutMs);
  }

  async next(): Promise<void> {
    const rung = new Promise<void>((resolve) => this.#wake = resolve);
    for (const watch of this.#watches) watch.add(this.#ring);
    lifeline.hold();
    await rung;
    lifeline.release();
    for (const watch of this.#watches) watch.remove(this.#ring);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#ring);
  }

  readonly #ring = (): void => this.#wake?.();
}

function assertArms(arms: readonly Partial<Arm<unknown>>[]): void {
  const isList = Array.isArray(arms) &&
    arms.every((arm) => typeof arm?.attempt === "function" && arm.watch !== undefined);
  if (!isList) throw new TypeError("What is selected from is a list of receiving() and sending()");
}
