import assert from "node:assert/strict";
import {
  done,
  type EarlyScope,
  Loop,
  type Machine,
  type Notifier,
  ok,
  type Scope,
  SpawnError,
  StateError,
} from "../../src/mod.ts";
import { assertNoMoreDescriptors, assertNothingLeft, openFds, test } from "../harness.ts";

interface Context {
  readonly notifier: Notifier;
  readonly events: string[];
}

test("a loop is made in two stages, so that notifiers go into the context", () => {
  const creator = Loop.create();
  let notifier: Notifier | undefined;
  const woken: Machine<Context> = {
    wakeup(scope) {
      scope.context.events.push("woken");
      return done();
    },
  };
  creator.addMachine((scope) => {
    notifier = scope.notifier();
    return ok(woken);
  });
  using loop = creator.instantiate<Context>({ notifier: notifier as Notifier, events: [] });
  const waking: Machine<Context> = {
    timeout(scope) {
      scope.context.events.push(scope.context.notifier.wakeup());
      return done();
    },
  };
  loop.addMachine((scope) => ok(waking).deadline(scope.now));
  loop.run();
  assert.deepEqual(loop.context.events, ["ok", "woken"]);
  assertNothingLeft(loop);
});

test("the context cannot be used before there is one", () => {
  const creator = Loop.create();
  let early: EarlyScope | undefined;
  creator.addMachine((scope) => {
    early = scope;
    assert.throws(() => (scope as Scope).context, StateError);
    return ok({ timeout: () => done() }).deadline(scope.after(1));
  });
  using loop = creator.instantiate("context");
  assert.equal((early as Scope<string>).context, "context");
  loop.run();
});

test("a machine of the first stage has handles, deadlines and a notifier", () => {
  const events: string[] = [];
  const machine: Machine = {
    ready(event) {
      events.push(event.kind);
      return ok();
    },
    wakeup() {
      events.push("wakeup");
      return ok();
    },
    timeout(_scope, name) {
      events.push(name ?? "own");
      return done();
    },
  };
  const creator = Loop.create();
  creator.addMachine((scope) => {
    scope.timer().start(0);
    scope.setDeadline("named", scope.after(10));
    assert.equal(scope.notifier().wakeup(), "retry");
    return ok(machine);
  });
  creator.run(undefined);
  assert.deepEqual(events.sort(), ["named", "timer", "wakeup"]);
});

test("LoopCreator.run() runs until no machine is left, and closes", () => {
  const fds = openFds();
  let context: unknown;
  const creator = Loop.create();
  creator.addMachine((scope) =>
    ok({
      timeout(own: Scope) {
        context = own.context;
        return done();
      },
    }).deadline(scope.now)
  );
  creator.run("the context");
  assert.equal(context, "the context");
  assertNoMoreDescriptors(fds);
});

test("LoopCreator.run() closes the loop when it was stopped, too", () => {
  const fds = openFds();
  let disposals = 0;
  Loop.create().addMachine((scope) =>
    ok({
      timeout(own: Scope) {
        own.shutdownLoop();
        return ok();
      },
      dispose: () => void disposals++,
    }).deadline(scope.now)
  ).run(undefined);
  assert.equal(disposals, 1);
  assertNoMoreDescriptors(fds);
});

test("a creator that was instantiated is used up", () => {
  const creator = Loop.create();
  using loop = creator.instantiate(1);
  const calls = [
    () => creator.instantiate(2),
    () => creator.run(2),
    () => creator.addMachine(() => ok({})),
  ];
  for (const call of calls) assert.throws(call, StateError);
  assert.equal(loop.context, 1);
  assert.equal(loop.machines, 0);
});

test("a creator refuses a machine beyond the last slot, and one that cannot be made", () => {
  const creator = Loop.create({ slabCapacity: 1 });
  const failure = new Error("not today");
  assert.throws(() =>
    creator.addMachine(() => {
      throw failure;
    }), (error) => error === failure);
  creator.addMachine((scope) => ok({ timeout: () => done() }).deadline(scope.now));
  assert.throws(() => creator.addMachine(() => ok({})), SpawnError);
  creator.run(undefined);
});

test("addMachine() of both stages can be chained", () => {
  const idle: Machine = {};
  const constructor = () => ok(idle);
  using loop = Loop.create().addMachine(constructor).addMachine(constructor).instantiate(0);
  assert.equal(loop.addMachine(constructor).addMachine(constructor).machines, 4);
});

test("a loop that is never instantiated can be closed, with its machines", () => {
  let disposed = 0;
  {
    using creator = Loop.create();
    creator.addMachine(() => ok({ dispose: () => void disposed++ }));
  }
  assert.equal(disposed, 1);
});
