import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { uv_async_t } from "../../ffi/libuv/layouts.ts";
import type { Cell } from "../../ffi/memory/cell.ts";
import { kind as recordKind } from "../../ffi/thunks/kinds.ts";
import { UvError } from "../error/uv_error.ts";
import type { LoopCore, Target } from "./loop_core.ts";

/** Delays beyond this only wait for the next look: a day. */
const DELAY_MS_MAX = 24 * 60 * 60 * 1000;

/**
 * The handles that are the loop's own: one timer for all deadlines, one async for all wake-ups; a
 * prepare that makes the submitted writes before the poll, and a check that notes the time after
 * it, both without a call from here.
 */
export class LoopHandles {
  readonly #core: LoopCore;
  readonly #timer: OwnHandle;
  readonly #async: OwnHandle;
  readonly #prepare: OwnHandle;
  readonly #check: OwnHandle;
  #hasStuckSender = false;
  /** When the timer is due; Infinity when it is not running. */
  #armedMs = Infinity;

  /** @throws {UvError} when libuv refuses one of them */
  constructor(core: LoopCore) {
    this.#core = core;
    const { uv, pointer, callbacks } = core.native;
    this.#timer = new OwnHandle(core, uv_handle_type.UV_TIMER, "deadlines", () => {
      this.#armedMs = Infinity;
    });
    this.#async = new OwnHandle(
      core,
      uv_handle_type.UV_ASYNC,
      "wake-ups",
      () => {},
      ({ cell }) => this.#asyncClosed(cell),
    );
    this.#prepare = new OwnHandle(core, uv_handle_type.UV_PREPARE, "writes", () => {});
    this.#check = new OwnHandle(core, uv_handle_type.UV_CHECK, "clock", () => {});
    this.#timer.init(uv.uv_timer_init(pointer, this.#timer.cell.pointer));
    this.#async.init(uv.uv_async_init(pointer, this.#async.cell.pointer, callbacks.on_async));
    this.#prepare.init(uv.uv_prepare_init(pointer, this.#prepare.cell.pointer));
    uv.uv_prepare_start(this.#prepare.cell.pointer, callbacks.on_submit);
    uv.uv_unref(this.#prepare.cell.pointer);
    this.#check.init(uv.uv_check_init(pointer, this.#check.cell.pointer));
    uv.uv_check_start(this.#check.cell.pointer, callbacks.on_turn);
    uv.uv_unref(this.#check.cell.pointer);
    core.wakeups.asyncAddress = this.#async.cell.address;
  }

  /** Wakes a machine; kept as a value so that a turn allocates nothing. */
  readonly wake = (slot: number, generation: number): void => {
    this.#core.machines.wake(slot, generation);
  };

  /**
   * Sees to it that the loop wakes for a deadline. A timer that is due earlier is left alone: it
   * costs one idle turn, where moving it would cost a call for every deadline that is put off.
   */
  armTimer(dueMs: number): void {
    if (dueMs >= this.#armedMs) return;
    const { uv, callbacks } = this.#core.native;
    const delayMs = Math.ceil(Math.min(Math.max(dueMs - this.#core.now, 0), DELAY_MS_MAX));
    this.#core.counters.otherCalls++;
    uv.uv_timer_start(this.#timer.cell.pointer, callbacks.on_timer, delayMs, 0);
    this.#armedMs = this.#core.now + delayMs;
  }

  /** Makes the loop's descriptor readable. */
  interrupt(): void {
    this.#core.native.uv.uv_async_send(this.#async.cell.pointer);
  }

  /** Whether a sender never left: its thread was ended in the middle of a wake-up, say. */
  get hasStuckSender(): boolean {
    return this.#hasStuckSender;
  }

  /**
   * Starts closing all of them; senders in other threads are turned away before.
   *
   * One that never leaves cannot hold the loop up for ever. If it goes on after all, it calls
   * `uv_async_send` on a closed handle: that does nothing as long as the handle says that a send is
   * pending, and its memory stays.
   */
  close(): void {
    this.#hasStuckSender = !this.#core.wakeups.close();
    for (const handle of [this.#timer, this.#async, this.#prepare, this.#check]) handle.close();
  }

  #asyncClosed(cell: Cell): void {
    if (this.#hasStuckSender) cell.setStructInt(uv_async_t.pending, 1);
    else cell.free();
  }
}

/** A handle of the loop's own: no machine hears of it. */
class OwnHandle implements Target {
  readonly cell: Cell;
  readonly #core: LoopCore;
  readonly #slot: number;
  generation = 0;
  readonly #name: string;
  readonly #fired: () => void;
  readonly #closed: (handle: OwnHandle) => void;

  constructor(
    core: LoopCore,
    type: number,
    name: string,
    fired: () => void,
    closed: (handle: OwnHandle) => void = ({ cell }) => cell.free(),
  ) {
    this.#core = core;
    this.#name = name;
    this.#fired = fired;
    this.#closed = closed;
    core.native.ring.reserve(4);
    this.#slot = core.targets.insert(this);
    this.cell = core.native.handleCell(type);
    this.cell.setTarget(this.#slot, this.generation);
  }

  init(status: number): void {
    if (status < 0) throw new UvError(status, "make", `the loop's ${this.#name}`);
  }

  close(): void {
    const { uv, callbacks } = this.#core.native;
    this.#core.closing++;
    uv.uv_close(this.cell.pointer, callbacks.on_close);
  }

  record(kind: number): void {
    if (kind !== recordKind.CLOSE) return this.#fired();
    this.#core.closing--;
    this.#core.targets.remove(this.#slot);
    // SAFETY: the close record was drained.
    this.#closed(this);
  }

  describe(): string {
    return `the loop's ${this.#name}`;
  }
}
