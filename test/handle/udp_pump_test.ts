import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { done, type Udp } from "../../src/mod.ts";
import { play } from "../fixtures/handle_machine.ts";
import { HOST, receiver, textOf } from "../fixtures/handle_udp.ts";
import { warmUpPump } from "../fixtures/pump_echo.ts";
import { testLoop } from "../harness.ts";

await warmUpPump();

testLoop(
  "a pumped loop that sleeps wakes up for what code outside its handlers sends",
  async (t) => {
    let udp: Udp | undefined;
    let port = 0;
    play(t, (scope) => {
      ({ udp, port } = receiver(scope));
      return {
        datagram(event) {
          t.events.push(textOf(event));
          return done();
        },
      };
    });
    const running = t.loop.pump();
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
    udp?.send("from outside", HOST, port);
    await running;
    t.assertNoErrors();
    assert.deepEqual(t.events, ["from outside"]);
  },
);
