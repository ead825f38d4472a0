import { uv_fs_event, uv_handle_type } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { fsEventFunctions, startFsEvent } from "../../ffi/libuv/fs_event.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import { FILE_EVENT_BYTES, NO_BLOCK } from "../../ffi/thunks/kinds.ts";
import { UvError } from "../error/uv_error.ts";
import { checkPath } from "../file/arguments.ts";
import type { FsEvent, FsEventOptions } from "../io/fs_event.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { boolean, optionsObject } from "./argument.ts";
import { BaseHandle } from "./handle.ts";

/** Names are bytes: what is no UTF-8 must not throw, and a name may begin with U+FEFF. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A `uv_fs_event_t`; see `FsEvent`. */
export class FsEventHandle extends BaseHandle implements FsEvent {
  readonly kind = "fsEvent";
  /** What is watched; undefined while nothing is. */
  private _path: string | undefined;

  /** Made by a scope (`uv_fs_event_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    const { uv_fs_event_init } = fsEventFunctions();
    super(core, uv_handle_type.UV_FS_EVENT, owner);
    this.checkInit(uv_fs_event_init(core.native.pointer, this.pointer));
  }

  get isActive(): boolean {
    return this.state === "open" && this._path !== undefined;
  }

  start(name: string, options: FsEventOptions = {}): void {
    checkPath(name);
    const { recursive = false } = optionsObject(options); // may run code of the user's
    this.assertOpen("watch a path");
    if (boolean(recursive, "recursive")) {
      throw new UvError(errorNumber("UV_ENOTSUP"), "watch all below", name);
    }
    this._stop();
    const { on_fs_event } = this.core.native.callbacks;
    this.check(startFsEvent(this.pointer, on_fs_event, name), "watch", name);
    this._path = name;
  }

  stop(): void {
    this.assertOpen("stop it");
    this._stop();
  }

  path(): string {
    this.assertOpen("tell its path");
    if (this._path !== undefined) return this._path;
    throw new UvError(errorNumber("UV_EINVAL"), "tell the path of", this.kind);
  }

  protected onRecord(_kind: number, words: Int32Array, at: number): void {
    this.cell.setExtra(0); // the next event begins a new record
    const status = words[at + recordWords.a] as number;
    const index = (words[at + recordWords.b] as number) >>> 0;
    if (status < 0) return this._failed(status);
    if (index !== NO_BLOCK) return this._tell(index, words[at + recordWords.c] as number);
    this.core.pool.grow(); // or the next time there are no more blocks than now
    this._deliver("", uv_fs_event.UV_RENAME | uv_fs_event.UV_CHANGE, this.cell.takePending());
  }

  /** Tells of the events in a block, as long as nobody has stopped or closed the watcher. */
  private _tell(index: number, byteLength: number): void {
    const block = this.core.pool.filled(index, byteLength);
    const { bytes } = block;
    const view = new DataView(bytes.buffer, bytes.byteOffset, byteLength);
    const { generation } = this;
    for (let at = 0; at < byteLength && this.generation === generation;) {
      const events = view.getUint32(at, true);
      const length = view.getUint32(at + 4, true);
      at += FILE_EVENT_BYTES;
      this._deliver(decoder.decode(bytes.subarray(at, at + length)), events, 0);
      at += (length + 3) & ~3;
    }
    block.release();
  }

  private _deliver(name: string, events: number, overflow: number): void {
    const { event } = this.core;
    event.name = name;
    event.isRename = (events & uv_fs_event.UV_RENAME) !== 0;
    event.isChange = (events & uv_fs_event.UV_CHANGE) !== 0;
    event.overflow = overflow;
    this.deliver("fsEvent");
  }

  private _failed(status: number): void {
    this.cell.takePending();
    this.core.event.setFailure(status, "watch", this._path ?? this.kind);
    this.deliver("fsEventFailed");
  }

  private _stop(): void {
    this.check(fsEventFunctions().uv_fs_event_stop(this.pointer), "stop");
    this._path = undefined;
    this.dropRecords();
    this.cell.setExtra(0);
    this.cell.takePending();
  }
}
