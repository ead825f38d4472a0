import assert from "node:assert/strict";
import { done, type IoEvent, ok, type Scope } from "../../src/mod.ts";
import { type Handlers, play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { connectPair, localListener } from "../fixtures/handle_transport.ts";
import { type LoopTest, testLoop } from "../harness.ts";

const hooks = ["prepare", "check", "idle"] as const;
type Hook = typeof hooks[number];

/** Handlers that note each event by its kind. */
function noting(t: LoopTest, kinds: readonly (keyof Handlers)[]): Handlers {
  return Object.fromEntries(kinds.map((kind) => [kind, () => void t.events.push(kind)]));
}

/** Runs a few turns that do not sleep, then ends. The body is called at the start of each. */
function playTurns(
  t: LoopTest,
  turns: number,
  body: (turn: number, scope: Scope) => void,
  handlers: Handlers,
): void {
  play(t, (scope) => {
    const waker = scope.notifier();
    const prepare = scope.prepare();
    prepare.start();
    let turn = 0;
    return {
      ...handlers,
      prepare(event, scope) {
        if (event.handle !== prepare) return handlers.prepare?.(event, scope);
        waker.wakeup(); // the turn does not sleep
        if (turn === turns) return done();
        body(++turn, scope);
      },
    };
  });
}

testLoop("O8: each of 21 turns tells prepare, then idle, then check", (t) => {
  play(t, (scope) => {
    for (const kind of hooks) scope[kind]().start();
    return {
      ...noting(t, ["idle", "check"]),
      prepare() {
        if (t.events.length === 63) return done();
        t.events.push("prepare");
      },
    };
  });
  run(t);
  const turn = ["prepare", "idle", "check"];
  assert.deepEqual(t.events, Array.from({ length: 21 }, () => turn).flat());
});

testLoop("O7: in one turn come what was polled, then check, then three closes", (t) => {
  const start = (turn: number, scope: Scope): void => {
    if (turn > 1) return;
    scope.check().start();
    for (let i = 0; i < 3; i++) scope.timer().close();
    scope.async().send();
  };
  playTurns(t, 1, start, noting(t, ["async", "check", "closed"]));
  run(t);
  assert.deepEqual(t.events, ["async", "check", "closed", "closed", "closed"]);
});

testLoop("O7: what is read comes before the check of its turn", (t) => {
  const note = (kind: string): void => void t.events.push(`${kind} ${t.loop.metrics().iterations}`);
  connectPair(t, {
    server(stream, scope) {
      stream.readStart();
      scope.check().start(); // started last, so libuv calls it before the loop's own
      return {
        check: () => note("check"),
        read: () => note("read"),
        end: () => done(),
      };
    },
    client(stream) {
      stream.write("hello");
      stream.requestFlushed();
      return { flushed: () => stream.shutdown(), shutdown: () => done() };
    },
  });
  run(t);
  const at = t.events.findIndex((event) => event.startsWith("read"));
  assert.equal(t.events[at + 1], t.events[at]?.replace("read", "check"));
});

for (const kind of hooks) {
  testLoop(`O8: ${kind} that is stopped, and started again, is told and not told`, (t) => {
    let hook: ReturnType<Scope[Hook]> | undefined;
    const atTurn = (turn: number, scope: Scope): void => {
      if (turn === 1) hook = scope[kind]();
      assert.equal(hook?.isActive, turn === 4 || turn === 5 || turn === 8);
      if (turn === 3) hook?.start();
      if (turn === 3) hook?.start(); // does nothing
      if (turn === 5) hook?.stop();
      if (turn === 5) hook?.stop();
      if (turn === 7) hook?.start();
      if (turn === 8) hook?.close();
      if (turn === 8) assert.equal(hook?.isActive, false);
      t.events.push(`${turn}`);
    };
    playTurns(t, 10, atTurn, noting(t, [kind, "closed"]));
    run(t);
    const told = (turn: number): boolean => t.events[t.events.indexOf(`${turn}`) + 1] === kind;
    const turns = Array.from({ length: 10 }, (_, index) => index + 1).filter(told);
    // A prepare that another one starts waits for the next turn, and one that is stopped is past.
    assert.deepEqual(turns, kind === "prepare" ? [4] : [3, 4, 7]);
  });

  testLoop(`${kind} that throws ends its machine alone`, (t) => {
    play(t, (scope) => {
      scope[kind]().start();
      return {
        [kind]: () => {
          throw new RangeError("thrown on purpose");
        },
      };
    });
    play(t, (scope) => {
      const timer = scope.timer();
      timer.start(5);
      return { timer: () => done() };
    });
    t.loop.run();
    assert.match(String(t.takeError().error), /thrown on purpose/);
  });

  testLoop(`${kind} is closed in its own event, and refuses everything from then on`, (t) => {
    play(t, (scope) => {
      const hook = scope[kind]();
      hook.start();
      scope.notifier().wakeup(); // the first turn does not sleep
      return {
        [kind]: () => {
          t.events.push(kind);
          hook.close();
          throwsClosed(() => hook.start());
          throwsClosed(() => hook.stop());
          throwsClosed(() => hook.close());
        },
        closed: () => done(),
      };
    });
    run(t);
    assert.deepEqual(t.events, [kind]);
  });

  testLoop(`${kind} that is registered is told to its new machine`, (t) => {
    let first: Scope | undefined;
    play(t, (scope) => {
      first = scope;
      return { [kind]: () => assert.fail("the machine before was told") };
    });
    play(t, (scope) => {
      const hook = (first as Scope)[kind]();
      hook.start();
      scope.register(hook);
      scope.notifier().wakeup();
      return {
        [kind]: () => {
          t.loop.stop();
          return done();
        },
      };
    });
    run(t);
    t.loop.close();
  });
}

testLoop("a loop that sleeps is not woken for prepare and check", (t) => {
  play(t, (scope) => {
    scope.prepare().start();
    scope.check().start();
    scope.timer().start(30);
    return { ...noting(t, ["prepare", "check"]), timer: () => done() };
  });
  run(t);
  // Timers are started late by a part of a millisecond, so the poll may be tried again.
  assert.ok(t.events.length <= 8, `${t.events}`);
  assert.equal(t.events[0], "prepare");
});

testLoop(
  "O11: idle keeps the loop awake, and starves neither timers nor deadlines",
  (t) => {
    play(t, (scope) => {
      scope.idle().start();
      scope.timer().start(5, 1);
      scope.setDeadline("mine", scope.after(20));
      let [idles, timers] = [0, 0];
      return {
        idle: () => void idles++,
        timer: () => void timers++,
        timeout() {
          if (timers < 2) return scope.setDeadline("mine", scope.after(1)); // a turn took long
          assert.ok(idles > 1, `${idles} idle turns, ${timers} timers`);
          return done();
        },
      };
    });
    run(t);
  },
);

testLoop("what a prepare writes goes out in the same turn", (t) => {
  play(t, (scope) => {
    const listener = localListener(scope);
    const client = scope.tcp();
    client.connect("127.0.0.1", listener.localAddress().port);
    const prepare = scope.prepare();
    let writes = 0;
    return {
      connection: ({ stream }) => stream.readStart(),
      connected: () => prepare.start(),
      prepare() {
        client.write("hello");
        prepare.stop();
        writes = t.loop.metrics().runs;
      },
      read({ bytes }) {
        assert.equal(new TextDecoder().decode(bytes), "hello");
        assert.ok(t.loop.metrics().runs - writes <= 2);
        return done();
      },
    };
  });
  run(t);
});

testLoop("a prepare that stops the loop, or ends the last machine, does not let it sleep", (t) => {
  t.loop.addMachine((scope) => {
    scope.prepare().start();
    return ok({
      ready(_event: IoEvent, scope: Scope) {
        t.events.push("prepare");
        if (t.events.length === 2) return done();
        scope.shutdownLoop();
        return ok();
      },
    });
  });
  run(t); // it would sleep for ever
  assert.deepEqual([t.events.length, t.loop.machines], [1, 1]);
  run(t);
  assert.deepEqual([t.events.length, t.loop.machines], [2, 0]);
});

testLoop("a prepare that wakes its machine does not let the loop sleep", (t) => {
  t.loop.addMachine((scope) => {
    const notifier = scope.notifier();
    const prepare = scope.prepare();
    prepare.start();
    return ok({
      ready: () => {
        notifier.wakeup();
        return ok();
      },
      wakeup: () => done(),
    });
  });
  run(t);
});

testLoop("prepares that stop each other are told no more in the same turn", (t) => {
  play(t, (scope) => {
    const [one, two, three] = [scope.prepare(), scope.prepare(), scope.prepare()];
    for (const prepare of [one, two, three]) prepare.start();
    scope.idle().start();
    return {
      prepare({ handle }) {
        t.events.push(handle === one ? "one" : handle === two ? "two" : "three");
        if (handle === one) two.stop();
        if (handle === three) {
          three.stop();
          three.start(); // from the next turn on
        }
      },
      idle: () => t.events.length > 3 ? done() : undefined,
    };
  });
  run(t);
  assert.deepEqual(t.events, ["one", "three", "one", "three"]);
});

testLoop("hooks that are still active end with their loop", (t) => {
  play(t, (scope) => {
    for (const kind of hooks) scope[kind]().start();
    scope.notifier().wakeup();
    return { prepare: () => {}, idle: () => void t.loop.stop(), check: () => {} };
  });
  run(t);
  t.loop.close();
});
