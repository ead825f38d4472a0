import assert from "node:assert/strict";
import { done, type Machine, ok, type Scope, type Timer } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";
import { add, addHandler } from "./machines.ts";

testLoop("ready() is told of the events of a machine's handles, one at a time", (t) => {
  const { loop, events } = t;
  add(loop, {
    ready(event, scope) {
      events.push(`${event.kind} of ${event.handle?.kind}`);
      if (event.kind === "timer") event.handle.close();
      if (event.kind === "closed") scope.async().send();
      return event.kind === "async" ? done() : ok();
    },
  }, (scope) => scope.timer().start(0));
  loop.run();
  assert.deepEqual(events, ["timer of timer", "closed of timer", "async of async"]);
});

testLoop("wakeup() is called once for all wake-ups of a turn", ({ loop, events }) => {
  let turns = 0;
  add(loop, {
    wakeup(scope) {
      events.push("wakeup");
      return ok().deadline(scope.now);
    },
    timeout: (scope) => ++turns < 3 ? ok().deadline(scope.now) : done(),
  }, (scope) => {
    const notifier = scope.notifier();
    for (let i = 0; i < 10; i++) assert.equal(notifier.wakeup(), "ok");
  });
  loop.run();
  assert.deepEqual(events, ["wakeup"]);
  assert.equal(loop.metrics().wakeups, 1);
});

testLoop("a machine that wakes itself in wakeup() is woken again, once a turn", ({ loop }) => {
  const turns: number[] = [];
  let others = 0;
  add(loop, {
    wakeup(scope) {
      turns.push(loop.metrics().iterations);
      scope.notifier().wakeup();
      return turns.length < 50 ? ok() : done();
    },
  }, (scope) => scope.notifier().wakeup());
  addHandler(loop, (scope) => ++others < 20 ? ok().deadline(scope.now) : done());
  add(loop, {
    ready() {
      assert.ok(turns.length < 5, `the timer came after ${turns.length} turns`);
      return done();
    },
  }, (scope) => scope.timer().start(0));
  loop.run();
  assert.equal(new Set(turns).size, 50);
  assert.equal(others, 20);
});

testLoop("two machines can wake each other, with the loop turning in between", (t) => {
  const { loop, events } = t;
  const wake: Record<string, () => void> = {};
  const player = (name: string, other: string): Machine => ({
    wakeup() {
      events.push(name);
      wake[other]?.();
      return events.length >= 6 ? done() : ok();
    },
  });
  add(loop, player("ping", "pong"), (scope) => {
    const notifier = scope.notifier();
    wake.ping = () => void notifier.wakeup();
    notifier.wakeup();
  });
  add(loop, player("pong", "ping"), (scope) => {
    const notifier = scope.notifier();
    wake.pong = () => void notifier.wakeup();
  });
  addHandler(loop, (scope) => loop.machines > 1 ? ok().deadline(scope.now) : done());
  loop.run();
  assert.deepEqual(events.slice(0, 6), ["ping", "pong", "ping", "pong", "ping", "pong"]);
});

testLoop("a handler that a machine leaves out changes nothing", ({ loop, events }) => {
  loop.addMachine((scope) => {
    scope.notifier().wakeup();
    scope.async().send();
    scope.timer().start(0);
    const machine: Machine = {
      timeout() {
        events.push("timeout");
        return done();
      },
    };
    return ok(machine).deadline(scope.now + 5);
  });
  loop.run();
  assert.deepEqual(events, ["timeout"]);
  assert.equal(loop.metrics().wakeups, 0);
});

testLoop("ok(machine) puts another machine in the place of the one that answered", (t) => {
  const { loop, events } = t;
  const second: Machine = {
    ready(event) {
      events.push(`second ready ${event.kind}`);
      return done();
    },
    dispose: () => void events.push("second disposed"),
  };
  let notifierAnswer: unknown;
  add(loop, {
    wakeup(scope) {
      events.push("first wakeup");
      notifierAnswer = scope.notifier().wakeup();
      scope.timer().start(0);
      return ok(second);
    },
    dispose: () => void events.push("first disposed"),
  }, (scope) => scope.notifier().wakeup());
  loop.run();
  assert.equal(notifierAnswer, "ok");
  assert.deepEqual(events, ["first wakeup", "second ready timer", "second disposed"]);
});

testLoop("handlers are called on their machine", ({ loop, events }) => {
  class Counter implements Machine {
    readonly #limit = 3;
    #count = 0;

    timeout(scope: Scope): ReturnType<NonNullable<Machine["timeout"]>> {
      events.push(`${++this.#count} of ${this.#limit}`);
      return this.#count < this.#limit ? ok().deadline(scope.now) : done();
    }

    dispose(): void {
      events.push(`disposed at ${this.#count}`);
    }
  }
  loop.addMachine((scope) => ok(new Counter()).deadline(scope.now));
  loop.run();
  assert.deepEqual(events, ["1 of 3", "2 of 3", "3 of 3", "disposed at 3"]);
});

testLoop("a machine has the same scope in all its handlers", ({ loop }) => {
  const scopes = new Set<Scope>();
  const machine: Machine = {
    wakeup(scope) {
      scopes.add(scope);
      scope.timer().start(0);
      return ok();
    },
    ready(_event, scope) {
      scopes.add(scope);
      return ok().deadline(scope.now);
    },
    timeout(scope) {
      scopes.add(scope);
      return done();
    },
  };
  add(loop, machine, (scope) => {
    scopes.add(scope);
    scope.notifier().wakeup();
  });
  loop.run();
  assert.equal(scopes.size, 1);
});

testLoop("the event of a handle that was closed meanwhile does not arrive", ({ loop, events }) => {
  const timers: Timer[] = [];
  add(loop, {
    ready(event) {
      events.push(event.kind);
      if (event.kind === "closed") return done();
      timers.find((timer) => timer !== event.handle)?.close(); // its event is on its way
      return ok();
    },
  }, (scope) => {
    timers.push(scope.timer(), scope.timer());
    for (const timer of timers) timer.start(0);
  });
  loop.run();
  assert.deepEqual(events, ["timer", "closed"]);
  assert.equal(loop.metrics().staleRecords, 1);
});
