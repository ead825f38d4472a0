import assert from "node:assert/strict";
import { done, ok, type Resolve, type Response, type Scope } from "../../src/mod.ts";
import { type Handlers, once, play, run } from "../fixtures/handle_machine.ts";
import { assertNothingLeft, type LoopTest, testLoop } from "../harness.ts";
import { passLookupQueue, withBusyThreadPool } from "./thread_pool.ts";

const HOST = "127.0.0.1";

/** Ends a machine a while after its last event: what came twice would have been seen. */
function endSoon(scope: Scope): Response {
  return ok().deadline(scope.after(20));
}

/** Writes down what becomes of lookups; ends when `count` are answered, and no more come. */
function answers(t: LoopTest, scope: Scope, count = 1): Handlers {
  const end = (text: string): Response => {
    t.events.push(text);
    return t.events.length < count ? ok() : endSoon(scope);
  };
  return {
    resolved: ({ request }) => end(`${request.state} ${request.host}`),
    resolveFailed: ({ request, error }) => end(`${request.state} ${error.code}`),
    timeout: () => done(),
  };
}

testLoop("cancelling a lookup that waits for a thread answers it with ECANCELED, once", (t) => {
  withBusyThreadPool(() => {
    play(t, (scope) => {
      const request = scope.resolve(HOST);
      assert.equal(request.state, "pending");
      assert.equal(request.cancel(), true);
      assert.equal(request.state, "pending");
      return {
        ...answers(t, scope),
        resolveFailed: ({ request, error }) => {
          assert.match(error.message, /^Cannot resolve 127\.0\.0\.1: ECANCELED, .+/);
          assert.equal(error.syscall, "resolve");
          t.events.push(`${request.state} ${error.code}`);
          return endSoon(scope);
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, ["done ECANCELED"]);
    assertNothingLeft(t.loop);
  });
});

testLoop("a lookup can be cancelled many times, and is answered once", (t) => {
  withBusyThreadPool(() => {
    play(t, (scope) => {
      const request = scope.resolve(HOST);
      for (let i = 0; i < 3; i++) assert.equal(request.cancel(), true);
      scope.timer().start(0);
      return {
        ...answers(t, scope),
        // Whichever comes first: libuv may have answered, or this machine may have heard of it.
        timer: () => {
          assert.equal(request.cancel(), request.state === "pending");
          return request.state === "done" ? endSoon(scope) : ok();
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, ["done ECANCELED"]);
  });
});

testLoop("between libuv's answer and its event, cancelling again does no harm", (t) => {
  withBusyThreadPool(() => {
    play(t, (scope) => {
      const requests = [scope.resolve(HOST), scope.resolve(HOST), scope.resolve(HOST)];
      for (const request of requests) request.cancel();
      const cancelAll = (): void => requests.forEach((request) => void request.cancel());
      return {
        resolveFailed: ({ error }) => {
          cancelAll();
          t.events.push(error.code);
          return t.events.length === 3 ? endSoon(scope) : ok();
        },
        timeout: () => {
          cancelAll();
          return done();
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, ["ECANCELED", "ECANCELED", "ECANCELED"]);
  });
});

testLoop("cancelling one lookup leaves the others", (t) => {
  play(t, (scope) => {
    withBusyThreadPool(() => {
      const requests = [1, 2, 3].map((i) => scope.resolve(`127.0.0.${i}`));
      assert.equal(requests[1]?.cancel(), true);
    });
    return answers(t, scope, 3);
  });
  run(t);
  assert.deepEqual(t.events.sort(), ["done 127.0.0.1", "done 127.0.0.3", "done ECANCELED"]);
});

testLoop("cancelling a lookup that a thread has begun is too late: it is answered", (t) => {
  play(t, (scope) => {
    const request = scope.resolve(HOST);
    passLookupQueue();
    assert.equal(request.state, "pending");
    for (let i = 0; i < 2; i++) assert.equal(request.cancel(), false);
    return answers(t, scope);
  });
  run(t);
  assert.deepEqual(t.events, ["done 127.0.0.1"]);
});

testLoop("cancelling a lookup that is answered does nothing to the next, in its memory", (t) => {
  play(t, (scope) => {
    const first = scope.resolve(HOST);
    return {
      ...answers(t, scope, 2),
      resolved: ({ request }) => {
        t.events.push(request.host);
        if (request !== first) return endSoon(scope);
        withBusyThreadPool(() => {
          scope.resolve("::1");
          assert.equal(first.state, "done");
          assert.equal(first.cancel(), false);
        });
        return ok();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, [HOST, "::1"]);
});

testLoop("a machine that ends takes a waiting lookup with it, and the loop goes on", (t) => {
  withBusyThreadPool(() => {
    const kept: Resolve[] = [];
    play(t, (scope) => {
      kept.push(scope.resolve(HOST), scope.resolve("localhost"));
      scope.timer().start(0);
      return { timer: () => done() };
    });
    run(t); // ends although no thread is free
    assertNothingLeft(t.loop);
    for (const request of kept) {
      assert.equal(request.state, "done");
      assert.equal(request.cancel(), false);
    }
  });
});

testLoop("a machine that ends waits for no lookup that a thread has begun; its loop does", (t) => {
  const kept: Resolve[] = [];
  play(t, (scope) => {
    kept.push(scope.resolve(HOST), scope.resolve("localhost"));
    passLookupQueue();
    scope.timer().start(0);
    return { timer: () => done(), resolved: () => {} }; // newer releases run timers after the poll
  });
  play(t, (scope) => {
    scope.resolve("::1");
    return { resolved: () => done() };
  });
  t.loop.run();
  for (const { error } of t.errors.splice(0)) throw error;
  assertNothingLeft(t.loop);
  assert.deepEqual(kept.map(({ state }) => state), ["done", "done"]);
});

testLoop("a constructor that throws takes its lookups with it", (t) => {
  const failure = new Error("no machine");
  assert.throws(() =>
    t.loop.addMachine((scope) => {
      scope.resolve(HOST);
      throw failure;
    }), failure);
  assert.equal(t.loop.metrics().requests, 1);
  once(t, () => {}); // a run of the loop, and nothing is left
});

testLoop("a loop with lookups under way can be closed, whatever they are at", (t) => {
  withBusyThreadPool(() => {
    play(t, (scope) => {
      for (let i = 0; i < 20; i++) scope.resolve(HOST);
      scope.timer().start(0);
      return { timer: () => t.loop.stop() };
    });
    run(t);
    assert.equal(t.loop.metrics().requests, 20);
    t.loop.close(); // although no thread is free
  });
});

testLoop("a loop waits at its close for the lookups that have begun", (t) => {
  play(t, (scope) => {
    for (let i = 0; i < 20; i++) scope.resolve("localhost");
    passLookupQueue();
    return {};
  });
  assert.equal(t.loop.metrics().requests, 20);
  t.loop.close();
});

testLoop("lookups of several loops share the threads, and each is answered on its own", (t) => {
  play(t, (scope) => {
    scope.resolve("127.0.0.1");
    passLookupQueue(); // another loop, in a handler of this one
    scope.resolve("127.0.0.2");
    return answers(t, scope, 2);
  });
  run(t);
  assert.deepEqual(t.events, ["done 127.0.0.1", "done 127.0.0.2"]);
});
