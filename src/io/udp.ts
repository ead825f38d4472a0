import type { UvError } from "../error/uv_error.ts";
import type { Block } from "../memory/block.ts";
import type { IpAddress } from "./address.ts";
import type { Handle } from "./handle.ts";
import type { Writable } from "./writable.ts";

/** How a UDP socket receives. */
export interface UdpOptions {
  /**
   * Datagrams of up to so many bytes arrive whole; of a longer one the end may be cut off, and the
   * event says so (`isPartial`). By default 28 bytes less than a block of the loop (16356). More
   * than that takes a large block for each datagram: the longest of IPv4, 65507, fits in the
   * default ones.
   */
  readonly datagramBytesMax?: number;
  /**
   * Asks the kernel for up to 20 datagrams in one system call (`UV_UDP_RECVMMSG`), and copies each
   * to a block. Worth it where many short ones come at once: false.
   */
  readonly recvmmsg?: boolean;
}

/** How a UDP socket is bound. */
export interface UdpBindOptions {
  /** Leaves the port of IPv4 to others, for `::` (`UV_UDP_IPV6ONLY`): false. */
  readonly ipv6Only?: boolean;
  /**
   * Lets others bind to the same address who want this too (`UV_UDP_REUSEADDR`): false. On Linux
   * the last one to bind receives what is sent to it alone; multicast reaches all of them.
   */
  readonly reuseAddress?: boolean;
  /**
   * Shares the port with all who bind it with this option: the kernel spreads datagrams over them,
   * by sender (`SO_REUSEPORT`): false.
   */
  readonly reusePort?: boolean;
  /**
   * Has the kernel report what becomes of datagrams to peers that it is not connected to, such as
   * ECONNREFUSED (`UV_UDP_LINUX_RECVERR`): `receiveFailed` events, and `sendFailed` in place of one
   * that comes after. Linux only: false.
   */
  readonly reportErrors?: boolean;
}

/** Which interface a group is joined on, and whose datagrams are wanted. */
export interface UdpMembershipOptions {
  /** An address of it; of IPv6 with its name: `::%eth0`. By default the system chooses. */
  readonly interfaceAddress?: string;
  /** The one sender who is heard (`uv_udp_set_source_membership`). By default all are. */
  readonly sourceAddress?: string;
}

/**
 * A UDP socket (`uv_udp_t`).
 *
 * The socket is made by the first call that needs one: options of one that is neither bound nor has
 * sent anything are refused with EBADF.
 */
export interface Udp extends Handle {
  readonly kind: "udp";
  /** Datagrams that wait: those of this turn, and those that the socket has not taken. */
  readonly sendQueueCount: number;
  /** Their bytes. */
  readonly sendQueueSize: number;

  /**
   * Binds (`uv_udp_bind`).
   *
   * @param address `127.0.0.1`, `::`, ...; no names are resolved
   * @param port 0 to 65535; 0 takes any that is free
   * @throws {UvError} EADDRINUSE, EACCES, ...
   */
  bind(address: string, port: number, options?: UdpBindOptions): void;
  /**
   * Works on a datagram socket that exists, of IP or of the unix domain (`uv_udp_open`); on a
   * duplicate: `fd` stays the caller's. It does not block any more, for whoever else has it.
   *
   * @throws {UvError} EBUSY when the handle has a socket, ENOTSOCK for what is no datagram socket
   */
  open(fd: number): void;
  /**
   * Fixes the peer: only its datagrams are received, and `send` needs no address
   * (`uv_udp_connect`). An unbound socket is bound to any free port.
   *
   * @throws {UvError} EISCONN when it is connected
   */
  connect(address: string, port: number): void;
  /** Ends `connect` (`uv_udp_connect`). @throws {UvError} ENOTCONN when it is not connected */
  disconnect(): void;

  /**
   * Sends one datagram: when the handlers of this turn have run, and before the loop waits again.
   * What the socket does not take then waits in libuv (`uv_udp_send`), and a `sent` event tells
   * when nothing waits any more. A datagram that cannot be sent is told by `sendFailed`.
   *
   * The data is held or copied as `Stream.write` does it. An unbound socket is bound to any free
   * port.
   *
   * @param data empty data makes an empty datagram
   * @param address of the receiver, with `port`; none on a socket that is connected
   * @throws {TypeError} for what cannot be sent, and for a block of another loop
   * @throws {RangeError} for an address that is none
   * @throws {StateError} with an address on a connected socket, without one on another
   * @throws {UvError} ENOBUFS when the pool is at its ceiling
   */
  send(data: Writable, address?: string, port?: number): void;
  /**
   * Sends a datagram back to the sender of the one whose event is being handled, as `send` does.
   * The address is not made text for it.
   *
   * @throws {StateError} outside the handler of a `datagram` event of this socket
   */
  reply(data: Writable): void;
  /**
   * Sends at once (`uv_udp_try_send`); arguments as those of `send`.
   *
   * @returns false when the socket cannot take it now, or others wait before it
   * @throws {UvError} EMSGSIZE, ENETUNREACH, ...
   */
  trySend(data: Writable, address?: string, port?: number): boolean;
  /** Asks for one `sent` event when nothing waits, even if nothing had to: in the next turn. */
  requestSent(): void;

  /** Starts receiving (`uv_udp_recv_start`): `datagram` events. May be called again. */
  receiveStart(): void;
  /** Stops receiving (`uv_udp_recv_stop`): datagrams wait in the kernel, while it has room. */
  receiveStop(): void;

  /** The address of this end (`uv_udp_getsockname`). */
  localAddress(): IpAddress;
  /** The address of the peer of `connect` (`uv_udp_getpeername`). */
  remoteAddress(): IpAddress;

  /**
   * Joins a multicast group (`uv_udp_set_membership`). An unbound socket is bound to any free port,
   * so bind before.
   *
   * @param group its address: `239.255.0.1`, `ff02::1`
   */
  joinGroup(group: string, options?: UdpMembershipOptions): void;
  /** Leaves a group; the options are those of `joinGroup`. */
  leaveGroup(group: string, options?: UdpMembershipOptions): void;
  /** Whether what is sent to a group is received here too; true at first. */
  multicastLoop(enable: boolean): void;
  /** How many routers a datagram to a group may pass: 0 to 255, 1 at first. */
  multicastTtl(hops: number): void;
  /** By which interface datagrams to groups leave. @param address of it, as `interfaceAddress` */
  multicastInterface(address: string): void;
  /** Allows datagrams to broadcast addresses (`uv_udp_set_broadcast`). */
  broadcast(enable: boolean): void;
  /** How many routers a datagram may pass (`uv_udp_set_ttl`): 1 to 255. */
  ttl(hops: number): void;
}

/** What can happen to a UDP socket. */
export type UdpEvent =
  /**
   * `byteLength` bytes are at the start of `block.bytes`; `bytes` makes a view of just these. The
   * block goes back to the pool after the handler, unless it is retained or sent.
   */
  | {
    readonly kind: "datagram";
    readonly handle: Udp;
    readonly block: Block;
    readonly byteLength: number;
    readonly bytes: Uint8Array;
    /** The sender, read when it is asked for; undefined where it has no IP address. */
    readonly peer: IpAddress | undefined;
    /** Whether the end was cut off: see `UdpOptions.datagramBytesMax`. */
    readonly isPartial: boolean;
  }
  /** ECONNREFUSED: nobody hears the peer's port; ... The socket goes on receiving. */
  | { readonly kind: "receiveFailed"; readonly handle: Udp; readonly error: UvError }
  /** Nothing waits to be sent any more. */
  | { readonly kind: "sent"; readonly handle: Udp }
  /** One datagram was not sent: EMSGSIZE, ECONNREFUSED, ENETUNREACH, ... */
  | { readonly kind: "sendFailed"; readonly handle: Udp; readonly error: UvError };
