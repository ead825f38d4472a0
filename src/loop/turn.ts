import { recordWords } from "../../ffi/memory/ring.ts";
import { kind as recordKind, NO_BLOCK } from "../../ffi/thunks/kinds.ts";
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
  const hasEnded = core.prepares.size > 0 && prepare(core);
  core.datagrams.submit();
  core.writer.submit(); // first: a write that fails at once leaves something for the next turn
  const isBusy = hasRun || hasEnded || wakeups.pending || core.later.length > 0 ||
    core.writer.isAttended || deadlines.earliestMs <= core.now;
  let dueMs = isBusy ? Infinity : deadlines.earliestMs;
  if (pool.idleDueMs < dueMs) dueMs = Math.min(dueMs, pool.giveBackIdle(core.now));
  if (dueMs < Infinity) handles.armTimer(dueMs);
  counters.runs++;
  native.run(mayWait && !isBusy);
  if (core.acceptors.size > 0) watchAcceptors(core);
  core.datagrams.reap(); // first: between the handlers others may send
  core.writer.reap();
  drain(core);
  core.machines.expire(core.now);
  if (wakeups.pending) wakeups.take(handles.wake);
  if (core.starved.size > 0) feed(core);
}

/** Tells those who wait for the poll. Returns whether they have ended the run. */
function prepare(core: LoopCore): boolean {
  core.prepares.tell();
  return core.stopRequested || core.machines.size === 0;
}

/** A poll that ends without a record, again and again, may be a listener that cannot accept. */
const EMPTY_WAITS_MAX = 16;

/** Newer releases of libuv tell nobody of a connection that they cannot accept, and poll anew. */
function watchAcceptors(core: LoopCore): void {
  core.emptyWaits = core.native.ring.count === 0 ? core.emptyWaits + 1 : 0;
  if (core.emptyWaits < EMPTY_WAITS_MAX) return;
  core.emptyWaits = 0;
  for (const acceptor of core.acceptors) acceptor.meetLimit();
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

/** Where the records that come with a block name it. */
const blockFields: { readonly [kind: number]: number } = {
  [recordKind.READ]: recordWords.a,
  [recordKind.READ_SUBSTITUTE]: recordWords.a,
  [recordKind.UDP_RECV]: recordWords.a,
  [recordKind.FS_EVENT]: recordWords.b,
  [recordKind.FS_POLL]: recordWords.b,
};

/** The handle was closed before its record was read: a block that came with it goes back. */
function discard(core: LoopCore, kind: number, words: Int32Array, at: number): void {
  core.counters.staleRecords++;
  const field = blockFields[kind];
  if (field === undefined) return;
  const index = (words[at + field] as number) >>> 0;
  if (index !== NO_BLOCK) core.pool.discard(index);
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
