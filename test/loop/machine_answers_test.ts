import assert from "node:assert/strict";
import { done, error, type Machine, type Ok, ok, type Response, spawn } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";
import { add, addHandler } from "./machines.ts";

class Impostor {
  readonly kind = "ok";
  readonly deadlineMs = Infinity;
}

/** What is no answer, and how the error calls it. */
const nonsense: Record<string, { value: unknown; called: RegExp }> = {
  "undefined": { value: undefined, called: /undefined/ },
  "null": { value: null, called: /null/ },
  "true": { value: true, called: /true/ },
  "a number": { value: 42, called: /42/ },
  "text": { value: "ok", called: /ok/ },
  "a symbol": { value: Symbol("ok"), called: /Symbol\(ok\)/ },
  "a promise": { value: Promise.resolve(1), called: /promise/ },
  "an object": { value: {}, called: /Object/ },
  "an object without a prototype": { value: Object.create(null), called: /no class/ },
  "a look-alike": { value: new Impostor(), called: /Impostor/ },
  "the function ok itself": { value: ok, called: /ok/ },
};

for (const [what, { value, called }] of Object.entries(nonsense)) {
  testLoop(`a handler that returns ${what} ends its machine with a TypeError`, (t) => {
    for (const handler of ["timeout", "wakeup", "ready"] as const) {
      const machine: Machine = { [handler]: () => value as Response };
      t.loop.addMachine((scope) => {
        scope.notifier().wakeup();
        scope.timer().start(0);
        return handler === "timeout" ? ok(machine).deadline(scope.now) : ok(machine);
      });
    }
    t.loop.run();
    for (let i = 0; i < 3; i++) {
      const { error, handler } = t.takeError();
      assert.ok(error instanceof TypeError, String(error));
      assert.match(error.message, called);
      assert.ok(error.message.startsWith(handler), error.message);
    }
  });

  testLoop(`a constructor that returns ${what} throws a TypeError`, ({ loop }) => {
    assert.throws(() => loop.addMachine(() => value as Response), (error) => {
      return error instanceof TypeError && called.test(error.message);
    });
    assert.equal(loop.machines, 0);
  });
}

testLoop("an answer that was given before is refused", (t) => {
  let stale: Response | undefined;
  addHandler(t.loop, () => {
    stale ??= ok().deadline(t.loop.now);
    return stale;
  });
  t.loop.run();
  assert.match((t.takeError().error as Error).message, /already given/);
});

testLoop("a plain ok() that was given before is refused", (t) => {
  let stale: Response | undefined;
  let calls = 0;
  add(t.loop, {
    wakeup(scope) {
      calls++;
      scope.notifier().wakeup();
      return stale ??= ok();
    },
  }, (scope) => scope.notifier().wakeup());
  t.loop.run();
  assert.equal(calls, 2);
  assert.match((t.takeError().error as Error).message, /already given/);
});

testLoop("the answer of another machine's handler is refused", (t) => {
  let theirs: Response | undefined;
  addHandler(t.loop, () => theirs = done());
  addHandler(t.loop, () => theirs);
  t.loop.run();
  assert.match((t.takeError().error as Error).message, /already given/);
});

testLoop("an answer may come from another machine's handler that was called directly", (t) => {
  const inner: Machine = { timeout: () => done() };
  addHandler(t.loop, (scope) => inner.timeout?.(scope));
  t.loop.run();
});

testLoop("the last of several answers that a handler makes is the one that counts", (t) => {
  const { loop, events } = t;
  addHandler(loop, (scope) => {
    ok().deadline(scope.after(60_000));
    error(new Error("not meant"));
    events.push("turn");
    return events.length < 2 ? ok().deadline(scope.now) : done();
  });
  loop.run();
  assert.deepEqual(events, ["turn", "turn"]);
});

testLoop("a machine that an answer left behind is not put in place by the next one", (t) => {
  const { loop, events } = t;
  add(loop, {
    wakeup(scope) {
      events.push("first");
      ok({ wakeup: () => (events.push("wrong"), done()) });
      if (events.length === 3) return done();
      scope.notifier().wakeup();
      return ok();
    },
  }, (scope) => scope.notifier().wakeup());
  loop.run();
  assert.deepEqual(events, ["first", "first", "first"]);
});

testLoop("a deadline on anything but a fresh ok() throws", (t) => {
  const answers: Record<string, () => unknown> = {
    done: () => done(),
    error: () => error(new Error("no")),
    spawn: () => spawn("seed"),
  };
  for (const [name, make] of Object.entries(answers)) {
    assert.throws(
      () => (make() as { deadline(timeMs: number): void }).deadline(1),
      TypeError,
      name,
    );
  }
  let stale: Ok | undefined;
  addHandler(t.loop, (scope) => {
    if (stale !== undefined) {
      assert.throws(() => stale?.deadline(1), TypeError);
      return done();
    }
    stale = ok();
    return stale.deadline(scope.now);
  });
  t.loop.run();
});

testLoop("an answer made outside of any handler is refused", (t) => {
  const early = ok();
  let calls = 0;
  addHandler(t.loop, (scope) => {
    scope.setDeadline("rescue", scope.after(500)); // if it is taken, the machine would sleep
    return ++calls === 1 ? early : done();
  });
  t.loop.run();
  assert.ok(t.takeError().error instanceof TypeError);
});
