import assert from "node:assert/strict";
import { ClosedError, done, Loop, type Machine, ok, StateError } from "../../src/mod.ts";
import { assertNoMoreDescriptors, assertNothingLeft, openFds, test, testLoop } from "../harness.ts";
import { add, addHandler, addIdle } from "./machines.ts";

testLoop("closing ends all machines: each is disposed of once", ({ loop }) => {
  const counts = [addIdle(loop), addIdle(loop), addIdle(loop)];
  addHandler(loop, () => loop.stop());
  loop.run();
  assert.equal(loop.machines, 3);
  loop.close();
  assert.equal(loop.machines, 0);
  assert.deepEqual(counts.map(({ disposals }) => disposals), [1, 1, 1]);
});

testLoop("a loop that never ran can be closed, with machines and handles", ({ loop }) => {
  const counts = addIdle(loop);
  add(loop, {}, (scope) => {
    for (const handle of [scope.tcp(), scope.pipe(), scope.async(), scope.timer()]) {
      assert.equal(handle.state, "open");
    }
    scope.setDeadline("never", scope.after(60_000));
  });
  loop.close();
  assert.equal(counts.disposals, 1);
});

testLoop("a closed loop refuses every call with ClosedError", ({ loop }) => {
  loop.close();
  assert.equal(loop.state, "closed");
  assert.equal(loop.machines, 0);
  const calls: Record<string, () => unknown> = {
    addMachine: () => addIdle(loop),
    run: () => loop.run(),
    stop: () => loop.stop(),
    close: () => loop.close(),
    metrics: () => loop.metrics(),
    now: () => loop.now,
  };
  for (const [name, call] of Object.entries(calls)) assert.throws(call, ClosedError, name);
  assert.equal(loop.state, "closed");
});

testLoop("disposing of a closed loop does nothing", ({ loop }) => {
  loop.close();
  for (let i = 0; i < 2; i++) loop[Symbol.dispose]();
  assert.equal(loop.state, "closed");
});

test("a loop declared with using is closed at the end of its block", () => {
  let outside: Loop<string>;
  {
    using loop = Loop.create().instantiate("context");
    addIdle(loop);
    outside = loop;
  }
  assert.equal(outside.state, "closed");
});

testLoop("dispose() finds the loop closed: it cannot add, run or close", ({ loop, events }) => {
  const machine: Machine = {
    dispose() {
      for (const call of [() => addIdle(loop), () => loop.run(), () => loop.close()]) {
        assert.throws(call, ClosedError);
      }
      events.push("disposed");
    },
  };
  add(loop, machine);
  add(loop, machine);
  loop.close();
  assert.deepEqual(events, ["disposed", "disposed"]);
});

testLoop("dispose() that throws at close reaches the hook, and the loop closes", (t) => {
  const failure = new Error("cannot say goodbye");
  add(t.loop, {
    dispose() {
      throw failure;
    },
  });
  const { disposals } = addIdle(t.loop);
  assert.equal(disposals, 0);
  t.loop.close();
  const { error, handler } = t.takeError();
  assert.deepEqual([error, handler], [failure, "dispose"]);
  assert.equal(t.loop.state, "closed");
});

testLoop("a constructor that closes the loop makes no machine", ({ loop, events }) => {
  const dispose = (): void => void events.push("disposed");
  assert.throws(() =>
    loop.addMachine((scope) => {
      loop.close();
      assert.throws(() => scope.tcp(), ClosedError);
      return ok({ dispose, timeout: () => done() }).deadline(0);
    }), ClosedError);
  assert.equal(loop.state, "closed");
  assert.deepEqual(events, []);
});

testLoop("an illegal step leaves a running loop as it was", ({ loop, events }) => {
  addHandler(loop, (scope) => {
    const look = (): unknown[] => [loop.state, loop.machines, loop.metrics().handles];
    const before = look();
    for (const call of [() => loop.run(), () => loop.close()]) assert.throws(call, StateError);
    assert.deepEqual(look(), before);
    events.push("refused");
    return events.length < 3 ? ok().deadline(scope.now) : done();
  });
  loop.run();
  assert.deepEqual(events, ["refused", "refused", "refused"]);
});

test("a hundred loops, one after the other and all at once, leave no descriptor open", () => {
  Loop.create().run(undefined);
  const fds = openFds();
  for (let i = 0; i < 100; i++) Loop.create().run(undefined);
  const loops = Array.from({ length: 20 }, () => Loop.create().instantiate(undefined));
  assert.ok(openFds() > fds);
  for (const loop of loops) {
    addHandler(loop, () => {});
    loop.run();
    assertNothingLeft(loop);
  }
  for (const loop of loops) loop.close();
  assertNoMoreDescriptors(fds);
});
