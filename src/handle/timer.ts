import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Timer } from "../io/timer.ts";
import { integer } from "./argument.ts";
import { BaseHandle } from "./handle.ts";

/** A `uv_timer_t`; see `Timer`. */
export class TimerHandle extends BaseHandle implements Timer {
  readonly kind = "timer";

  /** Made by a scope (`uv_timer_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    super(core, uv_handle_type.UV_TIMER, owner);
    this.checkInit(core.native.uv.uv_timer_init(core.native.pointer, this.pointer));
  }

  get isActive(): boolean {
    if (this.state !== "open") return false;
    return this.core.native.uv.uv_is_active(this.pointer) !== 0;
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

  protected onRecord(): void {
    this.deliver("timer");
  }
}
