import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { hookFunctions } from "../../ffi/libuv/loop_hooks.ts";
import type { Idle } from "../io/idle.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { BaseHandle } from "./handle.ts";

/** A `uv_idle_t`; see `Idle`. */
export class IdleHandle extends BaseHandle implements Idle {
  readonly kind = "idle";

  /** Made by a scope (`uv_idle_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    const { uv_idle_init } = hookFunctions();
    super(core, uv_handle_type.UV_IDLE, owner);
    this.checkInit(uv_idle_init(core.native.pointer, this.pointer));
  }

  get isActive(): boolean {
    return this.isAtWork();
  }

  start(): void {
    this.assertOpen("start it");
    const { on_idle } = this.core.native.callbacks;
    this.check(hookFunctions().uv_idle_start(this.pointer, on_idle), "start");
  }

  stop(): void {
    this.assertOpen("stop it");
    this.check(hookFunctions().uv_idle_stop(this.pointer), "stop");
    this.dropRecords();
  }

  protected onRecord(): void {
    this.deliver("idle");
  }
}
