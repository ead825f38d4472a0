import { recordWords } from "../../ffi/memory/ring.ts";
import { kind as recordKind } from "../../ffi/thunks/kinds.ts";
import type { LoopCore } from "./loop_core.ts";
import type { LoopHandles } from "./loop_handles.ts";

/**
 * One turn of a loop: what was put off, a wait for events, their records, then deadlines and
 * wake-ups. Handlers run only here, one after the other, and never inside `uv_run`.
 *
 * @param mayWait false to look for events without waiting for any
 */
export function turn(core: LoopCore, handles: LoopHandles, mayWait: boolean): void {
  const { native, wakeups, deadlines, counters, pool } = core;
  const hasRun = core.runLater(); // handlers, which may have stopped the loop
  core.writer.submit(); // first: a write that fails at once leaves something for the next turn
  const isBusy = hasRun || wakeups.pending || core.later.length > 0 || core.writer.isAttended ||
    deadlines.earliestMs <= core.now;
  let dueMs = isBusy ? Infinity : deadlines.earliestMs;
  if (pool.idleDueMs < dueMs) dueMs = Math.min(dueMs, pool.giveBackIdle(core.now));
  if (dueMs < Infinity) handles.armTimer(dueMs);
  counters.runs++;
  native.run(mayWait && !isBusy);
  core.writer.reap();
  drain(core);
  core.machines.expire(core.now);
  if (wakeups.pending) wakeups.take(handles.wake);
  if (core.starved.size > 0) feed(core);
}

/** Hands every record to its handle or request. */
function drain(core: LoopCore): void {
  const { ring } = core.native;
  const { targets, counters } = core;
  const count = ring.count;
  counters.records += count;
  for (let i = 0; i < count; i++) {
    const words = ring.words; // a handler may make the ring grow
    const at = i * recordWords.length;
    const slot = words[at + recordWords.slot] as number;
    const generation = words[at + recordWords.generation] as number;
    const target = targets.get(slot, generation);
    const kind = words[at + recordWords.kind] as number;
    if (target !== undefined) target.record(kind, words, at);
    else discard(core, kind, words, at);
  }
  ring.clear();
}

/** The handle was closed before its record was read: a block that came with it goes back. */
function discard(core: LoopCore, kind: number, words: Int32Array, at: number): void {
  core.counters.staleRecords++;
  if (kind !== recordKind.READ && kind !== recordKind.READ_SUBSTITUTE) return;
  core.pool.discard(words[at + recordWords.a] as number);
}

/**
 * Lets streams read on that found no block, as many as there are blocks now. The pool grows even
 * if blocks are free again: one turn has shown how many more it needs.
 */
function feed(core: LoopCore): void {
  const wanted = core.pool.total + core.starved.size;
  while (core.pool.total < wanted && core.pool.grow());
  let blocks = core.pool.free;
  for (const stream of core.starved) {
    if (blocks-- <= 0) return;
    core.starved.delete(stream);
    stream.resumeReading();
  }
}
