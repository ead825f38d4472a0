import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { udpFunctions } from "../../ffi/libuv/udp.ts";
import type { NativeLoop } from "../../ffi/native_loop.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { UDP_ADDRESS_BYTES } from "../../ffi/thunks/kinds.ts";
import { UvError } from "../error/uv_error.ts";
import { Outgoing } from "../handle/outgoing.ts";
import type { SendRequest } from "../handle/send_request.ts";
import type { Writable } from "../io/writable.ts";
import type { Block } from "../memory/block.ts";
import type { BlockPool } from "../memory/block_pool.ts";
import { Chain } from "../memory/chain.ts";
import type { Counters } from "./counters.ts";
import { DatagramPacker } from "./datagram_packer.ts";
import type { Destination, SendingSocket } from "./sending_socket.ts";

/** A chain of more pieces is copied together: the kernel takes 1024 at the most. */
const PIECES_MAX = 64;

/**
 * The datagrams of a loop's turn: the `Writer` of UDP. Handlers only gather; native code sends
 * right before the next poll, each datagram with one system call and none by FFI.
 */
export class Datagrams {
  private readonly _native: NativeLoop;
  private readonly _pool: BlockPool;
  private readonly _counters: Counters;
  private readonly _packer: DatagramPacker;
  private readonly _again = errorNumber("UV_EAGAIN");
  private readonly _noBuffers = errorNumber("UV_ENOBUFS");
  /** By entry: the socket, or undefined when it was sent before. */
  private readonly _sockets: (SendingSocket | undefined)[] = [];
  /** By entry: what holds its bytes. */
  private readonly _memories: (Block | undefined)[] = [];
  private readonly _gathered: (Outgoing | undefined)[] = [];
  /** By entry: the block that holds the address, if it is another than that of the bytes. */
  private readonly _addresses: (Block | undefined)[] = [];
  private readonly _idle: Outgoing[] = [];
  /** Requests that wait to be used again. */
  readonly idleRequests: SendRequest[] = [];
  private _count = 0;
  /** Buffers of this turn's datagrams that have several. */
  private _bufs = 0;

  /** @param pool for the bytes that are copied */
  constructor(native: NativeLoop, pool: BlockPool, counters: Counters) {
    this._native = native;
    this._pool = pool;
    this._counters = counters;
    this._packer = new DatagramPacker(pool, counters);
  }

  /** Whether there is something to submit. */
  get isPending(): boolean {
    return this._count > 0;
  }

  /**
   * Gathers a datagram.
   *
   * @throws {TypeError} for what cannot be sent
   * @throws {ClosedError} for memory that nobody holds
   * @throws {UvError} ENOBUFS when the pool is at its ceiling
   */
  send(socket: SendingSocket, data: Writable, to: Destination): void {
    const entry = this._gather(socket, data);
    if (to.byteLength > 0) this._native.ring.sends.setAddress(entry, to.words, to.byteLength);
    if (socket.isQueueing) this._queueNow(socket, entry);
  }

  /** As `send`, to the address in the tail of a block. */
  reply(socket: SendingSocket, data: Writable, from: Block, addressBytes: number): void {
    const entry = this._gather(socket, data);
    const start = from.bytes.length - UDP_ADDRESS_BYTES;
    this._native.ring.sends.setAddressIn(entry, from, start, addressBytes);
    if (data !== from) this._addresses[entry] = from.hold();
    if (socket.isQueueing) this._queueNow(socket, entry);
  }

  /** Sends at once. Returns what libuv answers, EAGAIN where others wait. Throws as `send`. */
  trySend(socket: SendingSocket, data: Writable, to: Destination): number {
    if (socket.isQueueing || socket.gathered > 0) return this._again;
    const entry = this._gather(socket, data);
    if (to.byteLength > 0) this._native.ring.sends.setAddress(entry, to.words, to.byteLength);
    const result = this._sendNow(socket, entry);
    this._forget(socket, entry);
    this._drop(socket, entry);
    this._takeBack();
    return result;
  }

  /** Sends what a socket has gathered at once, instead of before the poll. */
  flush(socket: SendingSocket): void {
    for (let entry = 0; entry < this._count && socket.gathered > 0; entry++) {
      if (this._sockets[entry] === socket) {
        this._finish(socket, entry, this._sendNow(socket, entry));
      }
    }
  }

  /** Hands all that was gathered to native code, which sends it before the poll. */
  submit(): void {
    this._native.ring.submitSends(this._count);
  }

  /** Does what the results ask for, before any handler runs again. */
  reap(): void {
    const count = this._count;
    if (count === 0) return;
    const { sends } = this._native.ring;
    for (let entry = 0; entry < count; entry++) {
      const socket = this._sockets[entry];
      if (socket !== undefined) this._finish(socket, entry, sends.result(entry));
    }
    this._count = 0;
    this._bufs = 0;
    this._packer.end();
  }

  /** Makes an entry that holds the data; it has no address yet. */
  private _gather(socket: SendingSocket, data: Writable): number {
    const { sends } = this._native.ring;
    const entry = this._count;
    let byteLength = 0;
    if (this._pool.has(data)) {
      this._memories[entry] = data.hold();
      byteLength = data.length;
      sends.setRange(entry, socket, data, 0, byteLength);
    } else {
      const packed = this._packer.pack(data);
      if (packed === undefined) byteLength = this._gatherMore(socket, entry, data);
      else {
        byteLength = this._packer.byteLength;
        this._memories[entry] = packed;
        sends.setRange(entry, socket, packed, this._packer.start, byteLength);
      }
    }
    this._count = entry + 1;
    this._sockets[entry] = socket;
    socket.gathered++;
    socket.gatheredBytes += byteLength;
    return entry;
  }

  /** Data of several pieces, or of none. Returns its length in bytes. */
  private _gatherMore(socket: SendingSocket, entry: number, data: Writable): number {
    const { ring, sendBufs } = this._native;
    const outgoing = this._idle.pop() ?? new Outgoing(this._pool);
    try {
      const piece = data instanceof Chain && data.segments > PIECES_MAX ? data.bytes() : data;
      if (!outgoing.add(piece)) throw new UvError(this._noBuffers, "send from", socket.subject());
    } catch (error) {
      this.giveBack(socket, outgoing);
      throw error;
    }
    const { count, byteLength } = outgoing;
    if (this._bufs + count > sendBufs.capacity) this._flushAll();
    if (count > 1) {
      const first = this._bufs;
      const filled = outgoing.fill(sendBufs, first); // what has more pieces is too long anyway
      ring.sends.setArray(entry, socket, sendBufs.address(first), filled, byteLength);
      this._bufs += filled;
    } else if (count === 1) outgoing.submit(ring.sends, entry, socket);
    else ring.sends.setRange(entry, socket, socket, 0, 0); // an empty datagram has an address only
    this._gathered[entry] = outgoing;
    return byteLength;
  }

  private _flushAll(): void {
    for (let entry = 0; entry < this._count; entry++) {
      const socket = this._sockets[entry];
      if (socket !== undefined) this._finish(socket, entry, this._sendNow(socket, entry));
    }
    this._bufs = 0;
  }

  private _sendNow(socket: SendingSocket, entry: number): number {
    const { buffers, count, address } = this._native.ring.sends.read(entry);
    this._counters.otherCalls++;
    return udpFunctions().uv_udp_try_send(
      socket.pointer,
      runtime().pointer(buffers),
      count,
      runtime().pointer(address),
    );
  }

  /** An entry has its result: it is over, or libuv's. */
  private _finish(socket: SendingSocket, entry: number, result: number): void {
    if (result >= 0) {
      this._forget(socket, entry);
      this._drop(socket, entry);
      this._counters.writes++;
      this._counters.bytesWritten += result;
    } else if (result === this._again || result === this._noBuffers) this._queue(socket, entry);
    else {
      this._forget(socket, entry);
      this._drop(socket, entry);
      socket.sendFailed(result);
    }
    socket.progressed();
  }

  /** Others wait: the last entry goes to libuv at once, behind them. */
  private _queueNow(socket: SendingSocket, entry: number): void {
    this._queue(socket, entry);
    this._takeBack();
    socket.progressed();
  }

  /** The last entry is over before the poll: the next one may have its place. */
  private _takeBack(): void {
    this._count--;
    if (this._count === 0) this._packer.end();
  }

  /** Has libuv send an entry when it can (`uv_udp_send`). */
  private _queue(socket: SendingSocket, entry: number): void {
    const { buffers, count, address } = this._native.ring.sends.read(entry);
    const request = socket.sendRequest();
    this._counters.queuedWrites++;
    const status = udpFunctions().uv_udp_send(
      request.cell.pointer,
      socket.pointer,
      runtime().pointer(buffers),
      count,
      runtime().pointer(address),
      this._native.callbacks.on_udp_send,
    );
    if (status < 0) {
      request.release();
      this._forget(socket, entry);
      this._drop(socket, entry);
      return socket.sendFailed(status);
    }
    request.byteLength = this._forget(socket, entry);
    request.take(this._memories[entry], this._gathered[entry]);
    this._memories[entry] = undefined;
    this._gathered[entry] = undefined;
    this._drop(socket, entry); // the address, which libuv has copied
    socket.queued();
  }

  /** The entry is the socket's no more. Returns its bytes. */
  private _forget(socket: SendingSocket, entry: number): number {
    const { sends } = this._native.ring;
    const byteLength = sends.byteLength(entry);
    sends.cancel(entry);
    this._sockets[entry] = undefined;
    socket.gathered--;
    socket.gatheredBytes -= byteLength;
    return byteLength;
  }

  /** Lets go of what an entry holds. */
  private _drop(socket: SendingSocket, entry: number): void {
    const memory = this._memories[entry];
    const address = this._addresses[entry];
    const outgoing = this._gathered[entry];
    if (memory !== undefined) {
      this._memories[entry] = undefined;
      memory.unhold();
    }
    if (address !== undefined) {
      this._addresses[entry] = undefined;
      address.unhold();
    }
    if (outgoing !== undefined) {
      this._gathered[entry] = undefined;
      this.giveBack(socket, outgoing);
    }
  }

  /** Keeps what has gathered pieces for the next time. */
  giveBack(socket: Pick<SendingSocket, "letGo">, outgoing: Outgoing): void {
    outgoing.clear(socket);
    this._idle.push(outgoing);
  }
}
