import assert from "node:assert/strict";
import {
  done,
  error,
  type Machine,
  ok,
  type Response,
  type Scope,
  spawn,
  SpawnError,
} from "../../src/mod.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** Adds a machine that spawns as its first act. */
function addParent(t: LoopTest, machine: Machine<unknown, string>, seed = "seed"): void {
  const first: Machine<unknown, string> = { ...machine, timeout: () => spawn(seed, machine) };
  t.loop.addMachine((scope) => ok(first).deadline(scope.now));
}

/** A machine that notes that it lives, and ends in the next turn. */
function child(t: LoopTest, name: string): Machine {
  return {
    timeout() {
      t.events.push(`${name} timeout`);
      return done();
    },
    dispose: () => void t.events.push(`${name} disposed`),
  };
}

testLoop("spawn() has create() make a machine of the seed, then spawned() is told", (t) => {
  const { loop, events } = t;
  let parentScope: Scope | undefined;
  addParent(t, {
    create(seed, scope) {
      events.push(`create ${seed}`);
      assert.equal(loop.machines, 2);
      parentScope = scope;
      return ok(child(t, seed)).deadline(scope.now);
    },
    spawned(scope) {
      events.push("spawned");
      assert.notEqual(scope, parentScope);
      return done();
    },
  });
  loop.run();
  assert.deepEqual(events, ["create seed", "spawned", "seed timeout", "seed disposed"]);
});

testLoop("spawned() may spawn again, a thousand times in a row", (t) => {
  const { loop } = t;
  const seeds: string[] = [];
  addParent(t, {
    create(seed, scope) {
      seeds.push(seed);
      return ok({ timeout: () => done() }).deadline(scope.now);
    },
    spawned: () => seeds.length < 1000 ? spawn(`${seeds.length}`) : done(),
  }, "0");
  loop.run();
  assert.deepEqual(seeds, Array.from({ length: 1000 }, (_, i) => `${i}`));
});

testLoop("a parent without spawned() goes on", (t) => {
  const { loop, events } = t;
  addParent(t, {
    create: (seed, scope) => {
      scope.notifier().wakeup();
      const machine: Machine = {
        wakeup() {
          events.push(`${seed} of ${loop.machines}`);
          loop.stop();
          return done();
        },
      };
      return ok(machine);
    },
    dispose: () => void events.push("parent disposed"),
  });
  loop.run();
  assert.equal(loop.machines, 1);
  loop.close();
  assert.deepEqual(events, ["seed of 2", "parent disposed"]);
});

testLoop("spawn() clears the parent's deadline, if spawned() does not restate it", (t) => {
  const { loop, events } = t;
  const machine: Machine<unknown, string> = {
    create(_seed, scope) {
      const child: Machine = {
        timeout() {
          events.push(`${loop.metrics().deadlines} left`);
          loop.stop();
          return done();
        },
      };
      return ok(child).deadline(scope.now);
    },
    wakeup: () => spawn("seed"),
    timeout: () => done(),
  };
  loop.addMachine((scope) => {
    scope.notifier().wakeup();
    return ok(machine).deadline(scope.after(60_000));
  });
  loop.run();
  assert.deepEqual(events, ["0 left"]);
  loop.close();
});

testLoop("spawned() may restate the parent's deadline", (t) => {
  const { loop, events } = t;
  const machine: Machine<unknown, string> = {
    create: () => done(),
    spawned(scope) {
      events.push("spawned");
      return ok({
        timeout() {
          events.push("timeout");
          return done();
        },
      }).deadline(scope.after(1));
    },
  };
  addParent(t, machine);
  loop.run();
  assert.deepEqual(events, ["spawned", "timeout"]);
});

testLoop("spawn(seed, machine) goes on as that machine, which creates and is told", (t) => {
  const { loop, events } = t;
  const next: Machine<unknown, number> = {
    create(seed) {
      events.push(`next creates ${seed}`);
      return done();
    },
    spawned() {
      events.push("next spawned");
      return done();
    },
  };
  loop.addMachine((scope) => ok({ timeout: () => spawn(7, next) }).deadline(scope.now));
  loop.run();
  assert.deepEqual(events, ["next creates 7", "next spawned"]);
});

testLoop("a full slab gives the seed back to spawnError(), which may try again", (t) => {
  const { loop, events } = t;
  let refused = 0;
  addParent(t, {
    create(seed, scope) {
      events.push(`create ${seed}`);
      return ok({ timeout: () => done() }).deadline(scope.now);
    },
    spawned: () => spawn("next"),
    spawnError(failure, scope) {
      assert.ok(failure instanceof SpawnError);
      assert.equal(failure.reason, "no slab space");
      events.push(`refused ${failure.seed}`);
      if (++refused === 2) return done();
      const retry: Machine<unknown, string> = {
        create: (seed) => {
          events.push(`again ${seed}`);
          return done();
        },
        timeout: () => spawn(failure.seed),
        spawned: () => done(),
      };
      return ok(retry).deadline(scope.after(1));
    },
  }, "first");
  loop.run();
  assert.deepEqual(events, ["create first", "create next", "refused next", "again next"]);
}, { slabCapacity: 3 });

testLoop("spawnError() may spawn at once from another seed", (t) => {
  const { loop, events } = t;
  addParent(t, {
    create: (seed) => seed === "bad" ? error(new Error("bad seed")) : done(),
    spawnError(failure) {
      events.push(`${failure.reason} of ${failure.seed}: ${(failure.cause as Error).message}`);
      return spawn("good");
    },
    spawned() {
      events.push("spawned");
      return done();
    },
  }, "bad");
  loop.run();
  assert.deepEqual(events, ["create failed of bad: bad seed", "spawned"]);
});

/** What create() may do wrong, and what the cause of the SpawnError then is. */
const failures: Record<string, { create: () => Response; cause: RegExp }> = {
  "answers error()": { create: () => error(new Error("no seat")), cause: /no seat/ },
  "throws": {
    create() {
      throw new Error("no luck");
    },
    cause: /no luck/,
  },
  "spawns": { create: () => spawn("x") as unknown as Response, cause: /may not spawn/ },
  "answers ok() without a machine": { create: () => ok(), cause: /A machine is an object/ },
  "answers ok() with a number": { create: () => ok(5), cause: /A machine is an object/ },
  "answers nothing": {
    create: () => undefined as unknown as Response,
    cause: /must return ok\(\)/,
  },
  "answers a promise": {
    create: () => Promise.resolve(ok({})) as unknown as Response,
    cause: /promise/,
  },
};

for (const [what, { create, cause }] of Object.entries(failures)) {
  testLoop(`create() that ${what} is an error of the spawn, and the parent is told`, (t) => {
    const { loop, events } = t;
    addParent(t, {
      create,
      spawnError(failure) {
        assert.match((failure.cause as Error).message, cause);
        events.push(`${failure.reason}, ${failure.seed} is back, ${loop.machines} left`);
        return done();
      },
    });
    loop.run();
    assert.deepEqual(events, ["create failed, seed is back, 1 left"]);
  });

  testLoop(`create() that ${what} ends a parent without spawnError()`, (t) => {
    const { loop, events } = t;
    addParent(t, { create, dispose: () => void events.push("disposed") });
    loop.run();
    const { error: failure } = t.takeError();
    assert.ok(failure instanceof SpawnError);
    assert.match((failure.cause as Error).message, cause);
    assert.equal(failure.seed, "seed");
    assert.deepEqual(events, ["disposed"]);
  });
}

testLoop("create() that fails has the handles and deadlines of its scope closed", (t) => {
  const { loop } = t;
  let escaped: Scope | undefined;
  addParent(t, {
    create(_seed, scope) {
      escaped = scope;
      scope.tcp();
      scope.setDeadline("never", scope.after(10_000));
      return error(new Error("no"));
    },
    spawnError(_failure, scope) {
      assert.throws(() => escaped?.tcp(), /closed/);
      return ok({ timeout: () => done() }).deadline(scope.after(1));
    },
  });
  loop.run();
  assert.equal(loop.metrics().handles, 0);
});

testLoop("create() that answers done() makes no machine, and spawned() is told", (t) => {
  const { loop, events } = t;
  addParent(t, {
    create: () => done(),
    spawned() {
      events.push(`spawned, ${loop.machines} left`);
      return done();
    },
  });
  loop.run();
  assert.deepEqual(events, ["spawned, 1 left"]);
});

testLoop("a machine without create() that spawns ends with a TypeError", (t) => {
  addParent(t, {});
  t.loop.run();
  const { error: failure } = t.takeError();
  assert.ok(failure instanceof TypeError);
  assert.match(failure.message, /without create\(\)/);
});

testLoop("a child may spawn children of its own", (t) => {
  const { loop, events } = t;
  const family = (generation: number): Machine<unknown, number> => ({
    create: (seed, scope) => ok(family(seed)).deadline(scope.now),
    timeout() {
      events.push(`${generation}`);
      return generation < 4 ? spawn(generation + 1) : done();
    },
    spawned: () => done(),
  });
  loop.addMachine((scope) => ok(family(1)).deadline(scope.now));
  loop.run();
  assert.deepEqual(events, ["1", "2", "3", "4"]);
});
