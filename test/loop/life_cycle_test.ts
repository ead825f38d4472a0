import assert from "node:assert/strict";
import { runFixture } from "../ffi/child.ts";
import { done, Loop, ok } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";

testLoop("O3: a loop that a timer stops ten times runs on ten times", ({ loop }) => {
  let ticks = 0;
  loop.addMachine((scope) => {
    const timer = scope.timer();
    timer.start(1); // once: one that repeats may be due twice in a slow turn
    return ok({
      ready: () => {
        ticks++;
        timer.start(1);
        loop.stop();
        return ticks === 10 ? done() : ok();
      },
    });
  });
  for (let run = 1; run <= 10; run++) {
    loop.run();
    assert.equal(ticks, run);
    assert.equal(loop.machines, run === 10 ? 0 : 1);
  }
});

test("O14: loops are made, used and closed one after the other", () => {
  for (let round = 0; round < 20; round++) {
    using loop = Loop.create().instantiate(round);
    let fired = 0;
    loop.addMachine((scope) => {
      scope.timer().start(0);
      return ok({
        ready: () => {
          fired++;
          return done();
        },
      });
    });
    loop.run();
    assert.equal(fired, 1);
  }
});

test("O15: a process ends that has a loop which never ran, one never used, and one closed", () => {
  assert.deepEqual(runFixture("ends_with_loops.ts", { args: ["never"] }), ["ends"]);
});

test("O15: a process that ends inside a handler ends with its own code", () => {
  assert.deepEqual(runFixture("ends_with_loops.ts", { args: ["inside"] }), ["ends"]);
});
