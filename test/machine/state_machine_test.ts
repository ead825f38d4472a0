import assert from "node:assert/strict";
import {
  done,
  error,
  ok,
  type Scope,
  spawn,
  type SpawnError,
  stateMachine,
} from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";

type Lamp = { readonly kind: "off" } | { readonly kind: "on"; readonly sinceMs: number };

/** Goes on when it is woken, and off or out after 1 ms, by `after`. */
function lampThat(after: "goes off" | "ends", events: string[]) {
  return stateMachine<Lamp>()(
    { off: { wakeup: ["on"] }, on: { wakeup: [], timeout: ["off", "done"] } },
    {
      off: {
        wakeup: (_state, scope) => {
          events.push("off: wakeup");
          return ok({ kind: "on", sinceMs: scope.now }).deadline(scope.after(1));
        },
      },
      on: {
        wakeup: () => ok(),
        timeout: ({ sinceMs }, scope, name) => {
          assert.ok(scope.now > sinceMs);
          events.push(`on: timeout ${name}`);
          return after === "ends" ? done() : ok({ kind: "off" });
        },
      },
    },
    { dispose: ({ kind }) => void events.push(`dispose in ${kind}`) },
  );
}

function wakeUp(scope: Pick<Scope, "notifier">): void {
  assert.equal(scope.notifier().wakeup(), "ok");
}

testLoop("a state machine goes from state to state, and ends where the table lets it", (t) => {
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    return lampThat("ends", t.events).start({ kind: "off" });
  });
  t.loop.run();
  assert.deepEqual(t.events, ["off: wakeup", "on: timeout undefined", "dispose in on"]);
});

testLoop("StateMachine.state is the state that the last answer led to", (t) => {
  const machine = lampThat("goes off", t.events).machine({ kind: "off" });
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    return ok(machine);
  });
  t.loop.addMachine((scope) =>
    ok({
      timeout(): ReturnType<typeof ok | typeof done> {
        t.events.push(`seen ${machine.state.kind}`);
        if (t.events.includes("on: timeout undefined")) scope.shutdownLoop();
        return ok().deadline(scope.after(1));
      },
    }).deadline(scope.now)
  );
  assert.equal(machine.state.kind, "off");
  t.loop.run();
  assert.equal(machine.state.kind, "off");
  assert.ok(t.events.includes("seen on"));
  t.loop.close();
  assert.equal(t.events.at(-1), "dispose in off");
});

type Counter = { readonly kind: "counting"; readonly count: number } | { readonly kind: "stuck" };

testLoop("a state that lists itself replaces its data", (t) => {
  const counter = stateMachine<Counter>()(
    { counting: { timeout: ["counting", "done"] }, stuck: {} },
    {
      counting: {
        timeout: ({ count }, scope) => {
          t.events.push(String(count));
          return count === 3
            ? done()
            : ok({ kind: "counting", count: count + 1 }).deadline(scope.now);
        },
      },
      stuck: {},
    },
  );
  t.loop.addMachine((scope) => counter.start({ kind: "counting", count: 1 }, scope.now));
  t.loop.run();
  assert.deepEqual(t.events, ["1", "2", "3"]);
});

testLoop("an illegal answer stops the machine, and leaves its state as it was", (t) => {
  const untyped = { kind: "stuck" } as never;
  for (const answer of [() => ok(untyped), () => done() as never, () => ok(7 as never)]) {
    const machine = stateMachine<Counter>()(
      { counting: { wakeup: ["counting"] }, stuck: {} },
      { counting: { wakeup: answer }, stuck: {} },
    ).machine({ kind: "counting", count: 5 });
    t.loop.addMachine((scope) => {
      wakeUp(scope);
      return ok(machine);
    });
    t.loop.run();
    const report = t.takeError();
    assert.equal(report.handler, "wakeup");
    assert.equal((report.error as Error).name, "StateError");
    t.events.push((report.error as Error).message);
    assert.deepEqual(machine.state, { kind: "counting", count: 5 });
  }
  assert.deepEqual(t.events, [
    "Cannot go to stuck: wakeup leads from counting only to counting",
    "Cannot go to done: wakeup leads from counting only to counting",
    "Cannot go to undefined: wakeup leads from counting only to counting",
  ]);
});

testLoop(
  "an event that the state does not list is an error, with what came with it as cause",
  (t) => {
    type Client = { readonly kind: "connecting" };
    const client = stateMachine<Client>()({ connecting: {} }, { connecting: {} });
    t.loop.addMachine((scope) => {
      const listener = scope.tcp();
      listener.bind("127.0.0.1", 0);
      scope.tcp().connect("127.0.0.1", listener.localAddress().port);
      return client.start({ kind: "connecting" });
    });
    t.loop.run();
    const { error, handler } = t.takeError();
    assert.equal(handler, "ready");
    assert.equal(
      String(error),
      "StateError: Cannot handle connectFailed: the state connecting has no such event",
    );
    assert.equal(((error as Error).cause as { code: string }).code, "ECONNREFUSED");
  },
);

testLoop(
  "a wakeup or closed that the state does not list is ignored, and its deadline stays",
  (t) => {
    type Sleeper = { readonly kind: "first" } | { readonly kind: "second"; readonly dueMs: number };
    const sleeper = stateMachine<Sleeper>()(
      { first: { timeout: ["second"] }, second: { timeout: ["done"] } },
      {
        first: {
          timeout: (_state, scope) => {
            t.events.push("first is over");
            wakeUp(scope);
            scope.tcp().close();
            const dueMs = scope.after(50);
            return ok({ kind: "second", dueMs }).deadline(dueMs);
          },
        },
        second: {
          timeout: ({ dueMs }, scope) => {
            assert.ok(scope.now >= dueMs);
            t.events.push("second is over");
            return done();
          },
        },
      },
    );
    t.loop.addMachine((scope) => {
      wakeUp(scope);
      scope.tcp().close();
      return sleeper.start({ kind: "first" }, scope.after(5));
    });
    t.loop.run();
    assert.equal(t.loop.metrics().wakeups, 2);
    assert.deepEqual(t.events, ["first is over", "second is over"]);
  },
);

testLoop("a named deadline reaches the state that the machine is in by then", (t) => {
  const lamp = stateMachine<Lamp>()(
    { off: { wakeup: ["on"] }, on: { timeout: ["done"] } },
    {
      off: {
        wakeup: (_state, scope) => {
          scope.setDeadline("fuse", scope.now);
          return ok({ kind: "on", sinceMs: 0 });
        },
      },
      on: {
        timeout: (_state, _scope, name) => {
          t.events.push(String(name));
          return done();
        },
      },
    },
  );
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    return lamp.start({ kind: "off" });
  });
  t.loop.run();
  assert.deepEqual(t.events, ["fuse"]);
});

testLoop(
  "a deadline that no state would hear of is an error of the state that asks for it",
  (t) => {
    const lamp = stateMachine<Lamp>()(
      { off: { timeout: ["on"] }, on: {} },
      { off: { timeout: () => ok({ kind: "on", sinceMs: 0 }).deadline(5) }, on: {} },
    );
    const machine = lamp.machine({ kind: "off" });
    t.loop.addMachine((scope) => machine.start(scope.now));
    t.loop.run();
    assert.match(String(t.takeError().error), /Cannot set a deadline: the state on has no timeout/);
    assert.equal(machine.state.kind, "off");
    assert.throws(() => lamp.start({ kind: "on", sinceMs: 0 }, 5), { name: "StateError" });
  },
);

testLoop("error() in any state stops the machine with that error", (t) => {
  const cause = new Error("burnt out");
  const lamp = stateMachine<Lamp>()(
    { off: { wakeup: [] }, on: {} },
    { off: { wakeup: () => error(cause) }, on: {} },
    { dispose: ({ kind }) => void t.events.push(`dispose in ${kind}`) },
  );
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    return lamp.start({ kind: "off" });
  });
  t.loop.run();
  assert.equal(t.takeError().error, cause);
  assert.deepEqual(t.events, ["dispose in off"]);
});

type Parent =
  | { readonly kind: "alone" }
  | { readonly kind: "expecting"; readonly seed: number }
  | { readonly kind: "settled" };

/** Spawns 1, then 2 after it, and hears that 2 cannot be made. */
function parentOf(events: string[]) {
  const born = (seed: number) => (scope: Scope) => {
    events.push(`${seed} lives`);
    wakeUp(scope);
    return ok({ wakeup: () => done() });
  };
  return stateMachine<Parent, unknown, number>()(
    {
      alone: { wakeup: ["expecting"] },
      expecting: { spawned: ["expecting"], spawnError: ["settled"] },
      settled: { timeout: ["done"] },
    },
    {
      alone: { wakeup: () => spawn(1, { kind: "expecting", seed: 1 }) },
      expecting: {
        spawned: ({ seed }) => spawn(seed + 1, { kind: "expecting", seed: seed + 1 }),
        spawnError: (state, scope, { reason, seed, cause }: SpawnError<number>) => {
          assert.equal(seed, state.seed);
          events.push(`${seed}: ${reason}, ${cause}`);
          return ok({ kind: "settled" }).deadline(scope.now);
        },
      },
      settled: { timeout: () => done() },
    },
    { create: (seed, scope) => seed === 2 ? error("no twins") : born(seed)(scope) },
  );
}

testLoop("spawn(seed, state) is heard of in that state, by spawned or spawnError", (t) => {
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    return parentOf(t.events).start({ kind: "alone" });
  });
  t.loop.run();
  assert.deepEqual(t.events, ["1 lives", "2: create failed, no twins"]);
});

testLoop("a state that spawns need not listen for spawned", (t) => {
  const parent = stateMachine<Lamp, unknown, string>()(
    { off: { wakeup: [], timeout: ["done"] }, on: {} },
    {
      off: {
        wakeup: (_state, scope) => {
          scope.setDeadline("end", scope.now);
          return spawn("child");
        },
        timeout: () => done(),
      },
      on: {},
    },
    {
      create: (seed) => {
        t.events.push(seed);
        return done();
      },
    },
  );
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    return parent.start({ kind: "off" });
  });
  t.loop.run();
  assert.deepEqual(t.events, ["child"]);
});

test("a state machine cannot start in a state that it does not have", () => {
  const lamp = stateMachine<Lamp>()({ off: {}, on: {} }, { off: {}, on: {} });
  for (const kind of ["broken", "toString"]) {
    assert.throws(() => lamp.machine({ kind } as never), {
      name: "StateError",
      message: `Cannot start in ${kind}: the machine has no such state`,
    });
  }
});

test("a table with an event that has no handler is refused, where no compiler has done so", () => {
  assert.throws(() => stateMachine<Lamp>()({ off: { wakeup: [] }, on: {} }, {} as never), {
    name: "TypeError",
    message: "The state off has no handler for wakeup",
  });
});
