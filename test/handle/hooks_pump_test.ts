import assert from "node:assert/strict";
import { setTimeout } from "node:timers";
import { done } from "../../src/mod.ts";
import { play } from "../fixtures/handle_machine.ts";
import { warmUpPump } from "../fixtures/pump_echo.ts";
import { testLoop } from "../harness.ts";

await warmUpPump();

testLoop("a pump sleeps beside prepare and check", async (t) => {
  play(t, (scope) => {
    scope.prepare().start();
    scope.check().start();
    scope.timer().start(50);
    const note = (): void => void t.events.push("hook");
    return { prepare: note, check: note, timer: () => done() };
  });
  await t.loop.pump();
  assert.ok(t.events.length < 30, `${t.events.length} events in 50 ms`);
});

testLoop("idle starves neither the runtime's timers nor its promises in a pump", async (t) => {
  let isDue = false;
  play(t, (scope) => {
    scope.idle().start();
    return { idle: () => isDue ? done() : undefined };
  });
  setTimeout(() => isDue = true, 5);
  await t.loop.pump();
  assert.ok(isDue);
});
