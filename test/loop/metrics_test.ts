import assert from "node:assert/strict";
import { done, ok } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";

testLoop("a loop that has done nothing has counted nothing", ({ loop }) => {
  const metrics = loop.metrics();
  assert.deepEqual([metrics.runs, metrics.records, metrics.iterations, metrics.machines], [
    0,
    0,
    0,
    0,
  ]);
});

testLoop("a deadline is due", ({ loop, events }) => {
  loop.addMachine((scope) =>
    ok({
      timeout() {
        events.push("timeout");
        return done();
      },
    }).deadline(scope.after(2))
  );
  loop.run();
  assert.deepEqual(events, ["timeout"]);
});
