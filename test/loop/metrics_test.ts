import assert from "node:assert/strict";
import { done, type LoopMetrics, type Machine, ok } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";
import { add, addHandler, addIdle } from "./machines.ts";

testLoop("a loop that has done nothing has counted nothing", ({ loop }) => {
  const { callbacks, blocks, ring, arenaBytes, nativeToJsCallbacks, ...counts } = loop.metrics();
  assert.deepEqual(new Set(Object.values(counts)), new Set([0]));
  assert.ok(["machine code", "runtime"].includes(callbacks));
  assert.ok(blocks.total > 0 && blocks.free === blocks.total);
  assert.ok(ring.capacity > 0 && ring.lost === 0);
  assert.ok(arenaBytes > 0);
  assert.equal(typeof nativeToJsCallbacks, "number");
});

testLoop("metrics are a snapshot", ({ loop }) => {
  const before = loop.metrics();
  addHandler(loop, () => {});
  loop.run();
  assert.equal(before.runs, 0);
  assert.notDeepEqual(loop.metrics(), before);
});

testLoop("what lives is counted while it lives", ({ loop }) => {
  const look = (): Partial<LoopMetrics> => {
    const { machines, handles, deadlines } = loop.metrics();
    return { machines, handles, deadlines };
  };
  const machine: Machine = { timeout: () => done() };
  loop.addMachine((scope) => {
    scope.tcp();
    scope.timer();
    scope.setDeadline("named", scope.after(1000));
    return ok(machine).deadline(scope.after(1));
  });
  addIdle(loop);
  assert.deepEqual(look(), { machines: 2, handles: 2, deadlines: 2 });
  addHandler(loop, (scope) => loop.machines > 2 ? ok().deadline(scope.now) : loop.stop());
  loop.run();
  assert.equal(loop.metrics().machines, 1);
  assert.equal(loop.metrics().deadlines, 0);
  loop.close();
});

testLoop("a closing handle is counted until it is closed", ({ loop, events }) => {
  add(loop, {
    wakeup(scope) {
      const timer = scope.timer();
      timer.close();
      events.push(`${loop.metrics().handles}`);
      return ok();
    },
    ready() {
      events.push(`${loop.metrics().handles}`);
      return done();
    },
  }, (scope) => void scope.notifier().wakeup());
  loop.run();
  assert.deepEqual(events, ["1", "0"]);
});

testLoop("wake-ups and timeouts are counted as their handlers are called", ({ loop }) => {
  let turns = 0;
  add(loop, {
    wakeup: () => ok(),
    timeout(scope) {
      if (++turns === 10) return done();
      for (let i = 0; i < 3; i++) scope.notifier().wakeup();
      scope.setDeadline("next", scope.now);
      return ok();
    },
  }, (scope) => scope.setDeadline("next", scope.now));
  loop.run();
  const { wakeups, timeouts } = loop.metrics();
  assert.deepEqual([wakeups, timeouts], [9, 10]);
});

testLoop("records are counted as they are drained", ({ loop }) => {
  let fired = 0;
  add(loop, {
    ready: () => ++fired < 5 ? ok() : done(),
  }, (scope) => {
    for (let i = 0; i < 5; i++) scope.timer().start(0);
  });
  loop.run();
  const { records, staleRecords } = loop.metrics();
  assert.equal(records, 10); // each timer fired, and was closed
  assert.equal(staleRecords, 0);
});

testLoop("no JavaScript runs inside libuv, unless the fallback is in use", ({ loop }) => {
  const before = loop.metrics();
  add(loop, { ready: () => done() }, (scope) => scope.timer().start(1));
  loop.run();
  const after = loop.metrics();
  const calls = after.nativeToJsCallbacks - before.nativeToJsCallbacks;
  if (after.callbacks === "machine code") assert.equal(calls, 0);
  else assert.ok(calls > 0);
});

testLoop("a turn that finds everything at hand costs one call of libuv", ({ loop }) => {
  let turns = 0;
  addHandler(loop, (scope) => ++turns < 100 ? ok().deadline(scope.now) : done());
  loop.run();
  const { ffiCalls, runs, otherCalls } = loop.metrics();
  assert.equal(turns, 100);
  assert.deepEqual([ffiCalls, runs, otherCalls], [100, 100, 0]);
});

testLoop("O13: the time that a loop waits is measured, in milliseconds", ({ loop }) => {
  const begin = performance.now();
  let waits = 0;
  loop.addMachine((scope) => {
    // On a busy machine a deadline may have come before the loop waits: then it waits again.
    const again = () =>
      ok({ timeout: () => isEnough() ? done() : again() }).deadline(scope.after(5));
    const isEnough = () => ++waits === 200 || loop.metrics().idleMs >= 5;
    return again();
  });
  loop.run();
  const { idleMs } = loop.metrics();
  assert.ok(idleMs >= 5, `${idleMs} in ${waits} waits`);
  assert.ok(idleMs <= performance.now() - begin, `${idleMs}`);
}, { measureIdle: true });

testLoop("O13: the time that a loop waits is 0 where nobody asked for it", ({ loop }) => {
  loop.addMachine((scope) => ok({ timeout: () => done() }).deadline(scope.after(1)));
  loop.run();
  assert.equal(loop.metrics().idleMs, 0);
});
