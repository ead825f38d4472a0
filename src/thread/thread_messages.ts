import type { MessagePort } from "node:worker_threads";
import type { LoopMetrics } from "../loop/loop_metrics.ts";
import type { LoopOptions } from "../loop/loop_options.ts";
import type { NotifierAddress } from "../machine/scope.ts";
import type { EncodedError } from "./remote_error.ts";

/** Options of a loop that can be sent to its thread. */
export type PlainLoopOptions = Omit<LoopOptions, "onError" | "onLeak">;

/** What a thread is started with. */
export interface ThreadData {
  readonly port: MessagePort;
  /** The module, as a URL. */
  readonly module: string;
  readonly mode: "run" | "pump";
  readonly loop: PlainLoopOptions;
  /** For the module's hooks. */
  readonly data: unknown;
  /** Whether errors of machines are told to the owner, or printed here. */
  readonly tellsErrors: boolean;
  /** The Web Lock that it holds while its loop runs: see `thread_lock.ts`. */
  readonly lock: string;
  /** See `threadWords`. */
  readonly words: SharedArrayBuffer;
  /** Where small orders are: see `MessageSlots`. */
  readonly slots: SharedArrayBuffer;
  /** Where small results are wanted; undefined: the owner does not look there. */
  readonly resultSlots: SharedArrayBuffer | undefined;
}

/**
 * A call of a function, by its place among the names that the thread has told; its arguments
 * follow. The id of a post, which nobody waits for, is 0. A flat array is cloned several times as
 * fast as an object with names in it, and most fit into a slot.
 */
export type CallOrder = readonly [id: number, at: number, ...args: readonly unknown[]];

/** What a call has returned, flat for the same reason. */
export type ResultReport = readonly [id: number, value: unknown];

/** What the owner asks of a thread. */
export type Order =
  | CallOrder
  | { readonly kind: "metrics"; readonly id: number }
  | { readonly kind: "abort"; readonly id: number; readonly reason: EncodedError }
  | { readonly kind: "stop"; readonly askMs: number };

/** What a thread tells its owner. */
export type Report =
  | ResultReport
  | ({ readonly kind: "opened" } & NativeLoopAddresses)
  /** The loop is pumped from now on: what is shared with the thread that waits for it. */
  | { readonly kind: "waiter"; readonly words: SharedArrayBuffer }
  | {
    readonly kind: "ready";
    readonly address: NotifierAddress;
    /** The functions that can be called: see `CallOrder`. */
    readonly names: readonly string[];
  }
  | { readonly kind: "metrics"; readonly id: number; readonly value: LoopMetrics }
  | { readonly kind: "failure"; readonly id: number; readonly error: EncodedError }
  | { readonly kind: "error"; readonly handler: string; readonly error: EncodedError }
  /** The loop is closed; the thread is about to end. */
  | { readonly kind: "ended"; readonly error?: EncodedError };

/** Calls are arrays among the orders. */
export function isCall(order: Order): order is CallOrder {
  return Array.isArray(order);
}

/** Results are arrays among the reports. */
export function isResult(report: Report): report is ResultReport {
  return Array.isArray(report);
}

/** What is left to close when a thread dies without closing its loop. */
export interface NativeLoopAddresses {
  /** The `uv_loop_t`. */
  readonly loop: number;
  /** The header of its ring. */
  readonly ring: number;
  /** Whether its callbacks work without the thread. */
  readonly isIndependent: boolean;
  /** Of its notifiers: who wakes one afterwards must be turned away. */
  readonly wakeups: SharedArrayBuffer;
}

/**
 * What owner and thread share: `Int32Array` indices. `stage` is how far the thread has come, which
 * one that does not answer cannot tell; `cancel` becomes 1 when the owner gives up its start;
 * `sent` counts the orders, and `taken` those that the thread has read: see `message_slots.ts`.
 * `results` and `heard` are the same for the results that come back through slots. `awake` is 1
 * while the thread looks for orders without being woken.
 */
export const threadWords = {
  stage: 0,
  cancel: 1,
  sent: 2,
  taken: 3,
  results: 4,
  heard: 5,
  awake: 6,
  length: 7,
} as const;

/**
 * The stages of a thread's life. Either the thread begins to close its loop, or its owner forbids
 * that, to end it by force: inside libuv it must not be ended. Who comes first is in charge.
 */
export const stage = { starting: 0, running: 1, forced: 2, closing: 3, closed: 4 } as const;

/** Takes a thread that runs to a stage. Returns the one that it is in: who came first is kept. */
export function leaveRunning(words: Int32Array, to: number): number {
  for (const from of [stage.starting, stage.running]) {
    Atomics.compareExchange(words, threadWords.stage, from, to);
  }
  return Atomics.load(words, threadWords.stage);
}
