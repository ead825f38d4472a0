import assert from "node:assert/strict";
import { done } from "../../src/mod.ts";
import { play, run, throwsState } from "../fixtures/handle_machine.ts";
import { abstractName } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

testLoop(
  "what was written to a pipe that has only a name fails, and it listens all the same",
  (t) => {
    const name = abstractName();
    play(t, (scope) => {
      const pipe = scope.pipe();
      pipe.bind(name);
      pipe.write("to nobody");
      pipe.listen(); // libuv would end the process when it finds the write
      scope.pipe().connect(name);
      return {
        writeFailed: ({ error }) => void t.events.push(error.code),
        connected: () => void t.events.push("connected"),
        connection() {
          t.events.push("connection");
          return t.events.length === 3 ? done() : undefined;
        },
      };
    });
    run(t);
    assert.deepEqual(t.events.toSorted(), ["ENOTCONN", "connected", "connection"]);
  },
);

testLoop("a pipe that has only a name and was shut down does not listen", (t) => {
  play(t, (scope) => {
    const pipe = scope.pipe();
    pipe.bind(abstractName());
    pipe.shutdown();
    throwsState(() => pipe.listen());
    return {
      shutdown() {
        t.events.push("shutdown");
        throwsState(() => pipe.listen());
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["shutdown"]);
});
