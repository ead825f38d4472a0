import assert from "node:assert/strict";
import { done, Loop, type Machine, type Notifier, notifierFrom, ok } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";
import { add, addHandler, addIdle } from "./machines.ts";

/** Adds a machine that ends when it is woken. */
function addSleeper<C>(loop: Loop<C>, woken: () => void = () => {}): Notifier {
  let notifier: Notifier | undefined;
  const machine: Machine<C> = {
    wakeup() {
      woken();
      return done();
    },
  };
  add(loop, machine, (scope) => void (notifier = scope.notifier()));
  return notifier as Notifier;
}

/** Both kinds: that of the loop's own thread, and the one that other threads make. */
const kinds: Record<string, (notifier: Notifier) => Notifier> = {
  "a notifier": (notifier) => notifier,
  "a notifier made of an address": (notifier) => notifierFrom(notifier.address()),
};

for (const [kind, make] of Object.entries(kinds)) {
  testLoop(`${kind} answers ok while its machine lives, closed afterwards`, ({ loop, events }) => {
    const notifier = make(addSleeper(loop, () => events.push("woken")));
    assert.equal(notifier.wakeup(), "ok");
    assert.equal(notifier.wakeup(), "ok");
    loop.run();
    assert.equal(notifier.wakeup(), "closed");
    assert.deepEqual(events, ["woken"]);
  });

  testLoop(`${kind} answers closed when its slot has another machine`, ({ loop, events }) => {
    const stale = make(addSleeper(loop));
    stale.wakeup();
    loop.run();
    const fresh = addSleeper(loop, () => events.push("wrong machine"));
    assert.equal(fresh.address().slot, stale.address().slot);
    assert.notEqual(fresh.address().generation, stale.address().generation);
    assert.equal(stale.wakeup(), "closed");
    addHandler(loop, () => loop.stop());
    loop.run();
    assert.deepEqual(events, []);
    loop.close();
  }, { slabCapacity: 2 });

  testLoop(`a wake-up by ${kind} does not outlive the machine it was for`, ({ loop, events }) => {
    addHandler(loop, () => {
      // Woken and ended in one turn; another machine takes the slot before the wake-up is taken.
      let dying: Notifier | undefined;
      add(loop, {
        timeout() {
          make(dying as Notifier).wakeup();
          return done();
        },
        dispose: () => void addSleeper(loop, () => events.push("wrong machine")),
      }, (scope) => {
        dying = scope.notifier();
        scope.setDeadline("end", scope.now);
      });
    });
    addHandler(loop, (scope) =>
      ok({
        timeout: () => {
          loop.stop();
          return done();
        },
      }).deadline(scope.after(5)));
    loop.run();
    assert.deepEqual(events, []);
    loop.close();
  });

  testLoop(`${kind} answers closed when the loop is closed`, ({ loop }) => {
    const notifier = make(addSleeper(loop));
    loop.close();
    for (let i = 0; i < 3; i++) assert.equal(notifier.wakeup(), "closed");
  });

  test(`${kind} answers retry before the loop is instantiated, and the wake-up is kept`, () => {
    const events: string[] = [];
    const creator = Loop.create();
    let notifier: Notifier | undefined;
    creator.addMachine((scope) => {
      notifier = make(scope.notifier());
      assert.equal(notifier.wakeup(), "retry");
      return ok({
        wakeup() {
          events.push("woken");
          return done();
        },
      });
    });
    assert.equal(notifier?.wakeup(), "retry");
    using loop = creator.instantiate(undefined);
    assert.equal(notifier?.wakeup(), "ok");
    loop.run();
    assert.deepEqual(events, ["woken"]);
    assert.equal(notifier?.wakeup(), "closed");
  });

  testLoop(`${kind} can be used in handlers, between runs and in dispose()`, (t) => {
    const { loop, events } = t;
    const notifier = make(addSleeper(loop, () => events.push("woken")));
    add(loop, {
      wakeup: () => done(),
      dispose: () => void events.push(notifier.wakeup()),
    }, (scope) => void scope.notifier().wakeup());
    loop.run();
    assert.deepEqual(events, ["ok", "woken"]);
  });
}

testLoop("all notifiers of a machine wake it, and have the same address", ({ loop, events }) => {
  const notifiers: Notifier[] = [];
  add(loop, {
    wakeup() {
      events.push("woken");
      return done();
    },
  }, (scope) => notifiers.push(scope.notifier(), scope.notifier()));
  const [first, second] = notifiers as [Notifier, Notifier];
  assert.deepEqual(first.address(), second.address());
  assert.deepEqual(notifierFrom(first.address()).address(), first.address());
  assert.equal(second.wakeup(), "ok");
  loop.run();
  assert.deepEqual(events, ["woken"]);
});

testLoop("a machine without wakeup() is woken in vain", ({ loop, events }) => {
  let notifier: Notifier | undefined;
  add(loop, {
    timeout() {
      events.push("timeout");
      return done();
    },
  }, (scope) => {
    notifier = scope.notifier();
    scope.setDeadline("end", scope.after(2));
  });
  assert.equal(notifier?.wakeup(), "ok");
  loop.run();
  assert.deepEqual(events, ["timeout"]);
});

testLoop("machines beyond the first thousand slots are woken", ({ loop }) => {
  const woken = new Set<number>();
  const notifiers = Array.from({ length: 3000 }, (_, i) => addSleeper(loop, () => woken.add(i)));
  const chosen = [0, 31, 32, 1023, 1024, 2047, 2048, 2999];
  for (const i of chosen) assert.equal((notifiers[i] as Notifier).wakeup(), "ok");
  addHandler(loop, (scope) => {
    if (woken.size < chosen.length) return ok().deadline(scope.now);
    return loop.stop();
  });
  loop.run();
  assert.deepEqual([...woken].sort((a, b) => a - b), chosen);
  for (const notifier of notifiers) notifier.wakeup();
  loop.run();
  assert.equal(woken.size, 3000);
});

testLoop("waking a busy loop makes no call of libuv", ({ loop }) => {
  addIdle(loop);
  const notifier = addSleeper(loop);
  const before = loop.metrics();
  for (let i = 0; i < 1000; i++) notifier.wakeup();
  assert.deepEqual(loop.metrics(), before);
  addHandler(loop, () => loop.stop());
  loop.run();
  loop.close();
});

test("notifierFrom() refuses what is no address", () => {
  const control = new SharedArrayBuffer(1024);
  const wrong: unknown[] = [
    undefined,
    null,
    {},
    "address",
    { control, slot: 0 },
    { control, slot: -1, generation: 1 },
    { control, slot: 0.5, generation: 1 },
    { control, slot: "0", generation: 1 },
    { control, slot: 0, generation: NaN },
    { control: new ArrayBuffer(1024), slot: 0, generation: 1 },
    { control: {}, slot: 0, generation: 1 },
    { control: new SharedArrayBuffer(0), slot: 0, generation: 1 },
    { control: new SharedArrayBuffer(7), slot: 0, generation: 1 },
    { control: new SharedArrayBuffer(16), slot: 0, generation: 1 },
    { control: new SharedArrayBuffer(4096), slot: 0, generation: 1 },
  ];
  const make = notifierFrom as (address: unknown) => Notifier;
  for (const address of wrong) assert.throws(() => make(address), TypeError, String(address));
});
