import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { duplicateFd, lastError } from "../../ffi/memory/system.ts";
import { UvError } from "../error/uv_error.ts";
import { closeFd } from "./adopted_fd.ts";
import { BaseHandle } from "./handle.ts";

/**
 * A duplicate of a handle that waits to be passed over a pipe. libuv looks at the handle when it
 * can write, which may be long after: the handle itself may be closed by then, and its memory be
 * that of another. It is a pipe whatever it carries, since nothing but its descriptor is asked for.
 */
export class CarriedHandle extends BaseHandle {
  readonly kind = "pipe";

  /** @param handle with a descriptor @throws {UvError} EMFILE */
  constructor(handle: BaseHandle) {
    const { core } = handle;
    const fd = duplicateFd(core.native.fileno(handle.pointer));
    if (fd < 0) throw new UvError(lastError(), "pass", handle.kind);
    super(core, uv_handle_type.UV_NAMED_PIPE, undefined);
    const { uv, pointer: loop } = core.native;
    this.checkInit(uv.uv_pipe_init(loop, this.pointer, 0));
    const status = uv.uv_pipe_open(this.pointer, fd);
    if (status >= 0) return;
    closeFd(fd);
    this.close();
    throw new UvError(status, "pass", handle.kind);
  }

  protected onRecord(): void {}
}
