import assert from "node:assert/strict";
import { Latch, latchCounterFrom, latchWaiterFrom } from "../../src/thread/latch.ts";
import { done, ok, StateError } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";
import { EndWorker } from "./end_worker.ts";

test("a latch opens when it was counted down, and stays open", async () => {
  const { counter, waiter } = new Latch(3);
  const waiting = [waiter.wait(), waiter.wait()];
  assert.equal(counter.countDown(), 2);
  assert.equal(waiter.remaining, 2);
  assert.deepEqual(waiter.tryReceive(), { kind: "empty" });
  assert.equal(counter.countDown(2), 0);
  assert.equal(counter.countDown(), 0); // it stays open
  await Promise.all([...waiting, waiter.wait()]);
  assert.deepEqual(waiter.tryReceive(), { kind: "message", message: undefined });
});

test("a latch of 0 is open", async () => {
  await new Latch(0).waiter.wait();
});

test("a latch can be counted down further than it goes", () => {
  const { counter, waiter } = new Latch(2);
  assert.equal(counter.countDown(2 ** 40), 0);
  assert.equal(waiter.remaining, 0);
});

test("a latch that failed rejects those that wait", async () => {
  const { counter, waiter } = new Latch(2);
  const waiting = waiter.wait();
  assert.equal(counter.fail(new RangeError("broken")), true);
  await assert.rejects(waiting, RangeError);
  assert.equal(waiter.tryReceive().kind, "closed");
  assert.equal(counter.countDown(2), 2); // too late
  await assert.rejects(waiter.wait(), /broken/);
  const closed = new Latch(1);
  closed.close();
  await assert.rejects(closed.waiter.wait(), StateError);
});

test("counts that cannot be are refused", () => {
  for (const count of [-1, 0.5, NaN, 2 ** 31]) assert.throws(() => new Latch(count), RangeError);
  for (const by of [0, -1, 0.5]) {
    assert.throws(() => new Latch(1).counter.countDown(by), RangeError);
  }
});

test("threads count a latch down, and its ends can be sent away", async () => {
  const latch = new Latch(3000);
  const workers = [latch.counter.clone(), latch.counter.clone()].map((counter) =>
    new EndWorker({ kind: "count", address: counter.address(), times: 1000 })
  );
  const counter = latchCounterFrom(latch.counter.address());
  const waiter = latchWaiterFrom(latch.waiter.address());
  assert.throws(() => latch.counter.countDown(), StateError);
  for (let i = 0; i < 1000; i++) counter.countDown();
  await waiter.wait();
  for (const worker of workers) await worker.exit();
});

test("a thread that is terminated before it has counted: those that wait are told", async () => {
  const latch = new Latch(2);
  const worker = new EndWorker({ kind: "count", address: latch.counter.address(), times: 1 });
  latch.closeOnExit(worker.worker, new Error("gone"));
  await assert.rejects(latch.waiter.wait(), /gone/);
});

testLoop("a machine is woken when the latch opens", (t) => {
  const { counter, waiter } = new Latch(2);
  t.loop.addMachine((scope) => {
    waiter.notify(scope.notifier());
    return ok({
      wakeup() {
        const { kind } = waiter.tryReceive();
        t.events.push(kind);
        if (kind === "message") return done();
        counter.countDown();
        counter.countDown();
        return ok();
      },
    });
  });
  t.loop.run();
  assert.deepEqual(t.events, ["empty", "message"]);
});
