import assert from "node:assert/strict";
import { done, type Handle, Loop, type Machine, type Notifier, ok } from "../../src/mod.ts";
import { assertNothingLeft, test, testLoop } from "../harness.ts";
import { add, addHandler, addIdle } from "./machines.ts";

function newLoop(): Loop<unknown> {
  return Loop.create().instantiate(undefined);
}

testLoop("two loops of one thread take turns", ({ loop, events }) => {
  using other = newLoop();
  const player = (of: Loop<unknown>, name: string): void => {
    addHandler(of, (scope) => {
      events.push(name);
      of.stop();
      return events.length < 6 ? ok().deadline(scope.now) : done();
    });
  };
  player(loop, "this");
  player(other, "other");
  while (events.length < 6) {
    loop.run();
    other.run();
  }
  assert.deepEqual(events, ["this", "other", "this", "other", "this", "other"]);
  loop.run();
  assertNothingLeft(other);
});

testLoop("a handler can run and close another loop, and keep the answer it has made", (t) => {
  const { loop, events } = t;
  addHandler(loop, (scope) => {
    if (events.length > 0) return done();
    const answer = ok().deadline(scope.now);
    const other = newLoop();
    addHandler(other, () => void events.push(`other runs, this is ${loop.state}`));
    other.run();
    addIdle(other);
    other.close();
    return answer;
  });
  loop.run();
  assert.deepEqual(events, ["other runs, this is running"]);
});

testLoop("a machine can wake one of another loop of its thread", ({ loop, events }) => {
  using other = newLoop();
  let notifier: Notifier | undefined;
  add(other, {
    wakeup() {
      events.push("woken");
      return done();
    },
  }, (scope) => void (notifier = scope.notifier()));
  addHandler(loop, () => void events.push(`${notifier?.wakeup()}`));
  loop.run();
  other.run();
  assert.equal(notifier?.wakeup(), "closed");
  assert.deepEqual(events, ["ok", "woken"]);
});

testLoop("a handle of one loop cannot be registered with a machine of another", (t) => {
  using other = newLoop();
  let theirs: Handle | undefined;
  add(other, {}, (scope) => void (theirs = scope.timer()));
  addHandler(t.loop, (scope) => {
    assert.throws(() => scope.register(theirs as Handle), TypeError);
    assert.equal(theirs?.state, "open");
  });
  t.loop.run();
});

test("closing one loop leaves the others of the thread alone", () => {
  const events: string[] = [];
  const loops = Array.from({ length: 5 }, newLoop);
  for (const [i, loop] of loops.entries()) {
    const machine: Machine = {
      ready() {
        events.push(`${i}`);
        return done();
      },
    };
    add(loop, machine, (scope) => scope.async().send());
  }
  for (const loop of loops) {
    loop.run();
    loop.close();
  }
  assert.deepEqual(events, ["0", "1", "2", "3", "4"]);
});
