import assert from "node:assert/strict";
import { openLibrary, runtime } from "../../ffi/mod.ts";
import { type NotifierAddress, notifierFrom, ok } from "../../src/mod.ts";
import { Wakeups } from "../../src/loop/wakeups.ts";
import { assertNoMoreDescriptors, LoopTest, openFds, test } from "../harness.ts";

/** Opens a loop, and returns its wake-ups as another thread sees them. */
function openLoop(): { t: LoopTest; address: NotifierAddress; sender: Wakeups } {
  const t = new LoopTest();
  let address!: NotifierAddress;
  t.loop.addMachine((scope) => {
    address = scope.notifier().address();
    return ok({});
  });
  return { t, address, sender: new Wakeups(address.control) };
}

test("a loop closes though a thread was ended in the middle of a wake-up", () => {
  openLoop().t.loop.close(); // the runtime opens what it keeps
  const fds = openFds();
  const { t, address, sender } = openLoop();
  sender.enter(); // and never leaves
  t.loop.close();
  assert.equal(t.loop.state, "closed");
  assertNoMoreDescriptors(fds);
  assert.equal(notifierFrom(address).wakeup(), "closed");
});

test("a thread that stood still in the middle of a wake-up does no harm when it goes on", () => {
  const { t, sender } = openLoop();
  const async = runtime().pointer(sender.asyncAddress);
  sender.enter();
  t.loop.close();
  // What the sender does next: without care libuv would abort the process.
  for (let i = 0; i < 3; i++) assert.equal(openLibrary().core.uv_async_send(async as never), 0);
  sender.leave();
});
