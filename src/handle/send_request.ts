import { uv_req_type } from "../../ffi/libuv/constants.ts";
import type { Cell } from "../../ffi/memory/cell.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import type { LoopCore, RequestTarget } from "../loop/loop_core.ts";
import type { Block } from "../memory/block.ts";
import { letGo } from "./let_go.ts";
import type { Outgoing } from "./outgoing.ts";

/** Requests that wait to be used again. */
const IDLE_MAX = 1024;

/** What a request reports to. */
export interface SendOwner {
  /** A datagram was sent, or was not: libuv has let go of the request. */
  sent(status: number, byteLength: number): void;
}

/**
 * A `uv_udp_send_t` in flight, and what holds the bytes that libuv sends: a datagram that the
 * socket did not take at once. Its memory stays until its record was drained.
 */
export class SendRequest implements RequestTarget {
  readonly cell: Cell;
  generation = 0;
  /** Bytes that it sends. */
  byteLength = 0;
  private readonly _core: LoopCore;
  private _owner: SendOwner | undefined;
  private _slot = -1;
  private _block: Block | undefined;
  private _outgoing: Outgoing | undefined;

  private constructor(core: LoopCore) {
    this._core = core;
    this.cell = core.native.requestCell(uv_req_type.UV_UDP_SEND);
  }

  /** A request. @param owner whom the completion is told */
  static take(core: LoopCore, owner: SendOwner): SendRequest {
    const request = core.datagrams.idleRequests.pop() ?? new SendRequest(core);
    request._begin(owner);
    return request;
  }

  /** Takes over what holds the bytes. */
  take(block: Block | undefined, outgoing: Outgoing | undefined): void {
    this._block = block;
    this._outgoing = outgoing;
  }

  record(_kind: number, words: Int32Array, at: number): void {
    const status = words[at + recordWords.a] as number;
    const { _owner: owner, byteLength } = this;
    this.release();
    this._core.writer.runBetween();
    owner?.sent(status, byteLength);
  }

  describe(): string {
    return "send request";
  }

  /** Ends the request. SAFETY: libuv never took it, or its record was drained. */
  release(): void {
    const { datagrams } = this._core;
    this._block?.unhold();
    this._block = undefined;
    if (this._outgoing !== undefined) datagrams.giveBack(this, this._outgoing);
    this._outgoing = undefined;
    this._owner = undefined;
    this.byteLength = 0;
    this._core.endRequest(this._slot);
    if (datagrams.idleRequests.length >= IDLE_MAX) this.cell.free();
    else datagrams.idleRequests.push(this);
  }

  /** Lets go of memory that was sent. */
  letGo(memory: Parameters<typeof letGo>[1]): void {
    letGo(this._core, memory);
  }

  private _begin(owner: SendOwner): void {
    this._owner = owner;
    this._slot = this._core.beginRequest(this);
  }
}
