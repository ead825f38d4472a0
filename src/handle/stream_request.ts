import { uv_req_type } from "../../ffi/libuv/constants.ts";
import type { Cell } from "../../ffi/memory/cell.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import type { LoopCore, Target } from "../loop/loop_core.ts";
import type { Block } from "../memory/block.ts";

/** What a request reports to. */
export interface RequestOwner {
  /** The request is done; libuv has let go of it. */
  completed(request: StreamRequest, status: number): void;
}

/** What a request is used for. */
export type RequestKind = "connect" | "write" | "shutdown";

/**
 * A connect, write or shutdown request in flight. One size serves the three: `uv_write_t` is the
 * largest. Its memory stays until its record was drained, even when the stream closes before.
 */
export class StreamRequest implements Target {
  readonly kind: RequestKind;
  /** Blocks that libuv writes from. */
  readonly blocks: Block[] = [];
  /** Bytes that it writes. */
  byteLength = 0;
  readonly cell: Cell;
  private readonly _core: LoopCore;
  private readonly _owner: RequestOwner;
  private readonly _slot: number;
  generation = 0;

  /** @param owner whom the completion is told */
  constructor(core: LoopCore, owner: RequestOwner, kind: RequestKind) {
    this.kind = kind;
    this._core = core;
    this._owner = owner;
    core.native.ring.reserve(1);
    this._slot = core.targets.insert(this);
    this.cell = core.native.requestCell(uv_req_type.UV_WRITE);
    this.cell.setTarget(this._slot, this.generation);
    core.counters.requests++;
  }

  record(_kind: number, words: Int32Array, at: number): void {
    const status = words[at + recordWords.a] as number;
    this.release();
    this._owner.completed(this, status);
  }

  describe(): string {
    return `${this.kind} request`;
  }

  /** Frees the request. SAFETY: libuv never took it, or its record was drained. */
  release(): void {
    for (const block of this.blocks) block.release();
    this.blocks.length = 0;
    this._core.counters.requests--;
    this._core.native.ring.release(1);
    this._core.targets.remove(this._slot);
    this.cell.free();
  }
}
