import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Stream } from "../io/stream.ts";
import { Acceptor } from "./acceptor.ts";
import { integer } from "./argument.ts";
import { StreamRequest } from "./stream_request.ts";
import { WritableHandle } from "./writable_handle.ts";

/** What node and nginx ask for; the kernel has a limit of its own (`somaxconn`). */
const BACKLOG = 511;
const BACKLOG_MAX = 65535;

/** What a stream is being used as. */
type Phase = "new" | "connecting" | "connected" | "listening" | "adopted";

/** What TCP sockets and pipes share; see `Stream`. */
export abstract class StreamHandle extends WritableHandle implements Stream {
  abstract override readonly kind: "tcp" | "pipe" | "tty";
  private _phase: Phase = "new";
  private _acceptor: Acceptor | undefined;

  get isReadable(): boolean {
    if (this.state !== "open" || this.readHasFailed) return false;
    return this.core.native.uv.uv_is_readable(this.pointer) !== 0;
  }

  listen(backlog: number = BACKLOG): void {
    this.assertOpen("listen");
    integer(backlog, "backlog", 1, BACKLOG_MAX);
    if (this._phase === "connecting" || this._phase === "listening") this.refuse("listen");
    this.endWriting("listen");
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

  acceptStop(): void {
    this._listening("stop accepting").stop();
  }

  acceptStart(): void {
    this._listening("accept").start();
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

  /** A handle of the same kind, for a listener's stock. */
  protected abstract newPeer(): StreamHandle;

  protected get phase(): Phase {
    return this._phase;
  }

  protected override assertReadable(): void {
    if (!this.isConnected) this.refuse("read");
  }

  protected override onOther(kind: number, status: number): void {
    this._acceptor?.record(kind, status);
  }

  /** @throws {StateError} unless nothing was done with the handle yet, but adopting a socket */
  protected assertNew(operation: string): void {
    this.assertOpen(operation);
    if (this._phase !== "new" && this._phase !== "adopted") this.refuse(operation);
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
    this._setPhase("connecting");
  }

  protected override onClosing(): void {
    super.onClosing();
    this._acceptor?.close();
  }

  protected override onClosed(): void {
    super.onClosed();
    this._acceptor?.free();
  }

  protected override connectEnded(status: number): void {
    this._setPhase(status < 0 ? "new" : "connected");
    if (status < 0) return this.deliverFailure("connectFailed", status, "connect to");
    this.deliver("connected");
  }

  /** @throws {StateError} on anything but a listener */
  private _listening(operation: string): Acceptor {
    this.assertOpen(operation);
    return this._acceptor ?? this.refuse(operation);
  }

  private _setPhase(phase: Phase): void {
    this._phase = phase;
    const isConnected = phase === "connected" || phase === "adopted";
    const fd = phase === "connected" ? this.core.native.fileno(this.pointer) : -1;
    if (fd >= 0 && this.kind === "tcp") this.cell.setExtra(fd + 1); // it is read without libuv
    this.setWritable(isConnected, phase === "connecting", fd);
  }
}
