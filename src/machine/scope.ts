import type { Block } from "../memory/block.ts";
import type { BlockSource } from "../memory/block_source.ts";
import type { Directory } from "../io/directory.ts";
import type { File } from "../io/file.ts";
import type { Handle } from "../io/handle.ts";
import type { Handles } from "../io/handles.ts";
import type { Requests } from "../io/requests.ts";

/** The answer of a notifier. */
export type WakeupAnswer =
  /** The machine will be woken. */
  | "ok"
  /** Kept: the loop was not instantiated yet, and delivers it when it first runs. */
  | "retry"
  /** The machine or its loop has ended; nobody is woken. */
  | "closed";

/**
 * Wakes one machine, from its own thread or another (rotor `Notifier`).
 *
 * It is bound to the machine, not to its place: when the machine has ended, and another lives in
 * the same slot, the answer is `closed`.
 */
export interface Notifier {
  /**
   * Asks for `wakeup` of the machine. Any number of calls before the machine runs make one call of
   * its handler. Never blocks, never fails, and no queue can be full.
   */
  wakeup(): WakeupAnswer;

  /** The notifier as a plain value, to be sent to another thread: see `notifierFrom`. */
  address(): NotifierAddress;
}

/** A notifier as a value that `postMessage` can carry. */
export interface NotifierAddress {
  readonly control: SharedArrayBuffer;
  readonly slot: number;
  readonly generation: number;
}

/**
 * What a machine's handler may do, apart from its answer. Each machine has a scope of its own, and
 * it acts on that machine only; after the machine has ended every call throws `ClosedError`.
 *
 * Handles and requests made here belong to the machine: their events reach its `ready`, and when it
 * ends handles are closed and requests cancelled.
 */
export interface EarlyScope extends Handles, Requests {
  /** The time of this turn, in milliseconds, monotonic, from an arbitrary start (`uv_now`). */
  readonly now: number;
  /** The time in `delayMs` milliseconds, for deadlines. */
  after(delayMs: number): number;
  /** A way to wake this machine. */
  notifier(): Notifier;

  /**
   * Sets a deadline besides the one of `ok()`: it stays until it is due or cleared, and `timeout`
   * is told its name. Setting it again moves it.
   *
   * @param timeMs absolute, in milliseconds of loop time
   */
  setDeadline(name: string, timeMs: number): void;
  /** Clears a named deadline; does nothing if there is none. */
  clearDeadline(name: string): void;

  /**
   * Wakes this machine when a slot for another one is free: at once if one is. What a machine does
   * whose `spawn` found none (rotor panics there).
   */
  wakeWhenRoom(): void;
  /** Tells the loop's `onError` of an error that does not end this machine. */
  report(error: unknown): void;

  /** The pool of the loop: where the bytes of chains are copied to. */
  readonly blocks: BlockSource;

  /**
   * Leases an empty block of the loop's pool, to be filled, written or passed on: its caller is its
   * one holder, and releases it (rotornet `Scope::leaseBlock`).
   *
   * @returns undefined at the pool's ceiling: blocks that return make room again
   */
  leaseBlock(): Block | undefined;

  /**
   * Takes a handle, a file or a directory over from another machine: its events reach this one from
   * now on (rotor `Scope::register`). What a machine is spawned from is usually the first thing it
   * registers.
   */
  register(handle: Handle | File | Directory): void;
}

/** The scope of a machine on a loop that has its context. */
export interface Scope<C = unknown> extends EarlyScope {
  /** What all machines of the loop share. */
  readonly context: C;
  /** Ends the loop's `run` after this turn; the machines stay (rotor `Scope::shutdown_loop`). */
  shutdownLoop(): void;
}
