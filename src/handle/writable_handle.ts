import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { passing } from "../../ffi/libuv/handle_passing.ts";
import { uv_stream_t } from "../../ffi/libuv/layouts.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { WritingStream } from "../loop/writer.ts";
import type { Writable } from "../io/writable.ts";
import type { Memory } from "../memory/memory.ts";
import { ownData } from "../memory/own_data.ts";
import { integer } from "./argument.ts";
import { CarriedHandle } from "./carried_handle.ts";
import type { BaseHandle } from "./handle.ts";
import { letGo } from "./let_go.ts";
import { Outgoing } from "./outgoing.ts";
import { ReadableHandle } from "./readable_handle.ts";
import { type RequestKind, type RequestOwner, StreamRequest } from "./stream_request.ts";
import { WriteRequest } from "./write_request.ts";
import { WriteTail } from "./write_tail.ts";

/** Nobody has asked for a `flushed` event. */
const NO_FLUSH = -1;

/** The writing half of a stream. */
export abstract class WritableHandle extends ReadableHandle implements WritingStream, RequestOwner {
  private _isConnected = false;
  private _mayGather = false;
  private _isShut = false;
  private _hasFailed = false;
  /** Writes in flight. */
  private _queued = 0;
  private _tail: WriteTail | undefined;
  /** How much may be left when `flushed` is due that was asked for, or `NO_FLUSH`. */
  private _flushBytes = NO_FLUSH;
  /** Whether it is due in the next turn. */
  private _isFlushDue = false;
  /** Handles that wait to be passed. */
  private _carried: CarriedHandle[] | undefined;
  readonly addressLow: number;
  readonly addressHigh: number;
  entry = -1;
  fd = -1;
  mayTryWrite = false;

  /** @param type of `uv_handle_type` */
  constructor(core: LoopCore, type: number, owner: MachineEntry | undefined) {
    super(core, type, owner);
    this.addressLow = this.cell.address | 0;
    this.addressHigh = Math.floor(this.cell.address / 2 ** 32);
  }

  get isWritable(): boolean {
    if (this.state !== "open" || this.readHasFailed) return false;
    return this.core.native.uv.uv_is_writable(this.pointer) !== 0;
  }

  get writeQueueSize(): number {
    if (this._queued === 0 || this.state !== "open") return 0;
    return this.cell.structWord(uv_stream_t.write_queue_size);
  }

  get unsentSize(): number {
    const gathered = this.mayWrite ? this.core.writer.byteLength(this.entry) : 0;
    return gathered + this.writeQueueSize;
  }

  write(data: Writable): void {
    if (!this._mayGather) this._refuseWrite("write");
    if (!this.core.writer.write(this, data)) {
      throw new UvError(errorNumber("UV_ENOBUFS"), "write to", this.subject());
    }
  }

  requestFlushed(byteLength: number = 0): void {
    integer(byteLength, "byteLength", 0, Number.MAX_SAFE_INTEGER);
    if (!this._mayGather && !(this._isShut && this.state === "open")) this._refuseWrite("flush");
    if (this._hasFailed) return;
    this._flushBytes = byteLength;
    this._isFlushDue = false;
    this.progressed();
    if (!this._isFlushDue) this.core.writer.attend(this);
  }

  shutdown(): void {
    this.assertOpen("shut down");
    if (!this._isConnected) this.refuse("shut down");
    if (this._isShut) throw new StateError("shut down", `the ${this.kind} was shut down before`);
    this.core.writer.flush(this);
    const { uv, callbacks } = this.core.native;
    const request = new StreamRequest(this.core, this, "shutdown");
    const status = uv.uv_shutdown(request.cell.pointer, this.pointer, callbacks.on_shutdown);
    if (status < 0) request.release();
    this.check(status, "shut down", this.subject());
    this._isShut = true;
    this._mayGather = false;
  }

  get mayWrite(): boolean {
    return this.state === "open" && !this._hasFailed;
  }

  queue(outgoing: Outgoing, written: number): void {
    this._queueSome(outgoing, written);
    while (outgoing.count > 0 && !this._hasFailed) this._queueSome(outgoing, 0);
  }

  letGo(memory: Memory): void {
    letGo(this.core, memory);
  }

  progressed(): void {
    if (this._flushBytes === NO_FLUSH || this._isFlushDue) return;
    if (this.unsentSize > this._flushBytes) return;
    this._isFlushDue = true;
    this.core.later.push(() => this._tellFlushed());
  }

  /** Tells the machine once, in a turn of its own: this may run inside its handler. */
  failWrite(status: number): void {
    if (this._hasFailed) return;
    this._hasFailed = true;
    this._noteWriting();
    this.core.later.push(() => {
      if (this.state === "open") this.deliverFailure("writeFailed", status, "write to");
    });
  }

  completed(kind: RequestKind, status: number, byteLength: number): void {
    if (kind === "write" && --this._queued === 0) this._dropCarried();
    if (this.state !== "open") return;
    this._noteWriting();
    if (kind === "connect") this.connectEnded(status);
    else if (kind === "write") this._written(byteLength, status);
    else if (status < 0) this.deliverFailure("shutdownFailed", status, "shut down");
    else this.deliver("shutdown");
  }

  /** A connect request is done. */
  protected abstract connectEnded(status: number): void;

  /** What the stream is being used as, for messages. */
  protected abstract readonly phase: string;

  /** Whether it is connected, so that it can be read and written. */
  protected get isConnected(): boolean {
    return this._isConnected;
  }

  /**
   * Says what may be written from now on.
   *
   * @param isConnecting whether writes are kept until it is connected
   * @param fd the descriptor of a connected socket, or -1
   */
  protected setWritable(isConnected: boolean, isConnecting: boolean, fd: number): void {
    this._isConnected = isConnected;
    this._mayGather = (isConnected || isConnecting) && !this._isShut;
    if (isConnecting) this._hasFailed = false; // writes of an attempt before
    this.fd = fd;
    this._noteWriting();
  }

  /**
   * Writes data and passes a handle with its first byte: at once if the socket takes it, else a
   * duplicate of the handle waits with the data.
   */
  protected writeWith(data: Writable, handle: BaseHandle): void {
    if (!this._mayGather) this._refuseWrite("pass a handle");
    const { pool, writer, counters } = this.core;
    const outgoing = new Outgoing(pool);
    if (!outgoing.add(ownData(data))) {
      throw new UvError(errorNumber("UV_ENOBUFS"), "write to", this.subject());
    }
    try {
      if (outgoing.byteLength === 0) throw new RangeError("A handle is passed with some data");
      writer.flush(this); // what was written before goes first
      if (this._hasFailed) return;
      const { byteLength } = outgoing;
      const written = this._tryWriteWith(outgoing, handle);
      if (written > 0) {
        counters.bytesWritten += written;
        if (written < byteLength) this.queue(outgoing, written);
      } else if (written === errorNumber("UV_EAGAIN")) {
        this._queueSome(outgoing, 0, new CarriedHandle(handle));
        while (outgoing.count > 0 && !this._hasFailed) this._queueSome(outgoing, 0);
      } else this.failWrite(written);
    } finally {
      outgoing.clear(this);
    }
  }

  /**
   * Sends what was written, of which libuv must hear nothing any more: it ends the process when a
   * listener can be written to.
   *
   * @throws {StateError} when libuv is still to write something, or to shut down
   */
  protected endWriting(operation: string): void {
    this.core.writer.flush(this);
    if (this._isShut) throw new StateError(operation, `the ${this.kind} was shut down`);
    if (this._queued > 0) throw new StateError(operation, `the ${this.kind} is being written to`);
  }

  /** @throws {StateError} always */
  protected refuse(operation: string): never {
    throw new StateError(operation, `the ${this.kind} is ${this.phase}`);
  }

  protected override beforeClosing(): void {
    this.core.writer.flush(this);
  }

  protected override onClosing(): void {
    this._mayGather = false;
    this._isConnected = false;
    this._noteWriting();
    super.onClosing();
  }

  protected override onClosed(): void {
    this._dropCarried();
  }

  /** Bytes that were written at once, with the handle; or an error. */
  private _tryWriteWith(outgoing: Outgoing, handle: BaseHandle): number {
    if (!this.mayTryWrite) return errorNumber("UV_EAGAIN");
    const { bufs } = this.core.native;
    const count = outgoing.fill(bufs, 0);
    return passing().uv_try_write2(this.pointer, bufs.pointer, count, handle.pointer);
  }

  /** Nothing waits in libuv any more that could ask for the handles that were passed. */
  private _dropCarried(): void {
    for (const handle of this._carried ?? []) handle.close();
    this._carried = undefined;
  }

  /** Hands as many buffers to libuv as one request takes, and a handle with them. */
  private _queueSome(outgoing: Outgoing, written: number, carried?: CarriedHandle): void {
    const { native, counters, pool } = this.core;
    const request = WriteRequest.take(this.core, this);
    const tail = this._tail ??= new WriteTail(pool, counters);
    const count = outgoing.moveTo(request, native.bufs, written, tail);
    counters.queuedWrites++;
    const { pointer: req } = request.cell;
    const { pointer: bufs } = native.bufs;
    const { on_write } = native.callbacks;
    if (carried !== undefined) (this._carried ??= []).push(carried);
    const status = carried === undefined
      ? native.uv.uv_write(req, this.pointer, bufs, count, on_write)
      : passing().uv_write2(req, this.pointer, bufs, count, carried.pointer, on_write);
    if (status < 0) {
      request.release();
      return this.failWrite(status);
    }
    this._queued++;
    this._noteWriting();
  }

  private _written(byteLength: number, status: number): void {
    if (status < 0) return this.failWrite(status);
    this.core.counters.bytesWritten += byteLength;
    if (this._flushBytes !== NO_FLUSH && this.unsentSize <= this._flushBytes) {
      this._flushBytes = NO_FLUSH;
      this.deliver("flushed");
    } else {
      if (this._flushBytes !== NO_FLUSH) this.core.writer.attend(this);
      if (this._queued === 0) this.deliver("flushed");
    }
  }

  /** Unless it was asked for again since, or told for another reason. */
  private _tellFlushed(): void {
    if (!this._isFlushDue) return;
    this._isFlushDue = false;
    this._flushBytes = NO_FLUSH;
    if (this.mayWrite) this.deliver("flushed");
  }

  /** What is asked for every message is kept as a plain field. */
  private _noteWriting(): void {
    this.mayTryWrite = this._isConnected && this._queued === 0 && !this._hasFailed;
  }

  private _refuseWrite(operation: string): never {
    this.assertOpen(operation);
    if (this._isShut) throw new StateError(operation, `the ${this.kind} was shut down`);
    this.refuse(operation);
  }
}
