import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Async } from "../io/async.ts";
import { BaseHandle } from "./handle.ts";

/** A `uv_async_t`; see `Async`. */
export class AsyncHandle extends BaseHandle implements Async {
  readonly kind = "async";

  /** Made by a scope (`uv_async_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    super(core, uv_handle_type.UV_ASYNC, owner);
    const { uv, callbacks, pointer } = core.native;
    this.checkInit(uv.uv_async_init(pointer, this.pointer, callbacks.on_async));
  }

  send(): void {
    this.assertOpen("send");
    this.check(this.core.native.uv.uv_async_send(this.pointer), "send");
  }

  protected onRecord(): void {
    this.deliver("async");
  }
}
