import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { uv_stream_t } from "../../ffi/libuv/layouts.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { WritingStream } from "../loop/writer.ts";
import type { Stream, Writable } from "../machine/io.ts";
import { Acceptor } from "./acceptor.ts";
import { integer } from "./argument.ts";
import type { Outgoing } from "./outgoing.ts";
import { ReadableHandle } from "./readable_handle.ts";
import { type RequestOwner, StreamRequest } from "./stream_request.ts";

/** What node and nginx ask for; the kernel has a limit of its own (`somaxconn`). */
const BACKLOG = 511;
const BACKLOG_MAX = 65535;

/** What a stream is being used as. */
type Phase = "new" | "connecting" | "connected" | "listening" | "adopted";

/** What TCP sockets and pipes share; see `Stream`. */
export abstract class StreamHandle extends ReadableHandle
  implements Stream, WritingStream, RequestOwner {
  abstract override readonly kind: "tcp" | "pipe";
  private _phase: Phase = "new";
  private _isConnected = false;
  private _mayGather = false;
  private _isShut = false;
  private _hasFailed = false;
  /** Writes in flight. */
  private _queued = 0;
  private _acceptor: Acceptor | undefined;
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

  get isReadable(): boolean {
    if (this.state !== "open") return false;
    return this.core.native.uv.uv_is_readable(this.pointer) !== 0;
  }

  get isWritable(): boolean {
    if (this.state !== "open") return false;
    return this.core.native.uv.uv_is_writable(this.pointer) !== 0;
  }

  get writeQueueSize(): number {
    if (this._queued === 0 || this.state !== "open") return 0;
    return this.cell.structWord(uv_stream_t.write_queue_size);
  }

  listen(backlog: number = BACKLOG): void {
    this.assertOpen("listen");
    integer(backlog, "backlog", 1, BACKLOG_MAX);
    if (this._phase === "connecting" || this._phase === "listening") this._refuse("listen");
    const acceptor = new Acceptor(this, () => this.newPeer());
    const { uv, callbacks } = this.core.native;
    const status = uv.uv_listen(this.pointer, backlog, callbacks.on_connection);
    if (status < 0) {
      acceptor.close();
      acceptor.free();
    }
    this.check(status, "listen on", this.subject());
    this._acceptor = acceptor;
    this._setPhase("listening");
  }

  write(data: Writable): void {
    if (!this._mayGather) this._refuseWrite();
    if (!this.core.writer.write(this, data)) {
      throw new UvError(errorNumber("UV_ENOBUFS"), "write to", this.subject());
    }
  }

  shutdown(): void {
    this.assertOpen("shut down");
    if (!this._isConnected) this._refuse("shut down");
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

  /** Hands as many buffers to libuv as one request takes. */
  private _queueSome(outgoing: Outgoing, written: number): void {
    const { native, counters } = this.core;
    const request = new StreamRequest(this.core, this, "write");
    const count = outgoing.moveTo(request, native.bufs, written);
    counters.queuedWrites++;
    const status = native.uv.uv_write(
      request.cell.pointer,
      this.pointer,
      native.bufs.pointer,
      count,
      native.callbacks.on_write,
    );
    if (status < 0) {
      request.release();
      return this.failWrite(status);
    }
    this._queued++;
    this._noteWriting();
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

  /** A connection was accepted into this stream. */
  accepted(owner: MachineEntry): void {
    this._setPhase("connected");
    this.moveTo(owner);
  }

  /** Tells the machine of a connection. */
  deliverConnection(peer: StreamHandle): void {
    this.core.event.stream = peer;
    this.deliver("connection");
  }

  completed({ kind, byteLength }: StreamRequest, status: number): void {
    if (kind === "write") this._queued--;
    if (this.state !== "open") return;
    this._noteWriting();
    if (kind === "connect") this._connected(status);
    else if (kind === "write") this._written(byteLength, status);
    else if (status < 0) this.deliverFailure("shutdownFailed", status, "shut down");
    else this.deliver("shutdown");
  }

  /** A handle of the same kind, for a listener's stock. */
  protected abstract newPeer(): StreamHandle;

  protected override assertReadable(): void {
    if (!this._isConnected) this._refuse("read");
  }

  protected override onOther(kind: number, status: number): void {
    this._acceptor?.record(kind, status);
  }

  /** @throws {StateError} unless nothing was done with the handle yet, but adopting a socket */
  protected assertNew(operation: string): void {
    this.assertOpen(operation);
    if (this._phase !== "new" && this._phase !== "adopted") this._refuse(operation);
  }

  /** The handle works on a socket of unknown state: the system knows what it may do. */
  protected adopted(): void {
    this._setPhase("adopted");
  }

  /** Makes a connect request, and starts it with `start`. */
  protected startConnect(start: (request: StreamRequest) => number): void {
    const request = new StreamRequest(this.core, this, "connect");
    const status = start(request);
    if (status < 0) request.release();
    this.check(status, "connect to", this.subject());
    this._hasFailed = false; // writes of an attempt before
    this._setPhase("connecting");
  }

  protected override beforeClosing(): void {
    this.core.writer.flush(this);
  }

  protected override onClosing(): void {
    this._mayGather = false;
    this._isConnected = false;
    this._noteWriting();
    super.onClosing();
    this._acceptor?.close();
  }

  protected override onClosed(): void {
    this._acceptor?.free();
  }

  private _connected(status: number): void {
    this._setPhase(status < 0 ? "new" : "connected");
    if (status < 0) return this.deliverFailure("connectFailed", status, "connect to");
    this.deliver("connected");
  }

  private _written(byteLength: number, status: number): void {
    if (status < 0) return this.failWrite(status);
    this.core.counters.bytesWritten += byteLength;
    if (this._queued === 0) this.deliver("flushed");
  }

  /** The phase, and with it what is asked for every message. */
  private _setPhase(phase: Phase): void {
    this._phase = phase;
    this._isConnected = phase === "connected" || phase === "adopted";
    this._mayGather = (this._isConnected || phase === "connecting") && !this._isShut;
    this.fd = phase === "connected" ? this.core.native.fileno(this.pointer) : -1;
    this._noteWriting();
  }

  /** What is asked for every message is kept as a plain field. */
  private _noteWriting(): void {
    this.mayTryWrite = this._isConnected && this._queued === 0 && !this._hasFailed;
  }

  private _refuseWrite(): never {
    this.assertOpen("write");
    if (this._isShut) throw new StateError("write", `the ${this.kind} was shut down`);
    this._refuse("write");
  }

  private _refuse(operation: string): never {
    throw new StateError(operation, `the ${this.kind} is ${this._phase}`);
  }
}
