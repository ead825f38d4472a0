import type { NativeLoop } from "../../ffi/native_loop.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { Outgoing } from "../handle/outgoing.ts";
import type { WriteRequest } from "../handle/write_request.ts";
import type { Writable } from "../io/writable.ts";
import type { Block } from "../memory/block.ts";
import type { BlockPool } from "../memory/block_pool.ts";
import type { Memory } from "../memory/memory.ts";
import { ownData } from "../memory/own_data.ts";
import type { Counters } from "./counters.ts";

/** A stream that writes. */
export interface WritingStream {
  /** The libuv stream. */
  readonly pointer: Pointer;
  /** Halves of its address. */
  readonly addressLow: number;
  readonly addressHigh: number;
  /** The descriptor of a connected socket, or -1. */
  readonly fd: number;
  /** Its entry in the present turn, or -1; the writer's to set. */
  entry: number;
  /** False when what is written can only be dropped: the stream is closing, or writing failed. */
  readonly mayWrite: boolean;
  /** False when other writes come first, or the connection. */
  readonly mayTryWrite: boolean;
  /** Has libuv write what is left after `written` bytes, when it can. */
  queue(outgoing: Outgoing, written: number): void;
  /** Writing failed. */
  failWrite(status: number): void;
  /** What was gathered has left, or was handed to libuv. */
  progressed(): void;
  /** Lets go of memory that was written, or never will be. */
  letGo(memory: Memory): void;
}

/**
 * The writes of a loop's turn. Handlers only gather; when all of them have run, each stream's
 * writes are submitted as one, and native code makes the system calls right before the next poll.
 *
 * So no FFI call is made per message, all that a turn writes to a stream leaves together, and the
 * handlers run after each other with no system call in between: measured, most of the user time of
 * an echoed message had gone into code evicted from the processor's cache by system calls.
 *
 * Most streams write one block in a turn. That needs nothing but its entry; only a second write,
 * or bytes that must be copied, make the entry gather.
 */
export class Writer {
  private readonly _native: NativeLoop;
  private readonly _pool: BlockPool;
  private readonly _counters: Counters;
  private readonly _again = errorNumber("UV_EAGAIN");
  /** By entry: the stream, or undefined when it was flushed before. */
  private readonly _streams: (WritingStream | undefined)[] = [];
  /** By entry: its only block, or what it has gathered. */
  private readonly _blocks: (Block | undefined)[] = [];
  private readonly _gathered: (Outgoing | undefined)[] = [];
  private readonly _idle: Outgoing[] = [];
  /** What waits for a moment between handlers. */
  readonly between: (() => void)[] = [];
  /** Requests that wait to be used again. */
  readonly idleRequests: WriteRequest[] = [];
  /** Whether somebody is to be told of this turn's writes: the poll after them must not wait. */
  isAttended = false;
  /** As `LoopCore.rouse`: called with the first write of a turn. */
  rouse: (() => void) | undefined = undefined;
  private _count = 0;
  /** Entries that are not one block for a stream that can take it: they need a look before. */
  private _special = 0;

  /** @param pool for the bytes that are copied */
  constructor(native: NativeLoop, pool: BlockPool, counters: Counters) {
    this._native = native;
    this._pool = pool;
    this._counters = counters;
  }

  /**
   * Gathers a write. False when the pool is at its ceiling: nothing was gathered then.
   *
   * @throws {TypeError} for what cannot be written
   * @throws {ClosedError} for memory that nobody holds
   */
  write(stream: WritingStream, data: Writable): boolean {
    if (!this._pool.has(data)) return this._add(stream, ownData(data));
    if (stream.entry >= 0 || !stream.mayTryWrite || data.length === 0) {
      return this._add(stream, data);
    }
    const entry = this._begin(stream, data.hold());
    this._native.ring.writes.set(entry, stream, data);
    return true;
  }

  /** Has the stream told when what it has written in this turn was sent. */
  attend(stream: WritingStream): void {
    if (stream.entry < 0) return;
    this._gather(stream.entry);
    this.isAttended = true;
  }

  /** Bytes that an entry has gathered; 0 for none. */
  byteLength(entry: number): number {
    if (entry < 0) return 0;
    const outgoing = this._gathered[entry];
    return outgoing === undefined
      ? this._native.ring.writes.byteLength(entry)
      : outgoing.byteLength;
  }

  /** Sends what a stream has gathered at once, instead of before the poll. */
  flush(stream: WritingStream): void {
    const { entry } = stream;
    if (entry < 0) return;
    const outgoing = this._gather(entry);
    this._forget(entry);
    this._native.ring.writes.cancel(entry);
    if (outgoing.byteLength === 0 || !stream.mayWrite) return this._giveBack(stream, outgoing);
    if (!stream.mayTryWrite) return this._finish(stream, outgoing, this._again);
    const { uv, bufs } = this._native;
    const count = outgoing.fill(bufs, 0);
    this._counters.otherCalls++;
    this._finish(stream, outgoing, uv.uv_try_write(stream.pointer, bufs.pointer, count));
  }

  /** Whether there is something to submit. */
  get isPending(): boolean {
    return this._count > 0;
  }

  /** Hands all that was gathered to native code, which makes the writes before the poll. */
  submit(): void {
    if (this._special > 0) this._describeGathered();
    this._native.ring.submitWrites(this._count);
  }

  private _describeGathered(): void {
    let bufs = 0;
    this._special = 0;
    for (let entry = 0; entry < this._count; entry++) {
      const stream = this._streams[entry];
      if (stream === undefined) continue;
      if (!stream.mayTryWrite) {
        this.flush(stream);
        continue;
      }
      const outgoing = this._gathered[entry];
      if (outgoing !== undefined) bufs += this._describe(stream, outgoing, bufs);
    }
  }

  /** Does what the results ask for, before any handler runs again. */
  reap(): void {
    const queue = this._native.ring.writes;
    const count = this._count;
    this.isAttended = false;
    if (count === 0) return this.runBetween();
    let writes = 0;
    let bytesWritten = 0;
    for (let entry = 0; entry < count; entry++) {
      const stream = this._streams[entry];
      if (stream === undefined) continue;
      const result = queue.result(entry);
      const block = this._blocks[entry];
      if (block !== undefined && result === queue.byteLength(entry)) {
        this._streams[entry] = undefined;
        stream.entry = -1;
        block.unhold();
        writes++;
        bytesWritten += result;
        continue;
      }
      const outgoing = this._gather(entry);
      this._forget(entry);
      this._finish(stream, outgoing, result);
    }
    this._counters.writes += writes;
    this._counters.bytesWritten += bytesWritten;
    this._count = 0;
    this.runBetween();
  }

  /** Does what has waited for a moment between handlers: this is one. */
  runBetween(): void {
    if (this.between.length === 0) return;
    for (const task of this.between.splice(0)) task();
  }

  private _begin(stream: WritingStream, block: Block | undefined): number {
    const entry = this._count++;
    if (entry === 0) this.rouse?.();
    stream.entry = entry;
    this._streams[entry] = stream;
    this._blocks[entry] = block;
    return entry;
  }

  private _add(stream: WritingStream, data: Writable): boolean {
    if (stream.entry < 0) return this._gather(this._begin(stream, undefined)).add(data);
    const outgoing = this._gather(stream.entry);
    if (!outgoing.isFull) return outgoing.add(data);
    this.flush(stream);
    return this.write(stream, data);
  }

  /** What an entry has gathered; its only block moves there. */
  private _gather(entry: number): Outgoing {
    const present = this._gathered[entry];
    if (present !== undefined) return present;
    const outgoing = this._idle.pop() ?? new Outgoing(this._pool);
    this._special++;
    this._gathered[entry] = outgoing;
    const block = this._blocks[entry];
    if (block === undefined) return outgoing;
    outgoing.addRetained(block, this._native.ring.writes.byteLength(entry));
    this._blocks[entry] = undefined;
    return outgoing;
  }

  /** Describes gathered writes to native code. Returns how many buffers it took. */
  private _describe(stream: WritingStream, outgoing: Outgoing, first: number): number {
    const { submittedBufs, ring } = this._native;
    const { count } = outgoing;
    if (count === 0 || first + count > submittedBufs.capacity) {
      this.flush(stream);
      return 0;
    }
    if (count === 1) {
      outgoing.submit(ring.writes, stream.entry, stream);
      return 0;
    }
    outgoing.fill(submittedBufs, first);
    ring.writes.setArray(stream.entry, stream, submittedBufs.address(first), count);
    return count;
  }

  private _finish(stream: WritingStream, outgoing: Outgoing, result: number): void {
    this._counters.writes++;
    this._counters.bytesCopied += outgoing.copied;
    if (result < 0 && result !== this._again) stream.failWrite(result);
    else {
      const written = Math.max(result, 0);
      this._counters.bytesWritten += written;
      if (written < outgoing.byteLength) stream.queue(outgoing, written);
    }
    this._giveBack(stream, outgoing);
    stream.progressed();
  }

  private _forget(entry: number): void {
    const stream = this._streams[entry];
    if (stream !== undefined) stream.entry = -1;
    this._streams[entry] = undefined;
    this._blocks[entry] = undefined;
    this._gathered[entry] = undefined;
  }

  private _giveBack(stream: WritingStream, outgoing: Outgoing): void {
    outgoing.clear(stream);
    this._idle.push(outgoing);
  }
}
