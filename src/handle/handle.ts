import type { Cell } from "../../ffi/memory/cell.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { kind as recordKind } from "../../ffi/thunks/kinds.ts";
import { ClosedError } from "../error/closed_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { LoopCore, Target } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Handle } from "../io/handle.ts";
import type { IoEventKind } from "../io/event.ts";

/** Records that one handle can cause in a turn, besides reads: close, error, starved, and spare. */
const RECORDS_PER_HANDLE = 4;

/**
 * What all handles share: a libuv handle in its cell, a slot for its records, the machine that it
 * belongs to, and the way from open to closed.
 *
 * A call on a handle is: open? then `uv_...`, then the result is checked.
 */
export abstract class BaseHandle implements Handle, Target {
  readonly #isGenuine = true;

  abstract readonly kind: Handle["kind"];
  readonly core: LoopCore;
  readonly cell: Cell;
  /** The libuv handle: `cell.pointer`, one load nearer. */
  readonly pointer: Pointer;
  /** Where its records go. */
  readonly slot: number;
  generation = 0;
  private _state: Handle["state"] = "open";
  private _owner: MachineEntry | undefined;
  private readonly _place: Error | undefined;

  /**
   * @param type of `uv_handle_type`
   * @param owner the machine; undefined for a handle that waits in a listener's stock
   */
  constructor(core: LoopCore, type: number, owner: MachineEntry | undefined) {
    // Options that were read before may have run code of the user's.
    if (!core.isOpen || owner?.alive === false) throw new ClosedError("machine", "make a handle");
    this.core = core;
    core.native.ring.reserve(RECORDS_PER_HANDLE);
    this.slot = core.targets.insert(this);
    this.cell = core.native.handleCell(type);
    this.pointer = this.cell.pointer;
    this.cell.setTarget(this.slot, this.generation);
    this._place = core.settings.traceHandles ? new Error("made here") : undefined;
    core.handles++;
    this._owner = owner;
    owner?.handles.push(this);
  }

  /** Whether a value is a handle, and no proxy of one; no code of the value's runs. */
  static isGenuine(value: unknown): value is BaseHandle {
    return typeof value === "object" && value !== null && #isGenuine in value;
  }

  get state(): Handle["state"] {
    return this._state;
  }

  /** The machine that its events reach. */
  get owner(): MachineEntry | undefined {
    return this._owner;
  }

  close(): void {
    this.assertOpen("close it");
    this.beforeClosing();
    this.startClosing();
    this.core.native.uv.uv_close(this.pointer, this.core.native.callbacks.on_close);
  }

  /** Gives the handle to another machine of the same loop. */
  moveTo(owner: MachineEntry): void {
    if (owner.core !== this.core) throw new TypeError("The handle is one of another loop");
    this.assertOpen("register it");
    this._leaveOwner();
    this._owner = owner;
    owner.handles.push(this);
  }

  record(kind: number, words: Int32Array, at: number): void {
    if (kind === recordKind.CLOSE) this._finishClosing();
    else this.onRecord(kind, words, at);
  }

  describe(): string {
    const place = this._place?.stack?.split("\n").slice(1).join("\n") ?? "";
    return `${this.kind} (${this._state})${place === "" ? "" : ` made\n${place}`}`;
  }

  /** Tells the machine of an event; fields besides the handle are set before. */
  deliver(kind: IoEventKind): void {
    const owner = this._owner;
    if (owner !== undefined) this.core.machines.ready(owner, this.core.event.as(kind, this));
  }

  /** A record of this handle, which is open. */
  protected abstract onRecord(kind: number, words: Int32Array, at: number): void;

  /** The last moment at which the handle can be used. */
  protected beforeClosing(): void {}

  /** Lets go of what the handle holds, when it starts to close. */
  protected onClosing(): void {}

  /** Lets go of native memory, when libuv has let go of the handle. */
  protected onClosed(): void {}

  /** Whether libuv works for it (`uv_is_active`). */
  protected isAtWork(): boolean {
    return this._state === "open" && this.core.native.uv.uv_is_active(this.pointer) !== 0;
  }

  /** @throws {ClosedError} when the handle is closing or closed */
  protected assertOpen(operation: string): void {
    if (this._state !== "open") throw new ClosedError(this.kind, operation);
    this.core.rouse?.();
  }

  /** @throws {UvError} for a negative status */
  protected check(status: number, syscall: string, subject: string = this.kind): void {
    if (status < 0) throw new UvError(status, syscall, subject);
  }

  /** Frees a handle whose `uv_..._init` failed, and says why. */
  protected checkInit(status: number): void {
    if (status >= 0) return;
    this._state = "closed";
    this._leaveOwner();
    this._release();
    throw new UvError(status, "make", this.kind);
  }

  /** The state, the slot and the machine, before libuv is told to close. */
  protected startClosing(): void {
    this._state = "closing";
    this.core.closing++;
    this.dropRecords(); // the close record is the next
    this.onClosing();
  }

  /** Makes the records stale that are on their way. */
  protected dropRecords(): void {
    this.core.targets.renew(this.slot);
    this.cell.setTarget(this.slot, this.generation);
  }

  private _finishClosing(): void {
    this._state = "closed";
    this.core.closing--;
    this.onClosed();
    this._release();
    const owner = this._owner;
    this._leaveOwner();
    if (owner?.alive) this.core.machines.ready(owner, this.core.event.as("closed", this));
  }

  private _release(): void {
    this.core.handles--;
    this.core.targets.remove(this.slot);
    this.core.native.ring.release(RECORDS_PER_HANDLE);
    // SAFETY: libuv never knew the handle, or its close record was drained.
    this.cell.free();
  }

  private _leaveOwner(): void {
    const handles = this._owner?.handles;
    if (handles === undefined) return;
    const last = handles.pop() as BaseHandle;
    if (last !== this) handles[handles.indexOf(this)] = last;
    this._owner = undefined;
  }
}

/** Whether a value is a handle of this library. */
export function isBaseHandle(value: unknown): value is BaseHandle {
  return BaseHandle.isGenuine(value);
}
