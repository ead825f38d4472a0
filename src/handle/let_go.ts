import type { LoopCore } from "../loop/loop_core.ts";
import { LentMemory } from "../memory/lent_memory.ts";
import type { Memory } from "../memory/memory.ts";

/**
 * Ends a hold of the library's on memory that was written, or never will be. An owner who is told
 * of it may do anything then, so that waits for a moment between handlers.
 */
export function letGo(core: LoopCore, memory: Memory): void {
  if (memory instanceof LentMemory && memory.tellsOwner) {
    core.writer.between.push(() => release(core, memory));
  } else memory.unhold();
}

/** An error of the owner must not reach whoever happens to run. */
function release(core: LoopCore, memory: Memory): void {
  try {
    memory.unhold();
  } catch (error) {
    core.report({ error, machine: undefined, handler: "released" });
  }
}
