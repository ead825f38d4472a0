import assert from "node:assert/strict";
import process from "node:process";
import { uv_handle_type, uv_poll_event } from "../../ffi/libuv/constants.ts";
import { socket_types } from "../../ffi/libuv/system_constants.ts";
import { ring as ringLayout } from "../../ffi/memory/ring_layout.ts";
import { system } from "../../ffi/memory/system.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { bind, testBothMakes } from "./makes.ts";
import type { RawLoop } from "./raw_loop.ts";

const SIGWINCH = 28; // ignored by default: harmless should it arrive late
const { UV_ASYNC, UV_CHECK, UV_IDLE, UV_POLL, UV_PREPARE, UV_SIGNAL, UV_TIMER } = uv_handle_type;

const event = (of: string, kind: string, a = 0, b = 0, c = 0) => ({ of, kind, a, b, c });

function startTimer(loop: RawLoop, name: string, timeoutMs: number, repeatMs = 0) {
  const timer = loop.handle(name, UV_TIMER, (p) => loop.core.uv_timer_init(loop.pointer, p));
  loop.core.uv_timer_start(timer.pointer, loop.callbacks.pointers.on_timer, timeoutMs, repeatMs);
  return timer;
}

function initAsync(loop: RawLoop) {
  const { on_async } = loop.callbacks.pointers;
  return loop.handle("async", UV_ASYNC, (p) => loop.core.uv_async_init(loop.pointer, p, on_async));
}

testBothMakes("uv_timer_cb records each firing and the time", (loop) => {
  const startMs = Number(loop.core.uv_now(loop.pointer));
  startTimer(loop, "timer", 5, 3);
  loop.runUntilEvent("TIMER", 3);
  loop.events.length = 3; // a slow machine may be further
  assert.deepEqual(loop.events, Array(3).fill(event("timer", "TIMER")));
  assert.ok(loop.ring.now <= Number(loop.core.uv_now(loop.pointer)));
  assert.ok(loop.ring.now - startMs >= 11);
});

testBothMakes("two timers due at once are recorded in the order of libuv", (loop) => {
  startTimer(loop, "first", 0);
  startTimer(loop, "second", 0);
  loop.runUntilEvent("TIMER", 2);
  assert.deepEqual(loop.events, [event("first", "TIMER"), event("second", "TIMER")]);
});

testBothMakes("uv_async_cb records several sends once", (loop) => {
  const { pointer } = initAsync(loop);
  for (let i = 0; i < 3; i++) loop.core.uv_async_send(pointer);
  loop.runUntilEvent("ASYNC");
  assert.deepEqual(loop.events, [event("async", "ASYNC")]);
});

testBothMakes("a ring that has grown takes records at its new place", (loop) => {
  const { pointer } = initAsync(loop);
  loop.core.uv_async_send(pointer);
  loop.runUntilEvent("ASYNC");
  loop.ring.reserve(5000);
  loop.core.uv_async_send(pointer);
  loop.runUntilEvent("ASYNC", 2);
  assert.ok(loop.ring.capacity >= 5000);
});

testBothMakes("a record without room is counted as lost, and nothing is written", (loop) => {
  const { pointer } = initAsync(loop);
  const { header, capacity } = loop.ring;
  header.u32[ringLayout.capacity / 4] = 0;
  loop.core.uv_async_send(pointer);
  loop.runUntil(() => loop.ring.lost > 0);
  assert.deepEqual([loop.ring.lost, loop.ring.count, loop.events], [1, 0, []]);
  header.u32[ringLayout.capacity / 4] = capacity;
  loop.forgetLost();
});

testBothMakes(
  "idle, prepare and check are recorded around the poll, and a turn is none",
  (loop) => {
    const names = ["uv_idle", "uv_prepare", "uv_check"] as const;
    const uv = bind(
      "uv_idle_init",
      "uv_idle_start",
      "uv_prepare_init",
      "uv_prepare_start",
      "uv_check_init",
      "uv_check_start",
    );
    const { on_idle, on_prepare, on_check, on_turn } = loop.callbacks.pointers;
    const callbacks = { uv_idle: on_idle, uv_prepare: on_prepare, uv_check: on_check };
    const types = { uv_idle: UV_IDLE, uv_prepare: UV_PREPARE, uv_check: UV_CHECK };
    const turn = loop.handle("turn", UV_CHECK, (p) => uv.uv_check_init(loop.pointer, p));
    uv.uv_check_start(turn.pointer, on_turn);
    for (const name of names) {
      const handle = loop.handle(name, types[name], (p) => uv[`${name}_init`](loop.pointer, p));
      uv[`${name}_start`](handle.pointer, callbacks[name]);
    }
    const before = loop.ring.turns;
    const startMs = Number(loop.core.uv_now(loop.pointer));
    loop.runUntilEvent("CHECK", 2);
    assert.deepEqual(loop.events.slice(0, 3), [
      event("uv_idle", "IDLE"),
      event("uv_prepare", "PREPARE"),
      event("uv_check", "CHECK"),
    ]);
    assert.equal(loop.ring.turns, before + 2);
    // uv_run looks at the clock once more after the check.
    const endMs = Number(loop.core.uv_now(loop.pointer));
    assert.ok(loop.ring.now >= startMs && loop.ring.now <= endMs);
  },
);

testBothMakes("uv_signal_cb records one event and counts the signals", (loop) => {
  const { uv_kill } = bind("uv_kill");
  const signal = loop.handle("signal", UV_SIGNAL, (p) => loop.core.uv_signal_init(loop.pointer, p));
  const again = loop.handle("again", UV_SIGNAL, (p) => loop.core.uv_signal_init(loop.pointer, p));
  for (const { pointer } of [signal, again]) {
    loop.core.uv_signal_start(pointer, loop.callbacks.pointers.on_signal, SIGWINCH);
  }
  uv_kill(process.pid, SIGWINCH);
  loop.runUntilEvent("SIGNAL", 2);
  assert.equal(loop.pending(signal), 1);
  assert.deepEqual(
    loop.events.filter(({ of }) => of === "signal"),
    [event("signal", "SIGNAL", SIGWINCH)],
  );
  // Not drained as TypeScript would, which resets the count: so the next one only counts.
  uv_kill(process.pid, SIGWINCH);
  loop.runUntil(() => loop.pending(signal) === 2);
  return loop.pending(signal);
});

testBothMakes("uv_poll_cb records status and events, and events once a drain", (loop) => {
  const uv = bind("uv_socketpair", "uv_poll_init", "uv_poll_start");
  const fds = loop.memory(8);
  assert.equal(uv.uv_socketpair(socket_types.SOCK_STREAM, 0, fds.pointer, 0, 0), 0);
  const [ours, theirs] = [0, 4].map((at) => fds.region.i32[(fds.offset + at) / 4] as number);
  const poll = loop.handle(
    "poll",
    UV_POLL,
    (p) => uv.uv_poll_init(loop.pointer, p, ours as number),
  );
  const { UV_READABLE, UV_WRITABLE } = uv_poll_event;
  const watched = UV_READABLE | UV_WRITABLE;
  uv.uv_poll_start(poll.pointer, watched, loop.callbacks.pointers.on_poll);
  loop.runUntilEvent("POLL");
  loop.runUntil(() => loop.pending(poll) === 3); // it is writable in each turn
  assert.equal(loop.events.length, 1);
  system().close(theirs as number);
  loop.resetPending(poll);
  loop.runUntilEvent("POLL", 2);
  assert.deepEqual(loop.events[1], event("poll", "POLL", 0, watched));
  assert.deepEqual(loop.events[0], event("poll", "POLL", 0, UV_WRITABLE));
  loop.closeHandle(poll);
  loop.runUntilEvent("CLOSE");
  system().close(ours as number);
});

testBothMakes("uv_walk_cb records every handle under the walker's slot", (loop) => {
  const async = initAsync(loop);
  const timer = startTimer(loop, "timer", 1000);
  const walker = loop.cell("walker");
  loop.core.uv_walk(loop.pointer, loop.callbacks.pointers.on_walk, walker.pointer);
  loop.drain();
  const met = loop.events.map(({ of, kind, b }) => [of, kind, b]);
  loop.events.length = 0;
  assert.deepEqual(met.slice(-2), [
    ["walker", "WALK", async.address],
    ["walker", "WALK", timer.address],
  ]);
  return met.length;
});

testBothMakes("uv_close_cb comes for every handle, also an inactive one", (loop) => {
  const timer = startTimer(loop, "timer", 1000);
  loop.core.uv_timer_stop(timer.pointer);
  loop.closeHandle(timer);
  loop.runUntilEvent("CLOSE");
  assert.deepEqual(loop.events, [event("timer", "CLOSE")]);
  assert.ok(runtime().address(timer.pointer) === timer.address);
});
