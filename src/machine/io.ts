/**
 * What a machine sees of the world, as interfaces: a loop on libuv is one way to meet them.
 *
 * Every call on a handle checks its arguments and its state before anything native runs. A closed
 * handle throws `ClosedError`, a wrong type `TypeError`, a wrong value `RangeError`, a refusal of
 * the system `UvError`.
 */
import type { Chain } from "../memory/chain.ts";
import type { Memory } from "../memory/memory.ts";

/** An IP address and port. */
export interface IpAddress {
  readonly family: "IPv4" | "IPv6";
  /** `127.0.0.1`, `::1`, `fe80::1%2`. */
  readonly address: string;
  readonly port: number;
}

/** An IP address without a port: what a name stands for. */
export interface HostAddress {
  readonly family: "IPv4" | "IPv6";
  /** `127.0.0.1`, `::1`, `fe80::1%2`: as `Tcp.connect` takes it. */
  readonly address: string;
}

/**
 * What can be written: bytes, text (as UTF-8), shared memory, or what is never copied: memory (a
 * `Block`, `PinnedMemory`, `ForeignMemory`), and a chain, which stays as it is.
 */
export type Writable = Uint8Array | string | SharedArrayBuffer | Memory | Chain;

/** What all handles share (`uv_handle_t`). */
export interface Handle {
  /** `tcp`, `pipe`, `timer`, `async`, `signal`. */
  readonly kind: string;
  /** `open`, then `closing` after `close()`, then `closed` when libuv has let go of it. */
  readonly state: "open" | "closing" | "closed";
  /**
   * Closes the handle (`uv_close`). Requests under way are cancelled, no event of it is delivered
   * any more. Allowed in a handler of its own event.
   *
   * @throws {ClosedError} when it is closing or closed
   */
  close(): void;
}

/** A stream of bytes, or a listener for such streams (`uv_stream_t`). */
export interface Stream extends Handle {
  /** Whether it may be read from (`uv_is_readable`). */
  readonly isReadable: boolean;
  /** Whether it may be written to (`uv_is_writable`). */
  readonly isWritable: boolean;
  /**
   * Bytes that the socket has not taken (`uv_stream_get_write_queue_size`). While it is not 0 a
   * `flushed` event is due. What this turn has written is not among them yet.
   */
  readonly writeQueueSize: number;
  /** Bytes that wait: those that the socket has not taken, and those that this turn has written. */
  readonly unsentSize: number;

  /**
   * Listens (`uv_listen`): each connection is accepted and arrives as a `connection` event.
   *
   * @param backlog connections that the kernel keeps waiting; 511 by default
   * @throws {UvError} EADDRINUSE when the address is taken: libuv tells it here, not at `bind`
   */
  listen(backlog?: number): void;

  /**
   * Leaves connections with the kernel; those that were accepted in this turn still arrive. For a
   * listener only; may be called again.
   */
  acceptStop(): void;
  /** Accepts again, after `acceptStop`. */
  acceptStart(): void;

  /** Starts reading (`uv_read_start`): `read` events, then `end` or `readFailed`. */
  readStart(): void;
  /** Stops reading (`uv_read_stop`); never fails on an open stream. */
  readStop(): void;

  /**
   * Writes: all that the handlers of one turn write to a stream goes out when they have run, in one
   * system call if the socket takes it (`uv_try_write`), the rest in order as it can (`uv_write`).
   * What had to wait is followed by a `flushed` event.
   *
   * Memory and chains are held until they are written, and sent from where they are; so are bytes
   * from 16 KiB on. Those must stay as they are until `flushed`: ask for it with `requestFlushed`,
   * or write a `PinnedMemory`, which tells when it is released. Shorter bytes, and text, are copied
   * before the call returns. A peer that takes nothing makes short ranges of blocks be copied
   * behind each other, so that they do not hold a block each.
   *
   * @param data bytes of a buffer that can be resized are always copied
   * @throws {TypeError} for what cannot be written, and for a block of another loop
   * @throws {ClosedError} for memory that nobody holds
   * @throws {StateError} after `shutdown()`, or on a stream that is not connected
   * @throws {UvError} ENOBUFS when the pool is at its ceiling
   */
  write(data: Writable): void;

  /**
   * Asks for one `flushed` event when no more than so much is left of what was written, even if
   * nothing had to wait: in the next turn then. Asking again before the event replaces this; a
   * `flushed` for another reason may come besides. After a write has failed there is none.
   *
   * @param byteLength compared with `unsentSize`; 0, for all, by default
   * @throws {StateError} on a stream that is not connected
   */
  requestFlushed(byteLength?: number): void;

  /** Ends the writing half when everything is written (`uv_shutdown`): a `shutdown` event. */
  shutdown(): void;
}

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
  /** Works on a socket that exists (`uv_tcp_open`); on a duplicate: `fd` stays the caller's. */
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

/**
 * A unix domain socket (`uv_pipe_t`). A name that starts with a NUL is one of Linux's abstract
 * namespace.
 */
export interface Pipe extends Stream {
  readonly kind: "pipe";
  /** Binds (`uv_pipe_bind`). @throws {RangeError} for a name that the kernel would cut off */
  bind(name: string): void;
  /** Connects (`uv_pipe_connect`): a `connected` or `connectFailed` event. */
  connect(name: string): void;
  /** Works on a socket or pipe that exists (`uv_pipe_open`); on a duplicate. */
  open(fd: number): void;
  /** Lets other users connect (`uv_pipe_chmod`). */
  chmod(mode: "readable" | "writable" | "both"): void;
  /** The name of this end, or "" (`uv_pipe_getsockname`). */
  localName(): string;
  /** The name of the other end, or "" (`uv_pipe_getpeername`). */
  remoteName(): string;
}

/** A timer (`uv_timer_t`). */
export interface Timer extends Handle {
  readonly kind: "timer";
  readonly isActive: boolean;
  /**
   * Starts or restarts (`uv_timer_start`): a `timer` event.
   *
   * @param timeoutMs until the first event; 0 is the next turn
   * @param repeatMs between later events; 0 for none
   */
  start(timeoutMs: number, repeatMs?: number): void;
  /** Stops (`uv_timer_stop`). */
  stop(): void;
}

/** A wake-up from other threads (`uv_async_t`). */
export interface Async extends Handle {
  readonly kind: "async";
  /** Sends (`uv_async_send`): several before the loop turns make one `async` event. */
  send(): void;
}

/** A watcher of a signal (`uv_signal_t`). */
export interface Signal extends Handle {
  readonly kind: "signal";
  /**
   * Watches (`uv_signal_start`): `signal` events.
   *
   * @param name `SIGINT`, ... or a number
   * @throws {RangeError} for a signal that the runtime itself lives by: SIGSEGV, SIGPWR, ...
   * @throws {UvError} EINVAL for those that nobody can watch: SIGKILL, SIGSTOP
   */
  start(name: string | number): void;
  /** Stops watching (`uv_signal_stop`). */
  stop(): void;
}

/** What all requests share (`uv_req_t`): asked for once, answered once, by an event. */
export interface IoRequest {
  /** `resolve`. */
  readonly kind: string;
  /** `pending`, then `done` from its event on, or when it has ended after its machine. */
  readonly state: "pending" | "done";
  /**
   * Takes the request back (`uv_cancel`), which is possible as long as no thread works on it. It is
   * answered all the same: with ECANCELED, or with what came of it where it was too late.
   *
   * @returns whether the answer will be ECANCELED; false once it was given. May be called again
   */
  cancel(): boolean;
}

/** A lookup of a name (`uv_getaddrinfo_t`): a `resolved` or `resolveFailed` event. */
export interface Resolve extends IoRequest {
  readonly kind: "resolve";
  /** What is looked up. */
  readonly host: string;
}

/** How a name is looked up. */
export interface ResolveOptions {
  /** The addresses that will do: 4 for IPv4, 6 for IPv6, 0 (the default) for either. */
  readonly family?: 0 | 4 | 6;
  /** Takes a literal address only, and asks nobody (`AI_NUMERICHOST`); false by default. */
  readonly numericHost?: boolean;
}
