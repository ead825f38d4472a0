import type { Cell } from "../../ffi/memory/cell.ts";
import type { LoopCore, Target } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { IoRequest } from "../machine/io.ts";
import type { IoEventKind } from "../machine/io_event.ts";

/**
 * What the requests of machines share: a libuv request in its cell, a slot for its one record, and
 * work that libuv's thread pool does meanwhile.
 *
 * libuv can take a request back only while it waits for a thread. One that runs when its machine
 * ends runs on for nobody; the loop counts it as something that is closing, and waits for it.
 */
export abstract class BaseRequest implements IoRequest, Target {
  abstract readonly kind: IoRequest["kind"];
  generation = 0;
  protected readonly core: LoopCore;
  protected readonly cell: Cell;
  private readonly _owner: MachineEntry;
  private readonly _slot: number;
  private _state: IoRequest["state"] = "pending";
  private _isCancelled = false;

  /** @param type of `uv_req_type` */
  constructor(core: LoopCore, type: number, owner: MachineEntry) {
    this.core = core;
    this._owner = owner;
    core.native.ring.reserve(1);
    this._slot = core.targets.insert(this);
    this.cell = core.native.requestCell(type);
    this.cell.setTarget(this._slot, this.generation);
    core.counters.requests++;
  }

  get state(): IoRequest["state"] {
    return this._state;
  }

  cancel(): boolean {
    if (this._state === "done") return false;
    // Once only: libuv aborts when it takes a request back that it has taken back and answered.
    this._isCancelled ||= this.core.native.uv.uv_cancel(this.cell.pointer) === 0;
    return this._isCancelled;
  }

  /** Its machine has ended: nobody hears of it any more. */
  abandon(): void {
    this.core.closing++;
    this.cancel();
  }

  record(_kind: number, words: Int32Array, at: number): void {
    this.takeResult(words, at);
    this._release();
    const { core, _owner: owner } = this;
    if (!owner.alive) {
      core.closing--;
      return;
    }
    owner.requests?.delete(this);
    core.machines.ready(owner, core.event.asRequest(this.fillEvent(), this));
  }

  describe(): string {
    return `${this.kind} request (${this._state})`;
  }

  /** Says what libuv answered to the call that starts the request. Frees one that it refused. */
  protected started(status: number): void {
    if (status < 0) this._release();
    else (this._owner.requests ??= new Set()).add(this);
  }

  /** Reads what came of it, and frees what libuv has allocated for that. */
  protected abstract takeResult(words: Int32Array, at: number): void;

  /** Fills the loop's event with what came of it. Returns the event's kind. */
  protected abstract fillEvent(): IoEventKind;

  /** Frees the native half. SAFETY: libuv never took the request, or its record was drained. */
  private _release(): void {
    const { counters, native, targets } = this.core;
    this._state = "done";
    counters.requests--;
    native.ring.release(1);
    targets.remove(this._slot);
    this.cell.free();
  }
}
