import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { fsPollFunctions, startFsPoll } from "../../ffi/libuv/fs_poll.ts";
import type { Cell } from "../../ffi/memory/cell.ts";
import { kind as recordKind } from "../../ffi/thunks/kinds.ts";
import type { LoopCore, Target } from "../loop/loop_core.ts";

/** A change or an error, and the close. */
const RECORDS = 4;

/**
 * One path that is polled, on a `uv_fs_poll_t` of its own.
 *
 * A handle of libuv's that is stopped and started again, while the request of the time before is on
 * its way, ends the process: libuv takes that request for one of the new path, and finds out by an
 * assertion. So each is started once, and closed to be stopped.
 */
export class FsPollWatch implements Target {
  generation = 0;
  private readonly _core: LoopCore;
  private readonly _cell: Cell;
  private readonly _slot: number;
  private readonly _tell: (words: Int32Array, at: number) => void;

  /** @param tell is given each record until `close` */
  constructor(core: LoopCore, tell: (words: Int32Array, at: number) => void) {
    this._core = core;
    this._tell = tell;
    core.native.ring.reserve(RECORDS);
    this._slot = core.targets.insert(this);
    this._cell = core.native.handleCell(uv_handle_type.UV_FS_POLL);
    this._cell.setTarget(this._slot, this.generation);
    fsPollFunctions().uv_fs_poll_init(core.native.pointer, this._cell.pointer);
  }

  /** Watches a path. Returns 0 or an error; it is to be closed then, too. */
  start(path: string, intervalMs: number): number {
    const { on_fs_poll } = this._core.native.callbacks;
    return startFsPoll(this._cell.pointer, on_fs_poll, path, intervalMs);
  }

  /** Ends it; libuv holds on to it until a request that is on its way has come back. */
  close(): void {
    const { uv, callbacks } = this._core.native;
    this._core.closing++;
    this._core.targets.renew(this._slot);
    this._cell.setTarget(this._slot, this.generation);
    uv.uv_close(this._cell.pointer, callbacks.on_close);
  }

  record(kind: number, words: Int32Array, at: number): void {
    if (kind !== recordKind.CLOSE) return this._tell(words, at);
    this._core.closing--;
    this._core.targets.remove(this._slot);
    this._core.native.ring.release(RECORDS);
    // SAFETY: the close record was drained.
    this._cell.free();
  }

  describe(): string {
    return "a path that is polled";
  }
}
