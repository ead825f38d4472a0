import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { family } from "../../ffi/libuv/family.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Timer } from "../io/timer.ts";
import { integer } from "./argument.ts";
import { BaseHandle } from "./handle.ts";

const timerFunctions = family([
  "uv_timer_again",
  "uv_timer_get_due_in",
  "uv_timer_get_repeat",
  "uv_timer_set_repeat",
]);

/** A `uv_timer_t`; see `Timer`. */
export class TimerHandle extends BaseHandle implements Timer {
  readonly kind = "timer";

  /** Made by a scope (`uv_timer_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    super(core, uv_handle_type.UV_TIMER, owner);
    this.checkInit(core.native.uv.uv_timer_init(core.native.pointer, this.pointer));
  }

  get isActive(): boolean {
    return this.isAtWork();
  }

  start(timeoutMs: number, repeatMs = 0): void {
    this.assertOpen("start it");
    const timeout = integer(timeoutMs, "timeoutMs", 0, Number.MAX_SAFE_INTEGER);
    const repeat = integer(repeatMs, "repeatMs", 0, Number.MAX_SAFE_INTEGER);
    const { uv, callbacks } = this.core.native;
    this.check(uv.uv_timer_start(this.pointer, callbacks.on_timer, timeout, repeat), "start");
    this.dropRecords(); // it may have fired in this turn, by the schedule before
  }

  stop(): void {
    this.assertOpen("stop it");
    this.check(this.core.native.uv.uv_timer_stop(this.pointer), "stop");
    this.dropRecords();
  }

  again(): void {
    this.assertOpen("start it");
    this.check(timerFunctions().uv_timer_again(this.pointer), "start", "a timer again");
    this.dropRecords();
  }

  get repeatMs(): number {
    if (this.state !== "open") return 0;
    return Number(timerFunctions().uv_timer_get_repeat(this.pointer));
  }

  set repeatMs(value: number) {
    this.assertOpen("set its repeat");
    const repeat = integer(value, "repeatMs", 0, Number.MAX_SAFE_INTEGER);
    timerFunctions().uv_timer_set_repeat(this.pointer, repeat);
  }

  get dueInMs(): number {
    if (this.state !== "open") return 0;
    return Number(timerFunctions().uv_timer_get_due_in(this.pointer));
  }

  protected onRecord(): void {
    this.deliver("timer");
  }
}
