import assert from "node:assert/strict";
import { done, type Machine, ok } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";
import { add, addHandler } from "./machines.ts";

testLoop("named deadlines come with their names, in the order of their times", (t) => {
  const { loop, events } = t;
  add(loop, {
    timeout(_scope, name) {
      events.push(`${name}`);
      return name === "d" ? done() : ok();
    },
  }, (scope) => {
    const startMs = scope.now;
    scope.setDeadline("c", startMs + 3);
    scope.setDeadline("a", startMs + 9);
    scope.setDeadline("b", startMs + 2);
    scope.setDeadline("a", startMs + 1); // moved
    scope.setDeadline("never", startMs + 5);
    scope.setDeadline("d", startMs + 6);
    scope.clearDeadline("never");
    scope.clearDeadline("unknown");
  });
  loop.run();
  assert.deepEqual(events, ["a", "b", "c", "d"]);
});

testLoop("a plain ok() leaves named deadlines alone, and they the one of ok()", (t) => {
  const { loop, events } = t;
  const machine: Machine = {
    timeout(scope, name) {
      events.push(`${name ?? "own"}, ${loop.metrics().deadlines} left`);
      if (name === "first") return ok();
      if (name === undefined) return done();
      scope.setDeadline("third", scope.after(60_000));
      return ok().deadline(scope.now);
    },
  };
  loop.addMachine((scope) => {
    for (const name of ["first", "second"]) scope.setDeadline(name, scope.now);
    scope.setDeadline("kept", scope.after(60_000));
    return ok(machine).deadline(scope.after(60_000));
  });
  loop.run();
  // 4 at first; "first" is taken, then clears the own; "second" sets it, and "third".
  assert.deepEqual(events, ["first, 3 left", "second, 1 left", "own, 2 left"]);
});

testLoop("a deadline that is cleared when it is due too never comes", ({ loop, events }) => {
  add(loop, {
    timeout(scope, name) {
      events.push(`${name}`);
      scope.clearDeadline("b");
      scope.setDeadline("c", scope.after(5)); // due now, and moved
      return name === "c" ? done() : ok();
    },
  }, (scope) => {
    for (const name of ["a", "b", "c"]) scope.setDeadline(name, scope.now);
  });
  loop.run();
  assert.deepEqual(events, ["a", "c"]);
});

testLoop("a machine that has ended is never told of its deadlines", ({ loop, events }) => {
  add(loop, {
    timeout(_scope, name) {
      events.push(`${name}`);
      return done();
    },
  }, (scope) => {
    for (const name of ["a", "b", "c"]) scope.setDeadline(name, scope.now);
  });
  addHandler(loop, (scope) => ok({ timeout: () => done() }).deadline(scope.after(3)));
  loop.run();
  assert.deepEqual(events, ["a"]);
  assert.equal(loop.metrics().timeouts, 3);
});

testLoop("a deadline at Infinity is none", ({ loop, events }) => {
  add(loop, {
    timeout(_scope, name) {
      events.push(`${name}`);
      return done();
    },
  }, (scope) => {
    scope.setDeadline("never", scope.now);
    scope.setDeadline("never", Infinity);
    scope.setDeadline("end", scope.after(3));
  });
  loop.run();
  assert.deepEqual(events, ["end"]);
});

testLoop("a named deadline of a machine without timeout() passes by", ({ loop, events }) => {
  add(loop, {
    wakeup() {
      events.push("wakeup");
      return done();
    },
  }, (scope) => {
    scope.setDeadline("nobody listens", scope.now);
    const notifier = scope.notifier();
    addHandler(loop, () => void notifier.wakeup());
  });
  loop.run();
  assert.deepEqual(events, ["wakeup"]);
});

testLoop("a deadline is a number, and a named one has a name", (t) => {
  addHandler(t.loop, (scope) => {
    const set = scope.setDeadline.bind(scope) as (name: unknown, timeMs: unknown) => void;
    for (const name of ["", undefined, null, 1]) assert.throws(() => set(name, 1), TypeError);
    for (const timeMs of ["1", undefined, null, 1n]) {
      assert.throws(() => set("name", timeMs), TypeError);
    }
    assert.throws(() => set("name", NaN), RangeError);
    assert.throws(() => scope.after(NaN), RangeError);
    assert.throws(() => scope.after("1" as unknown as number), TypeError);
    assert.throws(() => ok().deadline(NaN), RangeError);
    assert.throws(() => ok().deadline("soon" as unknown as number), RangeError);
  });
  t.loop.run();
});
