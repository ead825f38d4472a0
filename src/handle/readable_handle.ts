import { uv_errno_common } from "../../ffi/libuv/errno.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import { kind as recordKind } from "../../ffi/thunks/kinds.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { Starved } from "../loop/loop_core.ts";
import type { IoEventKind } from "../io/event.ts";
import { BaseHandle } from "./handle.ts";
import { HeldReads } from "./held_reads.ts";

/** The reading half of a stream. */
export abstract class ReadableHandle extends BaseHandle implements Starved {
  private _isReading = false;
  private _held: HeldReads | undefined;
  private _readHasFailed = false;
  /** Whether handles may come with the bytes: `takeHandles` is called before each read. */
  protected mayPassHandles = false;
  /** Whether something was read since libuv told the end. */
  private _hasRead = false;

  readStart(): void {
    this.assertOpen("read");
    this.assertReadable();
    if (this._isReading) return;
    if (this._held !== undefined) this.core.later.push(() => this._tellHeld());
    else this.check(this._startReading(), "read from", this.subject());
    this._isReading = true;
  }

  readStop(): void {
    this.assertOpen("stop reading");
    if (!this._isReading) return;
    this._isReading = false;
    this.core.starved.delete(this);
    this.core.counters.otherCalls++;
    this.core.native.uv.uv_read_stop(this.pointer);
  }

  /** Whether a read has met an error: neither half of the connection is of use then. */
  protected get readHasFailed(): boolean {
    return this._readHasFailed;
  }

  /** Reads on, when there are blocks again. */
  resumeReading(): void {
    if (!this._isReading || this.state !== "open") return;
    const status = this._startReading();
    if (status < 0) this._readEnded(status);
  }

  /** Tells the machine that something failed. */
  deliverFailure(kind: IoEventKind, status: number, syscall: string): void {
    this.core.event.setFailure(status, syscall, this.subject());
    this.deliver(kind);
  }

  /** What messages call this stream: its address or name where it is known. */
  abstract subject(): string;

  /** @throws {StateError} when the stream is nothing that can be read */
  protected abstract assertReadable(): void;

  /** A record that is none of reading. */
  protected abstract onOther(kind: number, status: number): void;

  /** Takes the handles that have come with the bytes that are told next. */
  protected takeHandles(): void {}

  /** Whether libuv reads, as far as the machine wants it. */
  protected get isReading(): boolean {
    return this._isReading;
  }

  protected override onClosing(): void {
    this.core.starved.delete(this);
    this._held?.discard(this.core.pool);
  }

  override record(kind: number, words: Int32Array, at: number): void {
    if (kind === recordKind.READ) {
      const index = words[at + recordWords.a] as number;
      const byteLength = words[at + recordWords.b] as number;
      if (this.mayPassHandles) {
        this._hasRead = true;
        if (this._mayTell) this.takeHandles();
        if (this.state !== "open") return this.core.pool.discard(index);
      }
      if (this._mayTell) this._read(index, byteLength);
      else (this._held ??= new HeldReads()).add(index, byteLength);
    } else if (kind === recordKind.READ_SUBSTITUTE) {
      this.core.missedBlock(words[at + recordWords.a] as number);
      this.record(recordKind.READ, words, at);
    } else super.record(kind, words, at);
  }

  protected onRecord(kind: number, words: Int32Array, at: number): void {
    const a = words[at + recordWords.a] as number;
    switch (kind) {
      case recordKind.READ_ENDED:
        if (this._mayTell) this._readEnded(a);
        else (this._held ??= new HeldReads()).ended = a;
        return;
      case recordKind.STARVED:
        this.core.counters.starvations++;
        this.core.starved.add(this);
        return;
      default:
        this.onOther(kind, a);
    }
  }

  private _read(index: number, byteLength: number): void {
    const { pool, counters, event, machines } = this.core;
    const { owner } = this;
    const block = pool.filled(index, byteLength);
    const lease = block.generation;
    counters.bytesRead += byteLength;
    event.block = block;
    event.byteLength = byteLength;
    this.deliver("read");
    if (block.endLease(lease) || owner === undefined) return;
    machines.fail(owner, new ClosedError("block", "release it: it was not retained"), "ready");
  }

  /**
   * A read of a pipe for handles ends with the bytes that a handle came with. libuv takes that for
   * the last one when the peer has closed, and tells the end with bytes and handles still there: so
   * it is asked once more.
   */
  private _readEnded(status: number): void {
    if (this.mayPassHandles && this._hasRead && status === uv_errno_common.UV_EOF) {
      this._hasRead = false;
      if (this._startReading() >= 0) return;
    }
    this._isReading = false;
    if (status === uv_errno_common.UV_EOF) this.deliver("end");
    else {
      this._readHasFailed = true;
      this.deliverFailure("readFailed", status, "read from");
    }
  }

  /** Whether a read may be told of now: none that came before it is held. */
  private get _mayTell(): boolean {
    return this._isReading && this._held === undefined;
  }

  private _startReading(): number {
    const { uv, callbacks } = this.core.native;
    this.core.counters.otherCalls++;
    const status = uv.uv_read_start(this.pointer, callbacks.on_alloc, callbacks.on_read);
    return status < 0 && status === errorNumber("UV_EALREADY") ? 0 : status;
  }

  /** Tells of what was held, then reads on. */
  private _tellHeld(): void {
    const held = this._held;
    if (this.mayPassHandles && this._isReading && this.state === "open") this.takeHandles();
    const mayTell = (): boolean => this._isReading && this.state === "open";
    const read = (index: number, byteLength: number): void => this._read(index, byteLength);
    if (held === undefined || held.tell(mayTell, read)) return;
    this._held = undefined;
    if (held.ended < 0) this._readEnded(held.ended);
    else this.resumeReading();
  }
}
