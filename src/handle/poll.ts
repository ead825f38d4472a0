import { uv_handle_type, uv_poll_event } from "../../ffi/libuv/constants.ts";
import { pollFunctions } from "../../ffi/libuv/poll.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import { duplicateFd, lastError } from "../../ffi/memory/system.ts";
import { UvError } from "../error/uv_error.ts";
import type { Poll, PollEvents } from "../io/poll.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { closeFd, FD_MAX } from "./adopted_fd.ts";
import { boolean, integer } from "./argument.ts";
import { BaseHandle } from "./handle.ts";

const { UV_READABLE, UV_WRITABLE, UV_DISCONNECT, UV_PRIORITIZED } = uv_poll_event;

/** A `uv_poll_t`; see `Poll`. */
export class PollHandle extends BaseHandle implements Poll {
  readonly kind = "poll";
  /** The duplicate that is watched: libuv leaves closing it to us. */
  private readonly _own: number;
  private readonly _subject: string;

  private constructor(core: LoopCore, owner: MachineEntry, own: number, subject: string) {
    super(core, uv_handle_type.UV_POLL, owner);
    this._own = own;
    this._subject = subject;
    this.checkInit(pollFunctions().uv_poll_init(core.native.pointer, this.pointer, own));
  }

  /**
   * Made by a scope (`uv_poll_init`), on a duplicate. A stranger's descriptor may be closed at any
   * time: libuv aborts when it then watches it.
   *
   * @throws {UvError} EBADF for a closed descriptor, EPERM for a file or a directory
   */
  static open(core: LoopCore, owner: MachineEntry, fd: number): PollHandle {
    const number = integer(fd, "fd", 0, FD_MAX);
    const subject = `fd ${number}`;
    const own = duplicateFd(number);
    if (own < 0) throw new UvError(lastError(), "poll", subject);
    try {
      return new PollHandle(core, owner, own, subject);
    } catch (error) {
      closeFd(own);
      throw error;
    }
  }

  get isActive(): boolean {
    return this.isAtWork();
  }

  start(events: PollEvents): void {
    const mask = maskOf(events); // may run code of the user's
    this.assertOpen("watch it");
    const { on_poll } = this.core.native.callbacks;
    const status = pollFunctions().uv_poll_start(this.pointer, mask, on_poll);
    this.check(status, "poll", this._subject);
    this._forget();
  }

  stop(): void {
    this.assertOpen("stop it");
    this.check(pollFunctions().uv_poll_stop(this.pointer), "stop", this._subject);
    this._forget();
  }

  protected onRecord(_kind: number, words: Int32Array, at: number): void {
    const status = words[at + recordWords.a] as number;
    const events = words[at + recordWords.b] as number;
    const { event } = this.core;
    this.cell.takePending();
    if (status < 0) {
      event.setFailure(status, "poll", this._subject);
      return this.deliver("pollFailed");
    }
    event.isReadable = (events & UV_READABLE) !== 0;
    event.isWritable = (events & UV_WRITABLE) !== 0;
    event.isDisconnected = (events & UV_DISCONNECT) !== 0;
    event.isPrioritized = (events & UV_PRIORITIZED) !== 0;
    this.deliver("poll");
  }

  protected override onClosed(): void {
    // SAFETY: libuv has let go of it.
    closeFd(this._own);
  }

  /** What was seen before is of no interest now. */
  private _forget(): void {
    this.dropRecords();
    this.cell.takePending();
  }
}

function maskOf(events: PollEvents): number {
  if (typeof events !== "object" || events === null) {
    throw new TypeError("events must be an object");
  }
  const { readable = false, writable = false, disconnect = false, prioritized = false } = events;
  let mask = 0;
  if (boolean(readable, "readable")) mask |= UV_READABLE;
  if (boolean(writable, "writable")) mask |= UV_WRITABLE;
  if (boolean(disconnect, "disconnect")) mask |= UV_DISCONNECT;
  if (boolean(prioritized, "prioritized")) mask |= UV_PRIORITIZED;
  if (mask === 0) throw new RangeError("events must ask for at least one");
  return mask;
}
