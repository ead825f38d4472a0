import { uv_udp_flags } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { sockaddr_in6, uv_udp_t } from "../../ffi/libuv/layouts.ts";
import { udpFunctions } from "../../ffi/libuv/udp.ts";
import { StateError } from "../error/state_error.ts";
import type { Udp, UdpBindOptions, UdpOptions } from "../io/udp.ts";
import type { Writable } from "../io/writable.ts";
import type { Destination, SendingSocket } from "../loop/sending_socket.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Memory } from "../memory/memory.ts";
import { ownData } from "../memory/own_data.ts";
import { closeFd } from "./adopted_fd.ts";
import { boolean, optionsObject } from "./argument.ts";
import { DatagramOptions } from "./datagram_options.ts";
import { adoptedDatagramFd, shareDatagramPort } from "./datagram_socket.ts";
import { letGo } from "./let_go.ts";
import { peerBytes } from "./peer_address.ts";
import { type SendOwner, SendRequest } from "./send_request.ts";

/** A sockaddr that is filled anew for each new receiver. */
interface ReusedDestination extends Destination {
  byteLength: number;
}

/** The peer that the socket is connected to. */
const connectedPeer: Destination = { words: new Int32Array(0), byteLength: 0 };

/** A `uv_udp_t`; see `Udp`. */
export class UdpHandle extends DatagramOptions implements Udp, SendingSocket, SendOwner {
  readonly kind = "udp";
  readonly addressLow: number;
  readonly addressHigh: number;
  gathered = 0;
  gatheredBytes = 0;
  /** Datagrams that wait in libuv. */
  private _queued = 0;
  private _isConnected = false;
  private _wantsSent = false;
  private _subject = "udp";
  /** The receiver that was last sent to by its text, and that text. */
  private readonly _last: ReusedDestination = {
    words: new Int32Array(sockaddr_in6.size / 4),
    byteLength: 0,
  };
  private _lastAddress = "";
  private _lastPort = -1;

  /** Made by a scope. */
  constructor(core: LoopCore, owner: MachineEntry | undefined, options: UdpOptions = {}) {
    super(core, owner, options);
    this.addressLow = this.cell.address | 0;
    this.addressHigh = Math.floor(this.cell.address / 2 ** 32);
  }

  get sendQueueCount(): number {
    return this.state === "open" ? this.gathered + this._queued : 0;
  }

  get sendQueueSize(): number {
    if (this.state !== "open") return 0;
    const queued = this._queued === 0 ? 0 : this.cell.structWord(uv_udp_t.send_queue_size);
    return this.gatheredBytes + queued;
  }

  get isQueueing(): boolean {
    return this._queued > 0;
  }

  bind(address: string, port: number, options: UdpBindOptions = {}): void {
    const { flags, reusePort } = bindFlags(options); // may run code of the user's
    this.assertOpen("bind");
    this.setAddress(address, port);
    const isIpv6 = address.includes(":");
    const subject = `${isIpv6 ? `[${address}]` : address}:${port}`;
    const { native } = this.core;
    if (reusePort) {
      const shared = shareDatagramPort(native, this.pointer, this.fd, isIpv6);
      this.check(shared, "share", subject);
    }
    const to = native.socketAddress.pointer;
    this.check(udpFunctions().uv_udp_bind(this.pointer, to, flags), "bind", subject);
    this._subject = subject;
    this.hasErrorQueue = (flags & uv_udp_flags.UV_UDP_LINUX_RECVERR) !== 0;
    this.noteSocket();
  }

  open(fd: number): void {
    this.assertOpen("adopt a socket");
    const own = adoptedDatagramFd(this.core, fd);
    const status = udpFunctions().uv_udp_open(this.pointer, own);
    if (status < 0) closeFd(own);
    this.check(status, "adopt", `fd ${fd}`);
    this.noteSocket();
    this._isConnected = this.readAddress("uv_udp_getpeername") >= 0;
    // Its owner may have asked for one. Sockets of the unix domain take that read for any other.
    this.hasErrorQueue = this.readAddress("uv_udp_getsockname") >= 0 &&
      this.core.native.socketAddress.ip() !== undefined;
  }

  connect(address: string, port: number): void {
    this.assertOpen("connect");
    this.setAddress(address, port);
    this.core.datagrams.flush(this); // what was sent before has an address of its own
    this.setAddress(address, port);
    const { socketAddress } = this.core.native;
    const status = udpFunctions().uv_udp_connect(this.pointer, socketAddress.pointer);
    this.check(status, "connect to", `${address} port ${port}`);
    this._isConnected = true;
    this.noteSocket();
  }

  disconnect(): void {
    this.assertOpen("disconnect");
    this.core.datagrams.flush(this);
    this.check(udpFunctions().uv_udp_connect(this.pointer, null), "disconnect", this._subject);
    this._isConnected = false;
  }

  send(data: Writable, address?: string, port?: number): void {
    const to = this._destination(address, port);
    this.core.datagrams.send(this, this._own(data), to);
  }

  reply(data: Writable): void {
    this.assertOpen("reply");
    const { current } = this;
    const addressBytes = current === undefined ? 0 : peerBytes(current);
    if (current === undefined || (addressBytes === 0 && !this._isConnected)) {
      throw new StateError("reply", "there is no datagram at hand, or its sender has no address");
    }
    const own = this._own(data);
    if (this._isConnected) this.core.datagrams.send(this, own, connectedPeer);
    else this.core.datagrams.reply(this, own, current, addressBytes);
  }

  trySend(data: Writable, address?: string, port?: number): boolean {
    const to = this._destination(address, port);
    const result = this.core.datagrams.trySend(this, this._own(data), to);
    if (result === errorNumber("UV_EAGAIN")) return false;
    this.check(result, "send from", this._subject);
    return true;
  }

  requestSent(): void {
    this.assertOpen("wait for what it sends");
    this._wantsSent = true;
    this.progressed();
    if (this.gathered > 0) this.core.writer.isAttended = true;
  }

  subject(): string {
    return this._subject;
  }

  sendRequest(): SendRequest {
    return SendRequest.take(this.core, this);
  }

  queued(): void {
    this._queued++;
  }

  sent(status: number, byteLength: number): void {
    this._queued--;
    if (this.state !== "open") return;
    if (status < 0) this.deliverFailure("sendFailed", status, "send from");
    else this.core.counters.bytesWritten += byteLength;
    if (this._queued > 0 || this.state !== "open") return;
    this._wantsSent = false;
    this.deliver("sent");
  }

  /** Tells the machine in a turn of its own: this may run inside its handler. */
  sendFailed(status: number): void {
    this.core.later.push(() => {
      if (this.state === "open") this.deliverFailure("sendFailed", status, "send from");
    });
  }

  progressed(): void {
    if (!this._wantsSent || this.gathered + this._queued > 0) return;
    this._wantsSent = false;
    this.core.later.push(() => {
      if (this.state === "open") this.deliver("sent");
    });
  }

  letGo(memory: Memory): void {
    letGo(this.core, memory);
  }

  protected override beforeClosing(): void {
    this.core.datagrams.flush(this);
  }

  protected noteSocket(): void {
    if (this.fd < 0) this.fd = this.core.native.fileno(this.pointer);
  }

  private _own(data: Writable): Writable {
    return this.core.pool.has(data) ? data : ownData(data);
  }

  /** Checks where to, and that there is a socket to send by. */
  private _destination(address: string | undefined, port: number | undefined): Destination {
    this.assertOpen("send");
    if (address === undefined && port === undefined) {
      if (this._isConnected) return connectedPeer;
      throw new StateError("send", "it is not connected, and no address was given");
    }
    if (this._isConnected) throw new StateError("send to an address", "the udp is connected");
    const to = this._last;
    if (address !== this._lastAddress || port !== this._lastPort) {
      this.setAddress(address, port);
      to.byteLength = this.core.native.socketAddress.copyTo(to.words);
      this._lastAddress = address as string;
      this._lastPort = port as number;
    }
    if (this.fd < 0) this.bind(this._lastAddress.includes(":") ? "::" : "0.0.0.0", 0);
    return to;
  }
}

/** Checks the options, and makes the flags of `uv_udp_bind` of them. */
function bindFlags(options: UdpBindOptions): { flags: number; reusePort: boolean } {
  const { ipv6Only = false, reuseAddress = false, reusePort = false, reportErrors = false } =
    optionsObject(options);
  boolean(reusePort, "reusePort");
  const { UV_UDP_IPV6ONLY, UV_UDP_REUSEADDR, UV_UDP_LINUX_RECVERR } = uv_udp_flags;
  const flags = (boolean(ipv6Only, "ipv6Only") ? UV_UDP_IPV6ONLY : 0) |
    (boolean(reuseAddress, "reuseAddress") ? UV_UDP_REUSEADDR : 0) |
    (boolean(reportErrors, "reportErrors") ? UV_UDP_LINUX_RECVERR : 0);
  return { flags, reusePort };
}
