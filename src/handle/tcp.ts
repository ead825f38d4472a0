import { uv_handle_type, uv_tcp_flags } from "../../ffi/libuv/constants.ts";
import { duplicateFd, lastError } from "../../ffi/memory/system.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { IpAddress } from "../io/address.ts";
import type { Tcp, TcpBindOptions } from "../io/tcp.ts";
import { adoptedFd, closeFd } from "./adopted_fd.ts";
import { boolean, integer, optionsObject, string } from "./argument.ts";
import { noteDetached } from "./detached_fds.ts";
import { sharePort, tcpSocket } from "./port_sharing.ts";
import { StreamHandle } from "./stream.ts";

const PORT_MAX = 65535;
const KEEPALIVE_SECONDS = 60;
const KEEPALIVE_SECONDS_MAX = 32767;

/** A `uv_tcp_t`; see `Tcp`. */
export class TcpHandle extends StreamHandle implements Tcp {
  readonly kind = "tcp";
  private _subject = "tcp";

  /** Made by a scope, or by a listener for its stock (`uv_tcp_init`). */
  constructor(core: LoopCore, owner: MachineEntry | undefined) {
    super(core, uv_handle_type.UV_TCP, owner);
    this.checkInit(core.native.uv.uv_tcp_init(core.native.pointer, this.pointer));
  }

  bind(address: string, port: number, options: TcpBindOptions = {}): void {
    const { ipv6Only = false, reusePort = false } = optionsObject(options); // may run code
    this.assertNew("bind");
    const flags = boolean(ipv6Only, "ipv6Only") ? uv_tcp_flags.UV_TCP_IPV6ONLY : 0;
    boolean(reusePort, "reusePort");
    this._setAddress(address, port);
    if (reusePort) this._sharePort(address.includes(":"));
    const { uv, socketAddress } = this.core.native;
    this.check(uv.uv_tcp_bind(this.pointer, socketAddress.pointer, flags), "bind", this._subject);
  }

  connect(address: string, port: number): void {
    this.assertNew("connect");
    this._setAddress(address, port);
    const { uv, socketAddress, callbacks } = this.core.native;
    this.startConnect(({ cell }) =>
      uv.uv_tcp_connect(
        cell.pointer,
        this.pointer,
        socketAddress.pointer,
        callbacks.on_connect,
      )
    );
  }

  open(fd: number): void {
    this.assertNew("adopt a socket");
    const own = adoptedFd(this.core, fd, uv_handle_type.UV_TCP);
    const status = this.core.native.uv.uv_tcp_open(this.pointer, own);
    if (status < 0) closeFd(own);
    this.check(status, "adopt", `fd ${fd}`);
    this.adopted();
  }

  detach(): number {
    this.assertOpen("detach it");
    if (this.phase !== "connected" && this.phase !== "adopted") this.refuse("detach");
    if (this.unsentSize > 0) throw new StateError("detach", "it has bytes that are not sent");
    const fd = duplicateFd(this.core.native.fileno(this.pointer));
    if (fd < 0) throw new UvError(lastError(), "detach", this._subject);
    this.close();
    noteDetached(fd);
    return fd;
  }

  nodelay(enable: boolean): void {
    this.assertOpen("set nodelay");
    boolean(enable, "enable");
    const status = this.core.native.uv.uv_tcp_nodelay(this.pointer, enable ? 1 : 0);
    this.check(status, "set nodelay of", this._subject);
  }

  keepalive(enable: boolean, delaySeconds: number = KEEPALIVE_SECONDS): void {
    this.assertOpen("set keepalive");
    boolean(enable, "enable");
    integer(delaySeconds, "delaySeconds", 1, KEEPALIVE_SECONDS_MAX);
    const { uv } = this.core.native;
    const status = uv.uv_tcp_keepalive(this.pointer, enable ? 1 : 0, delaySeconds);
    this.check(status, "set keepalive of", this._subject);
  }

  simultaneousAccepts(enable: boolean): void {
    this.assertOpen("set simultaneous accepts");
    const { uv } = this.core.native;
    const status = uv.uv_tcp_simultaneous_accepts(
      this.pointer,
      boolean(enable, "enable") ? 1 : 0,
    );
    this.check(status, "set simultaneous accepts of", this._subject);
  }

  localAddress(): IpAddress {
    this.assertOpen("read its address");
    return this._address(this.core.native.uv.uv_tcp_getsockname, "read the local address of");
  }

  remoteAddress(): IpAddress {
    this.assertOpen("read its peer's address");
    return this._address(this.core.native.uv.uv_tcp_getpeername, "read the remote address of");
  }

  closeReset(): void {
    this.assertOpen("reset it");
    const { uv, callbacks } = this.core.native;
    this.check(uv.uv_tcp_close_reset(this.pointer, callbacks.on_close), "reset", this._subject);
    this.startClosing();
  }

  subject(): string {
    return this._subject;
  }

  protected newPeer(): StreamHandle {
    return new TcpHandle(this.core, undefined);
  }

  /** libuv makes the socket only when it binds: too late to set anything. */
  private _sharePort(isIpv6: boolean): void {
    const { native } = this.core;
    let fd = native.fileno(this.pointer);
    if (fd < 0) {
      fd = tcpSocket(isIpv6);
      this.check(fd, "make", "a socket");
      const status = native.uv.uv_tcp_open(this.pointer, fd);
      if (status < 0) closeFd(fd);
      this.check(status, "adopt", `fd ${fd}`);
    }
    this.check(sharePort(fd, native.socketAddress.namePointer), "share", this._subject);
  }

  /** Checks an address and writes it where libuv reads it. */
  private _setAddress(address: string, port: number): void {
    string(address, "address");
    const checked = integer(port, "port", 0, PORT_MAX);
    if (address.includes("\0") || !this.core.native.socketAddress.setIp(address, checked)) {
      throw new RangeError(`address must be an IPv4 or IPv6 address, not ${address}`);
    }
    this._subject = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  }

  private _address(
    read: (handle: never, address: never, length: never) => number,
    syscall: string,
  ): IpAddress {
    const { socketAddress } = this.core.native;
    socketAddress.setRoom();
    const status = (read as (...pointers: unknown[]) => number)(
      this.pointer,
      socketAddress.pointer,
      socketAddress.lengthPointer,
    );
    this.check(status, syscall, this._subject);
    return socketAddress.ip() as IpAddress;
  }
}
