import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import type { Prepare } from "../io/prepare.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { BaseHandle } from "./handle.ts";

/**
 * See `Prepare`. libuv would call it inside `uv_run`, where no handler runs, so its `uv_prepare_t`
 * is never started: the turn tells of it right before `uv_run`.
 */
export class PrepareHandle extends BaseHandle implements Prepare {
  readonly kind = "prepare";

  /** Made by a scope (`uv_prepare_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    super(core, uv_handle_type.UV_PREPARE, owner);
    this.checkInit(core.native.uv.uv_prepare_init(core.native.pointer, this.pointer));
  }

  get isActive(): boolean {
    return this.core.prepares.has(this);
  }

  start(): void {
    this.assertOpen("start it");
    this.core.prepares.add(this);
  }

  stop(): void {
    this.assertOpen("stop it");
    this.core.prepares.delete(this);
  }

  /** The loop is about to poll. */
  prepare(): void {
    this.deliver("prepare");
  }

  protected override onClosing(): void {
    this.core.prepares.delete(this);
  }

  protected onRecord(): void {}
}
