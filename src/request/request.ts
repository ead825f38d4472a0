import { prepareThreadPool } from "../../ffi/libuv/thread_pool.ts";
import type { Cell } from "../../ffi/memory/cell.ts";
import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { IoEventKind } from "../io/event.ts";
import type { IoRequest } from "../io/request.ts";
import type { LoopCore, RequestTarget } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";

/**
 * What the requests of machines share: a libuv request in its cell, a slot for its one record, and
 * work that libuv's thread pool does meanwhile.
 *
 * libuv can take a request back only while it waits for a thread. One that runs when its machine
 * ends runs on for nobody; the loop counts it as something that is closing, and waits for it.
 */
export abstract class BaseRequest<T> implements IoRequest<T>, RequestTarget {
  abstract readonly kind: IoRequest["kind"];
  generation = 0;
  readonly cell: Cell;
  protected readonly core: LoopCore;
  private readonly _owner: MachineEntry;
  private readonly _slot: number;
  private _state: IoRequest["state"] = "pending";
  private _status = 0;
  private _value: T | undefined;
  private _isCancelled = false;

  /**
   * @param type of `uv_req_type`
   * @throws {UvError} EAGAIN where the system lets no threads be made for the pool
   */
  constructor(core: LoopCore, type: number, owner: MachineEntry) {
    const status = prepareThreadPool();
    if (status < 0) throw new UvError(status, "start", "libuv's thread pool");
    // Options that were read before may have run code of the user's.
    if (!core.isOpen || !owner.alive) throw new ClosedError("machine", "make a request");
    this.core = core;
    this._owner = owner;
    this.cell = core.native.requestCell(type);
    this._slot = core.beginRequest(this);
  }

  get state(): IoRequest["state"] {
    return this._state;
  }

  get result(): T {
    if (this._state === "pending") throw new StateError("read its result", "it is pending");
    if (this._status < 0) throw new UvError(this._status, this.syscall, this.subject);
    return this._value as T;
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

  /** Its machine wants no result any more: what was opened for it is closed. */
  giveUp(): void {
    if (this._state === "done" && this._status >= 0) this.discard(this._value as T);
  }

  record(_kind: number, words: Int32Array, at: number): void {
    const { core, _owner: owner } = this;
    this._status = this.takeStatus(words, at);
    if (this._status >= 0) this._value = this.takeValue(words, at);
    this._release();
    if (owner.alive) {
      owner.requests?.delete(this);
      this._tell(owner);
    } else {
      core.closing--;
      if (this._status >= 0) this.discard(this._value as T);
    }
  }

  describe(): string {
    return `${this.kind} request (${this._state})`;
  }

  /** The machine that has asked. */
  protected get owner(): MachineEntry {
    return this._owner;
  }

  /** Says what libuv answered to the call that starts the request. @throws {UvError} a refusal */
  protected started(status: number): void {
    if (status >= 0) {
      (this._owner.requests ??= new Set()).add(this);
      return;
    }
    this._release();
    throw new UvError(status, this.syscall, this.subject);
  }

  /** What messages say was tried: `resolve`, `open`. */
  protected abstract readonly syscall: string;

  /** What messages say it was tried on. */
  protected abstract readonly subject: string;

  /** The kinds of the events that tell what came of it. */
  protected abstract readonly events: { readonly done: IoEventKind; readonly failed: IoEventKind };

  /** Reads how it ended: negative for an error. Frees what is left of a failure. */
  protected abstract takeStatus(words: Int32Array, at: number): number;

  /** Reads what came of it, and frees what libuv has allocated for that. */
  protected abstract takeValue(words: Int32Array, at: number): T;

  /** Frees what the request has of native memory. SAFETY: nobody native knows it any more. */
  protected freeNative(): void {}

  /** Lets go of what came of it too late: its machine has ended. */
  protected discard(_value: T): void {}

  private _tell(owner: MachineEntry): void {
    const { event, machines } = this.core;
    const { done, failed } = this.events;
    if (this._status < 0) event.setFailure(this._status, this.syscall, this.subject);
    machines.ready(owner, event.asRequest(this._status < 0 ? failed : done, this));
  }

  /** Frees the native half. SAFETY: libuv never took the request, or its record was drained. */
  private _release(): void {
    this._state = "done";
    this.core.endRequest(this._slot);
    this.freeNative();
    this.cell.free();
  }
}
