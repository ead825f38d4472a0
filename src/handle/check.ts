import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { hookFunctions } from "../../ffi/libuv/loop_hooks.ts";
import type { Check } from "../io/check.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { BaseHandle } from "./handle.ts";

/** A `uv_check_t`; see `Check`. */
export class CheckHandle extends BaseHandle implements Check {
  readonly kind = "check";

  /** Made by a scope (`uv_check_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    super(core, uv_handle_type.UV_CHECK, owner);
    this.checkInit(core.native.uv.uv_check_init(core.native.pointer, this.pointer));
  }

  get isActive(): boolean {
    return this.isAtWork();
  }

  start(): void {
    this.assertOpen("start it");
    const { uv, callbacks } = this.core.native;
    this.check(uv.uv_check_start(this.pointer, callbacks.on_check), "start");
  }

  stop(): void {
    this.assertOpen("stop it");
    this.check(hookFunctions().uv_check_stop(this.pointer), "stop");
    this.dropRecords();
  }

  protected onRecord(): void {
    this.core.counters.checks++;
    this.deliver("check");
  }
}
