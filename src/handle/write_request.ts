import type { BufList } from "../../ffi/memory/buf_list.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { Block } from "../memory/block.ts";
import type { Memory } from "../memory/memory.ts";
import { describeRange } from "./describe_range.ts";
import { letGo } from "./let_go.ts";
import { type RequestOwner, StreamRequest } from "./stream_request.ts";
import { NOT_PACKED, type WriteTail } from "./write_tail.ts";

/** Requests that wait to be used again; each is a small object and a piece of the arena. */
const IDLE_MAX = 1024;

/**
 * A write in flight, and the memory that libuv writes from. Requests are used again and again: a
 * write that has to wait allocates nothing.
 */
export class WriteRequest extends StreamRequest {
  /** By buffer: what it holds. The array only grows, as those of `Outgoing` do. */
  private readonly _memories: (Memory | undefined)[] = [];
  private _count = 0;
  /** Where the last buffer lies in its memory. */
  private _lastStart = 0;
  private _lastBytes = 0;
  private _tail: WriteTail | undefined;
  private _small = 0;
  private _large = 0;

  /** A request for a write. @param owner whom the completion is told */
  static take(core: LoopCore, owner: RequestOwner): WriteRequest {
    const idle = core.writer.idleRequests.pop();
    if (idle === undefined) return new WriteRequest(core, owner, "write");
    idle.begin(owner);
    return idle;
  }

  /** Buffers that were described. */
  get count(): number {
    return this._count;
  }

  /**
   * Takes over a hold on memory, and describes the range of it that is to be written. A small range
   * may be packed: then its memory is free at once.
   */
  add(bufs: BufList, tail: WriteTail, memory: Memory, start: number, byteLength: number): void {
    this.byteLength += byteLength;
    if (tail.isSmall(memory, byteLength)) {
      const packedAt = tail.pack(memory, start, byteLength);
      if (packedAt !== NOT_PACKED) {
        memory.unhold();
        return this._addPacked(bufs, tail.block as Block, packedAt, byteLength);
      }
      this._small++;
      tail.small++;
    } else {
      this._large++;
      tail.large++;
    }
    this._tail = tail;
    this._push(bufs, memory, start, byteLength);
  }

  /** Lets go of memory that need not be written any more. */
  letGo(memory: Memory): void {
    letGo(this.core, memory);
  }

  override release(): void {
    for (let i = 0; i < this._count; i++) {
      this.letGo(this._memories[i] as Memory);
      this._memories[i] = undefined;
    }
    this._leaveTail();
    this._count = 0;
    this.byteLength = 0;
    const { idleRequests } = this.core.writer;
    if (idleRequests.length >= IDLE_MAX) return super.release();
    this.end();
    idleRequests.push(this);
  }

  private _leaveTail(): void {
    const tail = this._tail;
    if (tail === undefined) return;
    tail.small -= this._small;
    tail.large -= this._large;
    this._small = 0;
    this._large = 0;
    this._tail = undefined;
  }

  /** What is packed lies right behind what was packed before: it makes that buffer longer. */
  private _addPacked(bufs: BufList, block: Block, start: number, byteLength: number): void {
    const last = this._count - 1;
    if (last < 0 || this._memories[last] !== block) {
      return this._push(bufs, block, start, byteLength);
    }
    block.unhold(); // it is held for what lies before
    this._lastBytes += byteLength;
    describeRange(bufs, last, block, this._lastStart, this._lastBytes);
  }

  private _push(bufs: BufList, memory: Memory, start: number, byteLength: number): void {
    describeRange(bufs, this._count, memory, start, byteLength);
    this._memories[this._count++] = memory;
    this._lastStart = start;
    this._lastBytes = byteLength;
  }
}
