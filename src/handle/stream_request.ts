import { uv_req_type } from "../../ffi/libuv/constants.ts";
import type { Cell } from "../../ffi/memory/cell.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import type { LoopCore, RequestTarget } from "../loop/loop_core.ts";

/** What a request is used for. */
export type RequestKind = "connect" | "write" | "shutdown";

/** What a request reports to. */
export interface RequestOwner {
  /**
   * A request is done; libuv has let go of it, and it may serve for another already.
   *
   * @param byteLength what it was to write
   */
  completed(kind: RequestKind, status: number, byteLength: number): void;
}

/**
 * A connect, write or shutdown request in flight. One size serves the three: `uv_write_t` is the
 * largest. Its memory stays until its record was drained, even when the stream closes before.
 */
export class StreamRequest implements RequestTarget {
  readonly kind: RequestKind;
  readonly cell: Cell;
  protected readonly core: LoopCore;
  private _owner: RequestOwner | undefined;
  private _slot = -1;
  generation = 0;
  /** Bytes that it writes. */
  byteLength = 0;

  /** @param owner whom the completion is told */
  constructor(core: LoopCore, owner: RequestOwner, kind: RequestKind) {
    this.kind = kind;
    this.core = core;
    this.cell = core.native.requestCell(uv_req_type.UV_WRITE);
    this.begin(owner);
  }

  record(_kind: number, words: Int32Array, at: number): void {
    const status = words[at + recordWords.a] as number;
    const { _owner: owner, byteLength } = this;
    this.release();
    this.core.writer.runBetween();
    owner?.completed(this.kind, status, byteLength);
  }

  describe(): string {
    return `${this.kind} request`;
  }

  /** Frees the request. SAFETY: libuv never took it, or its record was drained. */
  release(): void {
    this.end();
    this.cell.free();
  }

  /** From now on a record may come. */
  protected begin(owner: RequestOwner): void {
    this._owner = owner;
    this._slot = this.core.beginRequest(this);
  }

  /** No record comes any more. */
  protected end(): void {
    this._owner = undefined;
    this.core.endRequest(this._slot);
  }
}
