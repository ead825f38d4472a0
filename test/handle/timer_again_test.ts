import assert from "node:assert/strict";
import { done, type Timer } from "../../src/mod.ts";
import { ending } from "../fixtures/handle_ending.ts";
import { play, run, throwsClosed, throwsUv } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";

testLoop("T8: again() of a timer that was never started is refused", (t) => {
  play(t, (scope) => {
    throwsUv(() => scope.timer().again(), "EINVAL");
    return ending(scope);
  });
  run(t);
});

testLoop("T8: again() puts a repeating timer off by a whole interval", (t) => {
  let again: Timer | undefined;
  let putOff = 0;
  let fired = 0;
  play(t, (scope) => {
    again = scope.timer();
    again.start(300, 300); // a machine that hangs for so long is too busy
    const pusher = scope.timer();
    pusher.start(50, 50);
    const startMs = scope.now;
    return {
      timer: ({ handle }, { now }) => {
        if (handle === pusher) {
          putOff++;
          if (putOff <= 10) again?.again();
          return undefined;
        }
        fired++;
        assert.ok(putOff >= 10, `fired after ${putOff}`);
        assert.ok(now - startMs >= 800);
        return fired === 2 ? done() : undefined;
      },
    };
  });
  run(t);
  assert.equal(fired, 2);
});

testLoop("T8: repeatMs 0 ends a timer after its next event; a change counts from then on", (t) => {
  let fired = 0;
  play(t, (scope) => {
    const timer = scope.timer();
    timer.start(5, 5);
    assert.equal(timer.repeatMs, 5);
    timer.repeatMs = 0;
    assert.equal(timer.repeatMs, 0);
    const end = scope.timer();
    end.start(60);
    return {
      timer: ({ handle }) => {
        if (handle === end) return done();
        fired++;
        assert.equal(timer.isActive, false);
      },
    };
  });
  run(t);
  assert.equal(fired, 1);
});

testLoop("T4: dueInMs is exact for delays that a double holds", (t) => {
  play(t, (scope) => {
    for (const timeoutMs of [1, 2 ** 48 - 1, Number.MAX_SAFE_INTEGER]) {
      const timer = scope.timer();
      assert.equal(timer.dueInMs, 0);
      timer.start(timeoutMs);
      // The loop's clock does not move between the two calls.
      assert.ok([timeoutMs, Number.MAX_SAFE_INTEGER - scope.now].includes(timer.dueInMs));
      timer.stop();
    }
    return ending(scope);
  });
  run(t);
});

testLoop("a closed timer is due never, repeats never, and refuses the rest", (t) => {
  play(t, (scope) => {
    const timer = scope.timer();
    timer.start(1000, 10);
    assert.throws(() => timer.repeatMs = -1, RangeError);
    assert.throws(() => timer.repeatMs = "1" as never, TypeError);
    timer.close();
    assert.deepEqual([timer.dueInMs, timer.repeatMs], [0, 0]);
    throwsClosed(() => timer.again());
    throwsClosed(() => timer.repeatMs = 1);
    return ending(scope);
  });
  run(t);
});
