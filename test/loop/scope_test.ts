import assert from "node:assert/strict";
import { ClosedError, done, type Handle, ok, type Scope } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";
import { add, addHandler, addIdle } from "./machines.ts";

/** Every call that a scope offers. */
const calls: Record<string, (scope: Scope, handle: Handle) => unknown> = {
  after: (scope) => scope.after(1),
  notifier: (scope) => scope.notifier(),
  setDeadline: (scope) => scope.setDeadline("name", 1),
  clearDeadline: (scope) => scope.clearDeadline("name"),
  tcp: (scope) => scope.tcp(),
  pipe: (scope) => scope.pipe(),
  timer: (scope) => scope.timer(),
  async: (scope) => scope.async(),
  signal: (scope) => scope.signal(),
  register: (scope, handle) => scope.register(handle),
  shutdownLoop: (scope) => scope.shutdownLoop(),
};

for (const [name, call] of Object.entries(calls)) {
  testLoop(`Scope.${name}() throws ClosedError when its machine has ended`, (t) => {
    const { loop } = t;
    let ended: Scope | undefined;
    let checked = 0;
    const check = (handle: Handle): void => {
      assert.throws(() => call(ended as Scope, handle), ClosedError);
      checked++;
    };
    addHandler(loop, (scope) => {
      ended = scope;
      return done();
    });
    addHandler(loop, (scope) => check(scope.timer()));
    loop.run();
    let timer: Handle | undefined;
    add(loop, {}, (scope) => void (timer = scope.timer()));
    check(timer as Handle); // another machine lives in that slot now
    loop.close();
    check(timer as Handle);
    assert.equal(checked, 3);
  });

  testLoop(`Scope.${name}() throws ClosedError in dispose()`, ({ loop, events }) => {
    let mine: Scope | undefined;
    add(loop, {
      wakeup: () => done(),
      dispose() {
        assert.throws(() => call(mine as Scope, {} as Handle), ClosedError);
        events.push("disposed");
      },
    }, (scope) => {
      mine = scope;
      scope.notifier().wakeup();
    });
    loop.run();
    assert.deepEqual(events, ["disposed"]);
  });
}

testLoop("handles that a scope makes belong to its machine and close with it", ({ loop }) => {
  const handles: Handle[] = [];
  addHandler(loop, (scope) => {
    handles.push(scope.tcp(), scope.pipe(), scope.timer(), scope.async(), scope.signal());
    assert.deepEqual(handles.map(({ kind }) => kind), ["tcp", "pipe", "timer", "async", "signal"]);
    assert.equal(loop.metrics().handles, 5);
  });
  loop.run();
  assert.deepEqual(handles.map(({ state }) => state), Array(5).fill("closed"));
});

testLoop("Scope.register() takes a handle over: its events come here from now on", (t) => {
  const { loop, events } = t;
  addHandler(loop, (scope) => {
    const timer = scope.timer();
    timer.start(0);
    add(loop, {
      ready(event) {
        events.push(`heir: ${event.kind}`);
        return done();
      },
    }, (heir) => heir.register(timer));
  });
  loop.run();
  assert.deepEqual(events, ["heir: timer"]);
});

testLoop("a handle taken over survives the machine that made it", ({ loop }) => {
  let timer: Handle | undefined;
  addHandler(loop, (scope) => {
    const mine = timer = scope.timer();
    addHandler(loop, (heir) => {
      heir.register(mine);
      return ok({ timeout: () => done() }).deadline(heir.now);
    });
    return ok({ timeout: () => done() }).deadline(scope.now);
  });
  addHandler(loop, (scope) => timer?.state === "open" ? ok().deadline(scope.now) : done());
  loop.run();
  assert.equal(timer?.state, "closed");
});

testLoop("Scope.register() refuses what is no handle, and a handle that is closed", (t) => {
  addHandler(t.loop, (scope) => {
    const register = scope.register.bind(scope) as (handle: unknown) => void;
    for (const wrong of [undefined, null, {}, 1, "tcp", { kind: "tcp", state: "open" }]) {
      assert.throws(() => register(wrong), TypeError);
    }
    const timer = scope.timer();
    scope.register(timer); // already ours
    timer.close();
    assert.throws(() => scope.register(timer), ClosedError);
  });
  t.loop.run();
});

testLoop("Scope.setDeadline() may be called by another machine, for this one", (t) => {
  const { loop, events } = t;
  let first: Scope | undefined;
  add(loop, {
    timeout(_scope, name) {
      events.push(`${name}`);
      return done();
    },
  }, (scope) => void (first = scope));
  addHandler(loop, () => first?.setDeadline("from outside", loop.now));
  loop.run();
  assert.deepEqual(events, ["from outside"]);
});

testLoop("a scope used between runs acts on its machine", ({ loop, events }) => {
  let scope: Scope | undefined;
  add(loop, {
    timeout() {
      events.push("timeout");
      return done();
    },
  }, (own) => void (scope = own));
  addIdle(loop);
  scope?.setDeadline("later", scope.after(1));
  addHandler(loop, (other) => {
    if (events.length === 0) return ok().deadline(other.now);
    other.shutdownLoop();
    return done();
  });
  loop.run();
  assert.deepEqual(events, ["timeout"]);
  assert.equal(loop.machines, 1);
  loop.close();
});
