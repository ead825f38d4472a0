import assert from "node:assert/strict";
import { done, expectAny, type Protocol, type Tcp } from "../../src/mod.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { forbidDescriptors, withoutDescriptors } from "../fixtures/handle_system.ts";
import { serve } from "../fixtures/stream_server.ts";
import { testLoop } from "../harness.ts";

const echo: Protocol = {
  connected: () => expectAny(),
  bytesRead({ input, output }) {
    output.forward(input);
    return done();
  },
};

testLoop("Accept rests when there are no descriptors, and serves all when there are", (t) => {
  const server = serve(t, () => echo, { make: withoutDescriptors });
  const { port } = server.target as { port: number };
  const clients: Tcp[] = [];
  let allow = (): void => {};
  play(t, (scope) => {
    for (let i = 0; i < 3; i++) {
      const client = withoutDescriptors(() => scope.tcp());
      client.connect("127.0.0.1", port);
      client.write(`client ${i}`);
      clients.push(client);
    }
    allow = forbidDescriptors();
    scope.setDeadline("allow", scope.after(120));
    let turns = 0;
    return {
      connected: ({ handle }) => handle.readStart(),
      flushed: () => {},
      timeout() {
        turns = t.loop.metrics().iterations;
        assert.ok(turns < 40, `${turns} turns in 120 ms: the loop spins`);
        assert.deepEqual(t.events, []);
        allow();
      },
      read({ bytes }) {
        t.events.push(new TextDecoder().decode(bytes));
      },
      end({ handle }) {
        handle.close();
        if (clients.some(({ state }) => state === "open")) return;
        server.end();
        return done();
      },
      dispose: () => allow(),
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["client 0", "client 1", "client 2"]);
});
