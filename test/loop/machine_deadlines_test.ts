import assert from "node:assert/strict";
import { done, type Machine, ok, type Scope } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";
import { add, addHandler, passMs } from "./machines.ts";

/** Longer than any test should take: a poll that sleeps by mistake wakes after this. */
const RESCUE_MS = 2000;

testLoop("timeout() comes at its time, not earlier", ({ loop }) => {
  let atMs = 0;
  let dueMs = 0;
  const machine: Machine = {
    timeout(scope) {
      atMs = scope.now;
      return done();
    },
  };
  loop.addMachine((scope) => ok(machine).deadline(dueMs = scope.after(5)));
  loop.run();
  assert.ok(atMs >= dueMs && atMs < dueMs + RESCUE_MS, `${atMs - dueMs} ms after its time`);
});

testLoop("a deadline that passed while handlers computed does not wait for another event", (t) => {
  const { loop } = t;
  const startMs = performance.now();
  addHandler(loop, (scope) => {
    scope.timer().start(RESCUE_MS);
    passMs(5);
    return ok({ timeout: () => done() }).deadline(scope.after(2));
  });
  loop.run();
  assert.ok(performance.now() - startMs < RESCUE_MS, "the poll slept over the deadline");
});

testLoop("a timer that is due before the poll does not wait for another event", ({ loop }) => {
  const startMs = performance.now();
  addHandler(loop, (scope) => {
    scope.timer().start(RESCUE_MS);
    scope.timer().start(0);
    return ok({ ready: () => done() });
  });
  loop.run();
  assert.ok(performance.now() - startMs < RESCUE_MS, "the poll slept over the timer");
});

for (const handler of ["wakeup", "ready", "timeout"] as const) {
  testLoop(`a plain ok() of ${handler}() clears the deadline: it is restated each time`, (t) => {
    const { loop, events } = t;
    const machine: Machine = { timeout: () => done() };
    machine[handler] = () => {
      addHandler(loop, () => { // in the next turn
        events.push(`${loop.metrics().deadlines} left`);
        loop.stop();
      });
      return ok();
    };
    loop.addMachine((scope) => {
      if (handler === "wakeup") scope.notifier().wakeup();
      if (handler === "ready") scope.timer().start(0);
      if (handler === "timeout") scope.setDeadline("now", scope.now);
      return ok(machine).deadline(scope.after(60_000));
    });
    loop.run();
    assert.deepEqual(events, ["0 left"]);
    loop.close();
  });
}

testLoop("a handler that is left out leaves the deadline alone", ({ loop, events }) => {
  const machine: Machine = {
    timeout(_scope, name) {
      events.push(name ?? "own");
      return done();
    },
  };
  loop.addMachine((scope) => {
    scope.notifier().wakeup();
    scope.timer().start(0);
    return ok(machine).deadline(scope.now + 5);
  });
  loop.run();
  assert.deepEqual(events, ["own"]);
});

testLoop("a later answer moves the deadline", ({ loop, events }) => {
  const machine: Machine = {
    wakeup: (scope) => ok().deadline(scope.after(1)),
    timeout() {
      events.push(`timeout, ${loop.metrics().deadlines} left`);
      return done();
    },
  };
  loop.addMachine((scope) => {
    scope.notifier().wakeup();
    return ok(machine).deadline(scope.after(60_000));
  });
  loop.run();
  assert.deepEqual(events, ["timeout, 0 left"]);
});

testLoop("a time that has passed is due in the next turn, once a turn", ({ loop }) => {
  const turns: number[] = [];
  const passed = (scope: Scope): number[] => [scope.now, scope.now - 1, -1, 0, -Infinity];
  let round = 0;
  addHandler(loop, (scope) => {
    turns.push(loop.metrics().iterations);
    const timeMs = passed(scope)[round++];
    return timeMs === undefined ? done() : ok().deadline(timeMs);
  });
  // Others that are not due, so that the first could be taken again in the same turn.
  for (let i = 0; i < 5; i++) {
    addHandler(loop, (scope) => ok({ timeout: () => done() }).deadline(scope.after(5)));
  }
  loop.run();
  assert.equal(turns.length, 6);
  assert.equal(new Set(turns).size, 6, `in turns ${turns}`);
});

testLoop("a machine that is always due does not starve another", ({ loop, events }) => {
  let rounds = 0;
  addHandler(loop, () => ++rounds < 100 ? ok().deadline(-Infinity) : done());
  addHandler(loop, () => void events.push(`other after ${rounds}`));
  loop.run();
  assert.deepEqual(events, ["other after 1"]);
});

testLoop("the time of a deadline that has fired can be set again and fires again", (t) => {
  const { loop } = t;
  let timeMs = 0;
  let fired = 0;
  const machine: Machine = { timeout: () => ++fired < 5 ? ok().deadline(timeMs) : done() };
  loop.addMachine((scope) => ok(machine).deadline(timeMs = scope.after(2)));
  loop.run();
  assert.equal(fired, 5);
});

testLoop("deadlines of one time come in the order they were set", ({ loop, events }) => {
  const timeMs = loop.now + 3;
  for (const name of ["a", "b", "c", "d"]) {
    const machine: Machine = {
      timeout() {
        events.push(name);
        return done();
      },
    };
    loop.addMachine(() => ok(machine).deadline(timeMs));
  }
  loop.run();
  assert.deepEqual(events, ["a", "b", "c", "d"]);
});

testLoop("a machine without timeout() cannot ask for a deadline", (t) => {
  assert.throws(() => t.loop.addMachine((scope) => ok({}).deadline(scope.now)), TypeError);
  const machine: Machine = { wakeup: (scope) => ok().deadline(scope.now) };
  add(t.loop, machine, (scope) => scope.notifier().wakeup());
  t.loop.run();
  const { error, handler } = t.takeError();
  assert.ok(error instanceof TypeError);
  assert.equal(handler, "wakeup");
});

testLoop("thousands of deadlines make one timer, and no call each", ({ loop }) => {
  const startMs = loop.now;
  let fired = 0;
  const machine: Machine = {
    timeout() {
      fired++;
      return done();
    },
  };
  for (let i = 0; i < 5000; i++) {
    loop.addMachine((scope) => {
      for (let k = 0; k < 10; k++) scope.setDeadline(`named ${k}`, startMs + 10_000 + k);
      return ok(machine).deadline(startMs + 1 + i % 7);
    });
  }
  loop.run();
  assert.equal(fired, 5000);
  assert.ok(loop.metrics().otherCalls <= 8, `${loop.metrics().otherCalls} calls`);
});
