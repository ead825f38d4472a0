import assert from "node:assert/strict";
import { LoopThread, notifierFrom } from "../../src/mod.ts";
import { happening, type Orders } from "../fixtures/thread_stages.ts";
import { assertDescriptorsBack, openFds, test } from "../harness.ts";
import { Gate } from "../fixtures/gate.ts";
import { closeFd, pipePair, writeByte } from "../fixtures/handle_system.ts";
import { assertHoldingsBack, holdings } from "./holdings.ts";
import { fixture, isMachineCode, isOpen, rejection, startFunctions } from "./threads.ts";

/** Takes a thread of libuv's pool longer than a stop takes here. */
const RANDOM_BYTES = 2 ** 26;

/** Starts a thread of machines that end when asked, or do not. */
async function startStages(obeys: boolean): Promise<{ thread: LoopThread; happened: Int32Array }> {
  const happened = new Int32Array(new SharedArrayBuffer(happening.length * 4));
  const data: Orders = { happened: happened.buffer as SharedArrayBuffer, obeys };
  const thread = await LoopThread.start(fixture("thread_stages.ts"), { data });
  return { thread, happened };
}

/** Starts a thread that can be in the way of its own end. */
function startStubborn(
  mode: "run" | "pump" = "run",
): Promise<LoopThread<typeof import("./stubborn_module.ts")>> {
  return LoopThread.start(new URL("./stubborn_module.ts", import.meta.url), { mode });
}

test("stop() asks the machines first: those that end are not closed", async () => {
  const { thread, happened } = await startStages(true);
  assert.equal(await thread.stop({ deadlineMs: 30_000 }), "closed");
  assert.deepEqual([...happened], [1, 1, 1]);
});

test("stop() closes machines that ignore the question", async () => {
  const { thread, happened } = await startStages(false);
  assert.equal(await thread.stop({ deadlineMs: 300 }), "closed");
  assert.deepEqual([...happened], [1, 0, 1]);
});

test("stop() closes at once where the module cannot be asked", async () => {
  const thread = await startFunctions();
  const port = await thread.call("listen");
  assert.equal(await isOpen(port), true);
  assert.equal(await thread.stop({ deadlineMs: 30_000 }), "closed");
  assert.equal(await isOpen(port), false);
});

test("stop() may be called by several; afterwards everything is refused", async () => {
  const thread = await startFunctions();
  const notifier = notifierFrom(await thread.call("addFailing"));
  const stops = [thread.stop(), thread.stop({ deadlineMs: 5000 }), thread[Symbol.asyncDispose]()];
  assert.equal(thread.state, "stopping");
  assert.deepEqual(await Promise.all(stops), ["closed", "closed", undefined]);
  assert.equal(thread.state, "closed");
  assert.throws(() => thread.post("note", [1]), { name: "ClosedError" });
  await assert.rejects(thread.call("sum", [1, 2]), { name: "ClosedError" });
  await assert.rejects(thread.metrics(), { name: "ClosedError" });
  assert.equal(notifier.wakeup(), "closed");
  assert.equal(await thread.stop(), "closed");
  thread.ref().unref();
});

test("a deadline that is no time is refused, and the thread goes on", async () => {
  const thread = await startFunctions();
  await assert.rejects(thread.stop({ deadlineMs: -1 }), RangeError);
  await assert.rejects(thread.stop({ deadlineMs: "1" as never }), TypeError);
  assert.equal(await thread.call("sum", [1, 2]), 3);
  await thread.stop();
});

test("a call that is under way is told of the stop, and may give its result", async () => {
  const thread = await startFunctions();
  const call = thread.call("untilAborted");
  assert.equal(await thread.stop({ deadlineMs: 30_000 }), "closed");
  assert.equal(await call, undefined);
});

test("a call that does not end is rejected when the thread has ended", async () => {
  const thread = await LoopThread.start(
    "data:text/javascript,export const never = () => new Promise(() => {})",
  );
  const error = rejection(thread.call("never"));
  // A thread of a thread takes Deno half a second, and the pump needs one.
  assert.equal(await thread.stop({ deadlineMs: 3000 }), "closed");
  assert.equal((await error).name, "ClosedError");
});

test("a handler that takes a while delays the stop, within the deadline", async () => {
  const thread = await startFunctions();
  const gate = new Gate();
  const call = thread.call("spin", [gate.buffer]);
  const stopped = thread.stop({ deadlineMs: 30_000 });
  gate.raise();
  assert.equal(await call, "returned");
  assert.equal(await stopped, "closed");
});

for (const mode of ["run", "pump"] as const) {
  for (const way of ["compute", "waitForEver"] as const) {
    test(`mode ${mode}: a handler that does not return is ended by force: ${way}`, async () => {
      const thread = await startStubborn(mode);
      const port = await thread.call("listen");
      const error = rejection(thread.call(way));
      assert.equal(await thread.stop({ deadlineMs: 100 }), "terminated");
      assert.equal((await error).name, "ClosedError");
      if (!isMachineCode) return; // it cannot be closed from outside
      if (mode === "run") assert.equal(await isOpen(port), false);
      else while (await isOpen(port)); // the pump's waiter is ended first
    });
  }
}

test("a handler in a system call is left to itself, and ends when that returns", async () => {
  await (await startStubborn()).stop();
  const before = holdings();
  const [reading, writing] = pipePair();
  const thread = await startStubborn();
  const port = await thread.call("listen");
  thread.post("readByte", [reading]);
  assert.equal(await thread.stop({ deadlineMs: 100 }), "abandoned");
  assert.equal(await isOpen(port), true);
  writeByte(writing, 1);
  while (isMachineCode && await isOpen(port));
  closeFd(reading);
  closeFd(writing);
  await assertHoldingsBack(before, "terminated");
});

test("a thread ended by force turns its wakers away, and its descriptors are closed", async () => {
  if (!isMachineCode) return; // it cannot be closed from outside
  await (await startFunctions()).stop();
  const fds = openFds();
  const thread = await startFunctions();
  const notifier = notifierFrom(await thread.call("addFailing"));
  thread.post("spin", [new Gate().buffer]);
  assert.equal(await thread.stop({ deadlineMs: 100 }), "terminated");
  assert.equal(notifier.wakeup(), "closed"); // libuv aborts when a loop is woken that was closed
  await assertDescriptorsBack(fds);
});

test("a thread ended by force with a request under way is closed when that is done", async () => {
  if (!isMachineCode) return;
  await (await startFunctions()).stop();
  const fds = openFds();
  const thread = await startStubborn();
  thread.post("ask", [RANDOM_BYTES]);
  assert.equal(await thread.stop({ deadlineMs: 50 }), "terminated");
  await assertHoldingsBack({ threads: Infinity, fds }, "closed");
});

test("a thread that waits since it has stopped itself hears its owner's stop", async () => {
  const thread = await startStubborn();
  const error = rejection(thread.call("never"));
  await thread.call("stopItself");
  assert.equal(await thread.stop({ deadlineMs: 3000 }), "closed");
  assert.equal((await error).name, "ClosedError");
});

test("a thread whose runtime has work of its own is ended all the same", async () => {
  const thread = await startFunctions();
  await thread.call("keepAlive");
  assert.equal(await thread.stop({ deadlineMs: 30_000 }), "closed");
});

test("a thread stops itself, and a machine ends it by shutting the loop down", async () => {
  const first = await startFunctions();
  await first.call("stopItself");
  await first.closed;
  const second = await startFunctions();
  const ending = notifierFrom(await second.call("addEnding"));
  ending.wakeup();
  await second.closed;
  assert.deepEqual([first.state, second.state], ["closed", "closed"]);
});

test("await using stops the thread", async () => {
  let kept: LoopThread | undefined;
  {
    await using thread = await LoopThread.start("data:text/javascript,");
    kept = thread;
  }
  assert.equal(kept.state, "closed");
});
