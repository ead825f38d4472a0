import assert from "node:assert/strict";
import { done, type IoEvent, type Machine, ok, type Response, type Scope } from "../../src/mod.ts";
import { testLoop } from "../harness.ts";

/** Asks a stream for an event that is put off to the next turn, and answers it with `then`. */
function answerLater(scope: Scope, then: (scope: Scope) => Response): Machine {
  const listener = scope.tcp();
  const client = scope.tcp();
  listener.bind("127.0.0.1", 0);
  listener.listen();
  client.connect("127.0.0.1", listener.localAddress().port);
  return {
    ready(event: IoEvent, own: Scope): Response {
      if (event.kind === "connected") client.requestFlushed();
      return event.kind === "flushed" ? then(own) : ok();
    },
  };
}

testLoop("a handler that is called at the start of a turn stops the loop in it", ({ loop }) => {
  loop.addMachine((scope) =>
    ok(answerLater(scope, (own) => {
      own.shutdownLoop();
      return ok();
    }))
  );
  loop.run();
  assert.equal(loop.machines, 1);
  loop.close();
});

testLoop("the last machine may end at the start of a turn", ({ loop }) => {
  loop.addMachine((scope) => ok(answerLater(scope, () => done())));
  loop.run();
  assert.equal(loop.machines, 0);
});
