import assert from "node:assert/strict";
import { done, type Machine, ok, SpawnError, StateError } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";
import { add, addHandler, addIdle, passMs } from "./machines.ts";

testLoop("an empty loop returns at once, as often as it is run", ({ loop }) => {
  for (let i = 0; i < 3; i++) loop.run();
  assert.equal(loop.metrics().runs, 0);
  assert.equal(loop.state, "idle");
});

testLoop("a loop is idle, running in its handlers, and idle again", ({ loop, events }) => {
  addHandler(loop, () => void events.push(loop.state));
  events.push(loop.state);
  loop.run();
  events.push(loop.state);
  assert.deepEqual(events, ["idle", "running", "idle"]);
});

testLoop("a run ends when the last machine has ended", ({ loop, events }) => {
  addHandler(loop, (scope) => {
    for (const delayMs of [3, 1, 2]) {
      const machine: Machine = {
        timeout() {
          events.push(`${delayMs} of ${loop.machines}`);
          return done();
        },
      };
      loop.addMachine(() => ok(machine).deadline(scope.now + delayMs));
    }
  });
  loop.run();
  assert.deepEqual(events, ["1 of 3", "2 of 2", "3 of 1"]);
});

testLoop("machines can be added during a run, in a handler of another", ({ loop, events }) => {
  addHandler(loop, () => {
    events.push("first");
    addHandler(loop, () => void events.push("second"));
    addHandler(loop, () => void events.push("third"));
  });
  loop.run();
  assert.deepEqual(events, ["first", "second", "third"]);
});

testLoop("the answer of a handler survives that it adds a machine meanwhile", (t) => {
  const { loop, events } = t;
  let turns = 0;
  add(loop, {
    timeout(scope) {
      if (++turns === 2) return done();
      const answer = ok().deadline(scope.now);
      addHandler(loop, () => void events.push("added"));
      return answer;
    },
  }, (scope) => scope.setDeadline("start", scope.now));
  loop.run();
  assert.equal(turns, 2);
  assert.deepEqual(events, ["added"]);
});

testLoop("a loop runs again with machines added between runs", ({ loop, events }) => {
  for (const name of ["one", "two", "three"]) {
    addHandler(loop, () => void events.push(name));
    loop.run();
  }
  assert.deepEqual(events, ["one", "two", "three"]);
});

testLoop("a loop that was stopped keeps its machines and runs on", ({ loop, events }) => {
  let rounds = 0;
  addHandler(loop, (scope) => {
    events.push(`round ${++rounds}`);
    if (rounds === 3) return done();
    loop.stop();
    events.push(loop.state);
    return ok().deadline(scope.now);
  });
  for (let i = 0; i < 3; i++) {
    loop.run();
    events.push(`${loop.state} with ${loop.machines}`);
  }
  assert.deepEqual(events, [
    ...["round 1", "stopping", "idle with 1"],
    ...["round 2", "stopping", "idle with 1"],
    ...["round 3", "idle with 0"],
  ]);
});

testLoop("stopping lets the others finish the turn", ({ loop, events }) => {
  addHandler(loop, () => {
    events.push("stops");
    loop.stop();
  });
  addHandler(loop, () => void events.push("same turn"));
  addIdle(loop);
  loop.run();
  assert.deepEqual(events, ["stops", "same turn"]);
  assert.equal(loop.machines, 1);
  loop.close();
});

testLoop("Scope.shutdownLoop() ends the run after this turn; the machines stay", (t) => {
  const { loop, events } = t;
  addHandler(loop, (scope) => {
    scope.shutdownLoop();
    events.push(loop.state);
    return ok();
  });
  loop.run();
  assert.deepEqual(events, ["stopping"]);
  assert.deepEqual([loop.state, loop.machines], ["idle", 1]);
  loop.close();
});

testLoop("stopping between runs does nothing, nor does Scope.shutdownLoop()", (t) => {
  const { loop, events } = t;
  loop.stop();
  assert.equal(loop.state, "idle");
  addHandler(loop, () => void events.push("ran"));
  add(loop, { timeout: () => done() }, (scope) => {
    scope.shutdownLoop();
    scope.setDeadline("end", scope.now);
  });
  loop.run();
  assert.deepEqual(events, ["ran"]);
  assert.equal(loop.machines, 0);
});

testLoop("a loop stops while a machine opens and closes handles in every turn", ({ loop }) => {
  let closed = 0;
  const machine: Machine = {
    ready(event, scope) {
      if (event.kind === "closed" && ++closed < 1000) scope.timer().close();
      return ok();
    },
  };
  add(loop, machine, (scope) => scope.timer().close());
  addHandler(loop, () => loop.stop());
  loop.run();
  assert.ok(closed < 10, `${closed} turns after stop()`);
  loop.close();
});

testLoop(
  "running a loop in one of its handlers throws, and the run goes on",
  ({ loop, events }) => {
    addHandler(loop, () => {
      assert.throws(() => loop.run(), StateError);
      events.push(loop.state);
    });
    addHandler(loop, () => {
      loop.stop();
      assert.throws(() => loop.run(), StateError);
      events.push(loop.state);
    });
    loop.run();
    assert.deepEqual(events, ["running", "stopping"]);
  },
);

testLoop("running a loop in a machine's constructor throws, and the machine is made", async (t) => {
  const { loop } = t;
  const pumped: Promise<unknown>[] = [];
  loop.addMachine((scope) => {
    assert.throws(() => loop.run(), StateError);
    pumped.push(assert.rejects(loop.pump(), StateError));
    scope.timer().start(1);
    return ok({ ready: () => done() });
  });
  await Promise.all(pumped);
  assert.equal(loop.machines, 1);
  loop.run();
});

testLoop("closing a loop in one of its handlers throws, and the run goes on", (t) => {
  const { loop, events } = t;
  addHandler(loop, (scope) => {
    assert.throws(() => loop.close(), StateError);
    assert.throws(() => loop[Symbol.dispose](), StateError);
    events.push(loop.state);
    return ok().deadline(scope.now);
  });
  addHandler(loop, () => void events.push("next machine"));
  let turns = 0;
  addHandler(loop, (scope) => ++turns < 3 ? ok().deadline(scope.now) : void loop.stop());
  loop.run();
  assert.deepEqual(events.filter((event) => event === "next machine"), ["next machine"]);
  assert.equal(turns, 3);
  loop.close();
});

testLoop("what a constructor throws or answers as error is thrown as it is", ({ loop }) => {
  const failure = new Error("no configuration");
  const thrown = (): never => {
    throw failure;
  };
  assert.throws(() => loop.addMachine(thrown), (error) => error === failure);
  assert.throws(() => loop.addMachine(() => ({ kind: "error", error: failure })), TypeError);
  assert.equal(loop.machines, 0);
});

testLoop("a constructor that fails has its handles closed", ({ loop }) => {
  assert.throws(() =>
    loop.addMachine((scope) => {
      scope.tcp();
      scope.setDeadline("never", scope.after(1000));
      throw new Error("no");
    })
  );
  loop.run();
  assert.equal(loop.metrics().handles, 0);
});

testLoop("a machine beyond the last slot is refused; one that ends makes room", (t) => {
  const { loop } = t;
  addHandler(loop, () => {});
  addHandler(loop, () => {});
  assert.throws(() => addIdle(loop), (error) => {
    return error instanceof SpawnError && error.reason === "no slab space";
  });
  loop.run();
  addHandler(loop, () => {});
  addHandler(loop, () => {});
  loop.run();
}, { slabCapacity: 2 });

testLoop("addMachine() takes a function only", ({ loop }) => {
  const add = loop.addMachine.bind(loop) as (constructor: unknown) => void;
  for (const wrong of [undefined, null, {}, "machine", 1]) {
    assert.throws(() => add(wrong), TypeError);
  }
  assert.equal(loop.machines, 0);
});

testLoop("the context is what the loop was instantiated with", ({ loop, events }) => {
  assert.equal(loop.context, undefined);
  addHandler(loop, (scope) => void events.push(String(scope.context)));
  loop.run();
  assert.deepEqual(events, ["undefined"]);
});

testLoop("a machine added between runs has the time of then, not of the last turn", (t) => {
  const { loop, events } = t;
  const beforeMs = loop.now;
  passMs(20);
  loop.addMachine((scope) => {
    assert.ok(scope.now >= beforeMs + 19, `${scope.now - beforeMs} ms later`);
    return ok({
      timeout: () => {
        events.push("timeout");
        return done();
      },
    }).deadline(scope.after(1));
  });
  loop.run();
  assert.deepEqual(events, ["timeout"]);
});

testLoop("the time stands still in a turn", ({ loop }) => {
  addHandler(loop, (scope) => {
    const beforeMs = scope.now;
    passMs(5);
    assert.equal(scope.now, beforeMs);
    assert.equal(loop.now, beforeMs);
    assert.equal(scope.after(10), beforeMs + 10);
  });
  loop.run();
});
