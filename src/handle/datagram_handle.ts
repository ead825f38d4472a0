import { uv_handle_type, uv_udp_flags } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { udpFunctions } from "../../ffi/libuv/udp.ts";
import { Region } from "../../ffi/memory/region.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import {
  kind as recordKind,
  UDP_ADDRESS_BYTES,
  UDP_CHUNK_BYTES,
  UDP_CHUNKS_MAX,
} from "../../ffi/thunks/kinds.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { IpAddress } from "../io/address.ts";
import type { IoEventKind } from "../io/event.ts";
import type { UdpOptions } from "../io/udp.ts";
import type { LoopCore, Starved } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Block } from "../memory/block.ts";
import { boolean, integer, optionsObject } from "./argument.ts";
import { emptyErrorQueue } from "./error_queue.ts";
import { BaseHandle } from "./handle.ts";
import { HeldDatagrams } from "./held_datagrams.ts";
import { PeerAddress } from "./peer_address.ts";

/** The receiving half of a UDP socket. */
export abstract class DatagramHandle extends BaseHandle implements Starved {
  private _isReceiving = false;
  private _held: HeldDatagrams | undefined;
  private readonly _wantsLarge: boolean;
  /** Where many datagrams are received at once, on their way to blocks. */
  private readonly _chunks: Region | undefined;
  private readonly _peer = new PeerAddress();
  /** The descriptor of the socket; -1 before there is one. */
  fd = -1;
  /** Whether the kernel keeps a queue of errors for it. */
  protected hasErrorQueue = false;
  /** The datagram whose event is being handled. */
  protected current: Block | undefined;

  /** Checks the options, and makes the handle (`uv_udp_init`). */
  constructor(core: LoopCore, owner: MachineEntry | undefined, options: UdpOptions) {
    const { wantsLarge, recvmmsg } = receiveOptions(core, options);
    super(core, uv_handle_type.UV_UDP, owner);
    const flags = recvmmsg ? uv_udp_flags.UV_UDP_RECVMMSG : 0;
    this._wantsLarge = wantsLarge;
    this.checkInit(udpFunctions().uv_udp_init_ex(core.native.pointer, this.pointer, flags));
    this.cell.setWantsLarge(wantsLarge);
    this._chunks = recvmmsg ? new Region(UDP_CHUNK_BYTES * UDP_CHUNKS_MAX) : undefined;
    this.cell.setExtra(this._chunks?.address ?? 0);
  }

  receiveStart(): void {
    this.assertOpen("receive");
    if (this._isReceiving) return;
    if (this._held !== undefined) this.core.later.push(() => this._tellHeld());
    else this._resumeOr((status) => this.check(status, "receive at", this.subject()));
    this._isReceiving = true;
    this.noteSocket();
  }

  receiveStop(): void {
    this.assertOpen("stop receiving");
    if (!this._isReceiving) return;
    this._isReceiving = false;
    this.core.starved.delete(this);
    this._stopNative();
  }

  /** Receives on, when there are blocks again. */
  resumeReading(): void {
    if (!this._isReceiving || this.state !== "open") return;
    this._resumeOr((status) => this._tellFailure(status));
  }

  /** The sender of the datagram in a block. */
  peerOf(block: Block): IpAddress | undefined {
    return this._peer.read(block, this.core.native.socketAddress);
  }

  /** What messages call this socket: its address where it is known. */
  abstract subject(): string;

  /** There may be a socket now. */
  protected abstract noteSocket(): void;

  override record(kind: number, words: Int32Array, at: number): void {
    if (kind !== recordKind.UDP_RECV) return super.record(kind, words, at);
    const index = words[at + recordWords.a] as number;
    const byteLength = words[at + recordWords.b] as number;
    const flags = words[at + recordWords.c] as number;
    if (index < 0) this._receiveFailed(byteLength);
    else if (this._mayTell) this._received(index, byteLength, flags);
    else (this._held ??= new HeldDatagrams()).add(index, byteLength, flags);
  }

  protected onRecord(): void {}

  protected override onClosing(): void {
    this.core.starved.delete(this);
    this._held?.discard(this.core.pool);
  }

  protected override onClosed(): void {
    // SAFETY: libuv has let go of the handle, so it receives nothing any more.
    this._chunks?.free();
  }

  /** Tells the machine that something failed. */
  protected deliverFailure(kind: IoEventKind, status: number, syscall: string): void {
    this.core.event.setFailure(status, syscall, this.subject());
    this.deliver(kind);
  }

  private _received(index: number, byteLength: number, flags: number): void {
    const { pool, counters, event, machines } = this.core;
    const { owner } = this;
    const block = pool.leased(index, byteLength);
    const lease = block.generation;
    counters.bytesRead += byteLength;
    if (block.isLarge && !this._wantsLarge && this._chunks === undefined) {
      this.core.missedBlock(index);
    }
    event.block = block;
    event.byteLength = byteLength;
    event.isPartial = (flags & uv_udp_flags.UV_UDP_PARTIAL) !== 0;
    this.current = block;
    this.deliver("datagram");
    this.current = undefined;
    if (block.endLease(lease) || owner === undefined) return;
    machines.fail(owner, new ClosedError("block", "release it: it was not retained"), "ready");
  }

  /** Where there was no block the datagrams wait in the kernel. */
  private _receiveFailed(status: number): void {
    this.cell.takePending();
    if (status !== errorNumber("UV_ENOBUFS")) {
      if (this.hasErrorQueue) emptyErrorQueue(this.fd);
      return this._tellFailure(status);
    }
    this.core.counters.starvations++;
    if (!this._isReceiving) return;
    this._stopNative();
    this.core.starved.add(this);
  }

  private _tellFailure(status: number): void {
    if (this._isReceiving) this.deliverFailure("receiveFailed", status, "receive at");
  }

  /** Starts, once there is a block of the size that is asked for. */
  private _resumeOr(failed: (status: number) => void): void {
    const { native, pool, starved, counters } = this.core;
    if (this._wantsLarge && native.ring.large.count === 0 && !pool.grow(true)) {
      starved.add(this);
      return;
    }
    const { on_udp_alloc, on_udp_recv } = native.callbacks;
    counters.otherCalls++;
    const status = udpFunctions().uv_udp_recv_start(this.pointer, on_udp_alloc, on_udp_recv);
    if (status < 0 && status !== errorNumber("UV_EALREADY")) failed(status);
  }

  private _stopNative(): void {
    this.core.counters.otherCalls++;
    udpFunctions().uv_udp_recv_stop(this.pointer);
  }

  /** Whether a datagram may be told of now: none that came before it is held. */
  private get _mayTell(): boolean {
    return this._isReceiving && this._held === undefined;
  }

  /** Tells of what was held, then receives on. */
  private _tellHeld(): void {
    const held = this._held;
    const mayTell = (): boolean => this._isReceiving && this.state === "open";
    const received = (index: number, byteLength: number, flags: number): void =>
      this._received(index, byteLength, flags);
    if (held === undefined || held.tell(mayTell, received)) return;
    this._held = undefined;
    this.resumeReading();
  }
}

function receiveOptions(core: LoopCore, options: UdpOptions) {
  const { small, large, asksForLarge } = core.native.ring;
  const smallRoom = small.blockBytes - UDP_ADDRESS_BYTES;
  const room = asksForLarge ? large.blockBytes - UDP_ADDRESS_BYTES : smallRoom;
  const { datagramBytesMax = smallRoom, recvmmsg = false } = optionsObject(options);
  integer(datagramBytesMax, "datagramBytesMax", 1, room);
  boolean(recvmmsg, "recvmmsg");
  return { wantsLarge: datagramBytesMax > smallRoom, recvmmsg };
}
