import type { IpAddress } from "./address.ts";
import type { Stream } from "./stream.ts";

/** How a TCP socket is bound. */
export interface TcpBindOptions {
  /** Leaves the port of IPv4 to others, for `::` (`UV_TCP_IPV6ONLY`): false. */
  readonly ipv6Only?: boolean;
  /**
   * Shares the port with all who bind it with this option: the kernel spreads connections over
   * their listeners (`SO_REUSEPORT`): false.
   */
  readonly reusePort?: boolean;
}

/** A TCP socket (`uv_tcp_t`). */
export interface Tcp extends Stream {
  readonly kind: "tcp";
  /**
   * Binds (`uv_tcp_bind`).
   *
   * @param address `127.0.0.1`, `::`, ...; no names are resolved
   * @param port 0 to 65535; 0 takes any that is free
   */
  bind(address: string, port: number, options?: TcpBindOptions): void;
  /** Connects (`uv_tcp_connect`): a `connected` or `connectFailed` event. */
  connect(address: string, port: number): void;
  /**
   * Works on a socket that exists (`uv_tcp_open`); on a duplicate: `fd` stays the caller's. It does
   * not block any more, for whoever else has it: never give a descriptor of the runtime's own.
   */
  open(fd: number): void;
  /**
   * Lets go of a connected socket, so that another loop can have it: the handle closes, the socket
   * lives on in the descriptor that this returns. Its receiver, in whatever thread, calls `open`,
   * which works on a duplicate; close yours with `closeFd` when it has.
   *
   * Detach before `readStart`: what was read and not told of is lost.
   *
   * @throws {StateError} unless it is connected and all that was written is sent
   */
  detach(): number;
  /** Sends small packets at once (`uv_tcp_nodelay`). */
  nodelay(enable: boolean): void;
  /** Probes an idle connection (`uv_tcp_keepalive`). @param delaySeconds before the first probe */
  keepalive(enable: boolean, delaySeconds?: number): void;
  /** Accepts several connections at once; only Windows knows it (`uv_tcp_simultaneous_accepts`). */
  simultaneousAccepts(enable: boolean): void;
  /** The address of this end (`uv_tcp_getsockname`). */
  localAddress(): IpAddress;
  /** The address of the other end (`uv_tcp_getpeername`). */
  remoteAddress(): IpAddress;
  /** Closes with a reset instead of a clean end (`uv_tcp_close_reset`). */
  closeReset(): void;
}
