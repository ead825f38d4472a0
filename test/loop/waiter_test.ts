import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { Waiter } from "../../src/loop/waiter.ts";
import { warmUpPump } from "../fixtures/pump_echo.ts";
import { assertDescriptorsBack, openFds, test } from "../harness.ts";
import { Inside } from "./inside.ts";

await warmUpPump();

/** Registers a test with a waiter of its own, whose thread is up. */
function testWaiter(name: string, body: (waiter: Waiter) => Promise<void>): void {
  test(name, async () => {
    const fds = openFds();
    const inside = new Inside({});
    inside.turn(false); // libuv tells its descriptor of a handle in a turn
    const waiter = new Waiter(inside.core.native.backendFd, inside.core.wakeups);
    while (!await waiter.nap()) await new Promise((resolve) => setImmediate(resolve));
    await body(waiter);
    await waiter.stop(() => inside.handles.interrupt());
    inside.close();
    await assertDescriptorsBack(fds);
  });
}

testWaiter("a nap ends by itself, though the loop has nothing to do", async (waiter) => {
  for (let i = 0; i < 100; i++) assert.equal(await waiter.nap(), true);
});

testWaiter("no nap is taken while the thread waits for the loop", async (waiter) => {
  const waited = waiter.wait(Infinity);
  assert.equal(await waiter.nap(), false);
  waiter.rouse();
  await waited;
  assert.equal(await waiter.nap(), false); // the thread still waits
});

testWaiter("a waiter is stopped in a nap", async (waiter) => {
  const slept = waiter.nap();
  await waiter.stop(() => {});
  assert.equal(await slept, true);
});
