import assert from "node:assert/strict";
import process from "node:process";
import { done, ok, type Scope, type Timer } from "../../src/mod.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";

/** The clock of the system in milliseconds: not the loop's. */
function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function started(scope: Scope, timeoutMs: number, repeatMs?: number): Timer {
  const timer = scope.timer();
  timer.start(timeoutMs, repeatMs);
  return timer;
}

testLoop("T1: ten timers and one that repeats five times all fire, a stopped one never", (t) => {
  const startedMs = clockMs();
  let oneShots = 0;
  let repeats = 0;
  play(t, (scope) => {
    for (let i = 0; i < 10; i++) started(scope, i * 50);
    const repeating = started(scope, 100, 100);
    const stopped = started(scope, 100, 100);
    stopped.stop();
    return {
      timer({ handle }) {
        assert.notEqual(handle, stopped, "a stopped timer fired");
        if (handle !== repeating) oneShots++;
        else if (++repeats === 5) repeating.stop();
        if (oneShots === 10 && repeats === 5) return done();
      },
    };
  });
  run(t);
  assert.deepEqual([oneShots, repeats], [10, 5]);
  const elapsedMs = clockMs() - startedMs;
  assert.ok(elapsedMs >= 499, `only ${elapsedMs} ms elapsed`);
});

testLoop("T2: a timer that is started twice keeps the second schedule and fires once", (t) => {
  play(t, (scope) => {
    const timer = started(scope, 24 * 60 * 60 * 1000);
    timer.start(10);
    started(scope, 60);
    return {
      timer({ handle }) {
        t.events.push(handle === timer ? "timer" : "later");
        if (handle !== timer) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["timer", "later"]);
});

for (const order of ["ab", "ba"]) {
  testLoop(`T3: timers that are due at once fire in the order of their start: ${order}`, (t) => {
    play(t, (scope) => {
      const timers: Record<string, Timer> = { a: scope.timer(), b: scope.timer() };
      for (const name of order) timers[name]?.start(0);
      return {
        timer({ handle }) {
          t.events.push(handle === timers["a"] ? "a" : "b");
          if (t.events.length === 2) return done();
        },
      };
    });
    run(t);
    assert.equal(t.events.join(""), order);
  });
}

testLoop("T4: timers of 2^48-1 and 2^53-1 ms stay active while one of 1 ms fires", (t) => {
  play(t, (scope) => {
    const huge = [started(scope, 2 ** 48 - 1), started(scope, Number.MAX_SAFE_INTEGER)];
    const small = started(scope, 1);
    return {
      timer({ handle }) {
        assert.equal(handle, small);
        assert.deepEqual(huge.map(({ isActive }) => isActive), [true, true]);
        return done();
      },
    };
  });
  run(t);
});

testLoop("T5: a timer that repeats after 2^53-1 ms fires once, one after 2 ms goes on", (t) => {
  let ticks = 0;
  play(t, (scope) => {
    const huge = started(scope, 0, Number.MAX_SAFE_INTEGER);
    started(scope, 2, 2);
    return {
      timer({ handle }) {
        if (handle === huge) t.events.push("huge");
        else if (++ticks === 9) return done();
      },
    };
  });
  run(t);
  assert.deepEqual([ticks, t.events], [9, ["huge"]]);
});

testLoop("T7: a timer never fires before its time has passed", (t) => {
  const rounds = 10;
  play(t, (scope) => {
    const timer = started(scope, 0);
    let startMs = -Infinity;
    let startClockMs = 0;
    let round = 0;
    return {
      timer() {
        if (round === 0) startClockMs = clockMs();
        else assert.ok(scope.now - startMs >= 10, `${scope.now - startMs} ms of loop time`);
        if (round++ === rounds) {
          // The first start may have lagged behind the time of its turn.
          const elapsedMs = clockMs() - startClockMs;
          assert.ok(elapsedMs > rounds * 10 - 5, `${elapsedMs} ms`);
          return done();
        }
        startMs = scope.now;
        timer.start(10);
      },
    };
  });
  run(t);
});

testLoop("T11: an interval that shrinks at every tick ends by itself after exact ticks", (t) => {
  let intervalMs = 10;
  let ticks = 0;
  play(t, (scope) => {
    const timer = started(scope, intervalMs, intervalMs);
    started(scope, 300);
    return {
      timer({ handle }) {
        if (handle !== timer) return done();
        ticks++;
        intervalMs = Math.floor(intervalMs / 2);
        timer.start(intervalMs, intervalMs);
        if (intervalMs === 0) timer.stop();
      },
    };
  });
  run(t);
  assert.equal(ticks, 4, "10, 5, 2, 1");
});

testLoop("a timer of 0 ms fires in the next turn, not in the one that started it", (t) => {
  play(t, (scope) => {
    let startedIn = -1;
    const timer = started(scope, 0);
    return {
      timer() {
        const { runs } = t.loop.metrics();
        if (startedIn >= 0) {
          assert.ok(runs > startedIn, "it fired in the turn that started it");
          return done();
        }
        startedIn = runs;
        timer.start(0);
      },
    };
  });
  run(t);
});

testLoop("isActive is true from start until the timer fired, was stopped or closed", (t) => {
  play(t, (scope) => {
    const [once, stopped, closed] = [scope.timer(), scope.timer(), scope.timer()];
    assert.deepEqual([once, stopped, closed].map(({ isActive }) => isActive), [
      false,
      false,
      false,
    ]);
    for (const timer of [once, stopped, closed]) timer.start(0);
    assert.deepEqual([once, stopped, closed].map(({ isActive }) => isActive), [true, true, true]);
    stopped.stop();
    closed.close();
    assert.deepEqual([stopped.isActive, closed.isActive], [false, false]);
    return {
      timer() {
        assert.equal(once.isActive, false);
        return done();
      },
    };
  });
  run(t);
});

testLoop("a timer that another handler of the same turn stops does not fire", (t) => {
  play(t, (scope) => {
    const first = started(scope, 0);
    const second = started(scope, 0);
    const last = started(scope, 20);
    return {
      timer({ handle }) {
        if (handle === first) second.stop();
        t.events.push(handle === first ? "first" : handle === second ? "second" : "last");
        return handle === last ? done() : ok();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["first", "last"]);
});

testLoop("a timer that another handler of the same turn starts anew fires once, later", (t) => {
  play(t, (scope) => {
    const first = started(scope, 0);
    const second = started(scope, 0);
    let restartedMs = Infinity;
    return {
      timer({ handle }) {
        if (handle === first) {
          restartedMs = scope.now;
          second.start(20);
          return;
        }
        assert.ok(scope.now - restartedMs >= 20, "the schedule before the restart fired");
        return done();
      },
    };
  });
  run(t);
});

testLoop(
  "a timer that is closed in its own event fires no more, and stop() before is fine",
  (t) => {
    play(t, (scope) => {
      const timer = started(scope, 0, 1);
      return {
        timer() {
          t.events.push("timer");
          timer.stop();
          timer.close();
          assert.equal(timer.state, "closing");
          started(scope, 20).close();
        },
        closed({ handle }) {
          t.events.push("closed");
          assert.equal(handle.state, "closed");
          if (t.events.length === 3) return done();
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, ["timer", "closed", "closed"]);
  },
);

testLoop("a timer that another machine of the same turn closes does not fire", (t) => {
  let victim: Timer | undefined;
  play(t, (scope) => {
    started(scope, 0);
    return {
      timer() {
        victim?.close();
        return done();
      },
    };
  });
  play(t, (scope) => {
    victim = started(scope, 0);
    return { closed: () => done() }; // a timer event would be unexpected
  });
  run(t);
});

testLoop("stop() of a timer that does not run is allowed, any number of times", (t) => {
  play(t, (scope) => {
    const timer = scope.timer();
    timer.stop();
    timer.start(0);
    timer.stop();
    timer.stop();
    timer.start(0);
    return { timer: () => done() };
  });
  run(t);
});
