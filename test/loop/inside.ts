import assert from "node:assert/strict";
import { LoopCore } from "../../src/loop/loop_core.ts";
import { LoopHandles } from "../../src/loop/loop_handles.ts";
import { loopSettings } from "../../src/loop/loop_options.ts";
import { turn } from "../../src/loop/turn.ts";
import type { Block, LoopOptions } from "../../src/mod.ts";

/** The inside of a loop, which a test turns by hand. */
export class Inside {
  readonly core: LoopCore;
  readonly handles: LoopHandles;

  constructor(options: LoopOptions) {
    this.core = new LoopCore(loopSettings(options));
    this.handles = new LoopHandles(this.core);
    this.core.native.readTime();
  }

  /** Leases so many blocks. */
  lease(count: number): Block[] {
    return Array.from({ length: count }, () => this.core.pool.lease() as Block);
  }

  get slabs(): number {
    return this.core.pool.metrics(0).slabs;
  }

  /** Turns: sleeps until something happens, or only looks. */
  turn(mayWait: boolean): void {
    turn(this.core, this.handles, mayWait);
  }

  close(): void {
    this.handles.close();
    while (this.core.closing > 0) this.turn(true);
    assert.equal(this.core.native.close(), 0);
    this.core.pool.close();
    this.core.native.free();
  }
}
