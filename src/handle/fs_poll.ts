import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { FS_POLL_BYTES, fsPollFunctions, readTwoStatuses } from "../../ffi/libuv/fs_poll.ts";
import { prepareThreadPool } from "../../ffi/libuv/thread_pool.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import { NO_BLOCK } from "../../ffi/thunks/kinds.ts";
import { UvError } from "../error/uv_error.ts";
import { checkPath } from "../file/arguments.ts";
import type { FsPoll } from "../io/fs_poll.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { integer } from "./argument.ts";
import { FsPollWatch } from "./fs_poll_watch.ts";
import { BaseHandle } from "./handle.ts";

/** libuv keeps it as an `unsigned int`. */
const INTERVAL_MS_MAX = 2 ** 32 - 1;

/** A `uv_fs_poll_t` that only stands for those of its watches; see `FsPoll`. */
export class FsPollHandle extends BaseHandle implements FsPoll {
  readonly kind = "fsPoll";
  /** What is watched; undefined while nothing is. */
  private _watch: FsPollWatch | undefined;
  private _path = "";

  /** Made by a scope (`uv_fs_poll_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    const { uv_fs_poll_init } = fsPollFunctions();
    super(core, uv_handle_type.UV_FS_POLL, owner);
    this.checkInit(uv_fs_poll_init(core.native.pointer, this.pointer));
  }

  get isActive(): boolean {
    return this._watch !== undefined;
  }

  start(name: string, intervalMs: number): void {
    this.assertOpen("watch a path");
    checkPath(name);
    const interval = integer(intervalMs, "intervalMs", 1, INTERVAL_MS_MAX);
    this.check(prepareThreadPool(), "start", "libuv's thread pool");
    this._stop();
    this._path = name;
    this._watch = new FsPollWatch(this.core, (words, at) => this._tell(words, at));
    const status = this._watch.start(name, interval);
    if (status < 0) this._stop();
    this.check(status, "watch", name);
  }

  stop(): void {
    this.assertOpen("stop it");
    this._stop();
  }

  path(): string {
    this.assertOpen("tell its path");
    if (this._watch !== undefined) return this._path;
    throw new UvError(errorNumber("UV_EINVAL"), "tell the path of", this.kind);
  }

  protected override onClosing(): void {
    this._stop();
  }

  protected onRecord(): void {}

  private _tell(words: Int32Array, at: number): void {
    const { pool, event } = this.core;
    const status = words[at + recordWords.a] as number;
    const index = (words[at + recordWords.b] as number) >>> 0;
    if (index === NO_BLOCK) {
      pool.grow();
      return this._failed(status < 0 ? status : errorNumber("UV_ENOBUFS"));
    }
    const block = pool.filled(index, FS_POLL_BYTES);
    const { previous, current } = readTwoStatuses(block.bytes);
    block.release();
    if (status < 0) return this._failed(status);
    event.previous = previous;
    event.current = current;
    this.deliver("fsPoll");
  }

  private _failed(status: number): void {
    this.core.event.setFailure(status, "watch", this._path);
    this.deliver("fsPollFailed");
  }

  private _stop(): void {
    this._watch?.close();
    this._watch = undefined;
  }
}
