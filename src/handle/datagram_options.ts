import { uv_membership } from "../../ffi/libuv/constants.ts";
import { setMembership, setMulticastInterface, udpFunctions } from "../../ffi/libuv/udp.ts";
import { StateError } from "../error/state_error.ts";
import type { IpAddress } from "../io/address.ts";
import type { UdpMembershipOptions } from "../io/udp.ts";
import { boolean, integer, optionsObject, string } from "./argument.ts";
import { DatagramHandle } from "./datagram_handle.ts";

const PORT_MAX = 65535;
const HOPS_MAX = 255;

/** The addresses, groups and options of a UDP socket. */
export abstract class DatagramOptions extends DatagramHandle {
  localAddress(): IpAddress {
    this.assertOpen("read its address");
    return this._address("uv_udp_getsockname", "read the local address of");
  }

  remoteAddress(): IpAddress {
    this.assertOpen("read its peer's address");
    return this._address("uv_udp_getpeername", "read the remote address of");
  }

  joinGroup(group: string, options: UdpMembershipOptions = {}): void {
    this._setMembership("join", group, options);
  }

  leaveGroup(group: string, options: UdpMembershipOptions = {}): void {
    this._setMembership("leave", group, options);
  }

  multicastLoop(enable: boolean): void {
    this.assertOpen("set its multicast loop");
    const on = boolean(enable, "enable") ? 1 : 0;
    const status = udpFunctions().uv_udp_set_multicast_loop(this.pointer, on);
    this.check(status, "set the multicast loop of", this.subject());
  }

  multicastTtl(hops: number): void {
    this.assertOpen("set its multicast TTL");
    const ttl = integer(hops, "hops", 0, HOPS_MAX);
    const status = udpFunctions().uv_udp_set_multicast_ttl(this.pointer, ttl);
    this.check(status, "set the multicast TTL of", this.subject());
  }

  multicastInterface(address: string): void {
    this.assertOpen("set its multicast interface");
    this.setAddress(address, 0);
    const status = setMulticastInterface(this.pointer, address);
    this.check(status, "set the multicast interface of", this.subject());
  }

  broadcast(enable: boolean): void {
    this.assertOpen("allow broadcasts");
    const on = boolean(enable, "enable") ? 1 : 0;
    const status = udpFunctions().uv_udp_set_broadcast(this.pointer, on);
    this.check(status, "allow broadcasts of", this.subject());
  }

  ttl(hops: number): void {
    this.assertOpen("set its TTL");
    const ttl = integer(hops, "hops", 1, HOPS_MAX);
    this.check(udpFunctions().uv_udp_set_ttl(this.pointer, ttl), "set the TTL of", this.subject());
  }

  /** Checks an address and writes it where libuv reads it. */
  protected setAddress(address: unknown, port: unknown): void {
    const text = string(address, "address");
    const checked = integer(port, "port", 0, PORT_MAX);
    if (text.includes("\0") || !this.core.native.socketAddress.setIp(text, checked)) {
      throw new RangeError(`address must be an IPv4 or IPv6 address, not ${text}`);
    }
  }

  /** Has libuv write an address, where `socketAddress` reads it. Returns its answer. */
  protected readAddress(read: "uv_udp_getsockname" | "uv_udp_getpeername"): number {
    const { socketAddress } = this.core.native;
    socketAddress.setRoom();
    const { pointer, lengthPointer } = socketAddress;
    return udpFunctions()[read](this.pointer, pointer, lengthPointer);
  }

  private _address(read: "uv_udp_getsockname" | "uv_udp_getpeername", syscall: string): IpAddress {
    this.check(this.readAddress(read), syscall, this.subject());
    const address = this.core.native.socketAddress.ip();
    if (address === undefined) throw new StateError(syscall, "it has none of IP");
    return address;
  }

  private _setMembership(
    verb: "join" | "leave",
    group: string,
    options: UdpMembershipOptions,
  ): void {
    const { interfaceAddress, sourceAddress } = optionsObject(options); // may run code
    this.assertOpen(`${verb} a group`);
    for (const address of [group, interfaceAddress ?? group, sourceAddress ?? group]) {
      this.setAddress(address, 0);
    }
    const { UV_JOIN_GROUP, UV_LEAVE_GROUP } = uv_membership;
    const membership = verb === "join" ? UV_JOIN_GROUP : UV_LEAVE_GROUP;
    const status = setMembership(this.pointer, {
      group,
      interfaceAddress,
      sourceAddress,
      membership,
    });
    this.check(status, verb, `group ${group}`);
    this.noteSocket();
  }
}
