import assert from "node:assert/strict";
import { type Async, done } from "../../src/mod.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";

testLoop(
  "A3: 100 000 sends before the loop turns make one event, and one after it another",
  (t) => {
    const mailbox: number[] = [];
    let taken = 0;
    play(t, (scope) => {
      const async = scope.async();
      const post = (count: number): void => {
        for (let i = 0; i < count; i++) {
          mailbox.push(i);
          async.send();
        }
      };
      post(100_000);
      return {
        async({ handle }) {
          assert.equal(handle, async);
          t.events.push("async");
          taken += mailbox.splice(0).length;
          if (t.events.length === 2) return done();
          post(1);
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, ["async", "async"]);
    assert.equal(taken, 100_001);
  },
);

testLoop("an async that is sent from another machine's handler reaches its owner", (t) => {
  let async: Async | undefined;
  play(t, (scope) => {
    async = scope.async();
    return {
      async() {
        t.events.push("async");
        return done();
      },
    };
  });
  play(t, (scope) => {
    scope.timer().start(0);
    return {
      timer() {
        async?.send();
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["async"]);
});

testLoop("an async that is sent and closed in one handler makes no event", (t) => {
  play(t, (scope) => {
    const async = scope.async();
    async.send();
    async.close();
    throwsClosed(() => async.send());
    scope.timer().start(20);
    return { timer: () => done() };
  });
  run(t);
});

testLoop("an async that is closed in its own event makes no other, though it was sent", (t) => {
  play(t, (scope) => {
    const async = scope.async();
    async.send();
    scope.timer().start(20);
    return {
      async() {
        t.events.push("async");
        async.send();
        async.close();
      },
      timer: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["async"]);
});

testLoop("an async that was never sent does not end the run, nor does it keep it alive", (t) => {
  play(t, (scope) => {
    scope.async();
    scope.timer().start(1);
    return { timer: () => done() };
  });
  run(t);
  assert.equal(t.loop.metrics().handles, 0);
});
