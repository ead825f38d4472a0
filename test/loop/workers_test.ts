import assert from "node:assert/strict";
import {
  done,
  type Loop,
  type Machine,
  type NotifierAddress,
  notifierFrom,
  ok,
} from "../../src/mod.ts";
import { assertNothingLeft, LoopTest, test } from "../harness.ts";
import type { WakingOrders } from "../fixtures/waking_worker.ts";
import { add, addIdle } from "./machines.ts";
import { Gate } from "../fixtures/gate.ts";
import { TestWorker } from "../fixtures/test_worker.ts";

type Answers = Record<"ok" | "retry" | "closed", number>;

/** Adds a machine that is woken from outside. */
function addWoken(loop: Loop<unknown>, machine: Machine): NotifierAddress {
  let address: NotifierAddress | undefined;
  add(loop, machine, (scope) => void (address = scope.notifier().address()));
  return address as NotifierAddress;
}

/** Starts a thread that wakes the machines of the addresses, and waits until it is ready. */
async function startWaking(orders: Omit<WakingOrders, "seen" | "sent">): Promise<{
  worker: TestWorker;
  seen: Gate;
  sent: Gate;
}> {
  const [seen, sent] = [new Gate(), new Gate()];
  const worker = new TestWorker(
    "waking_worker.ts",
    {
      ...orders,
      seen: seen.buffer,
      sent: sent.buffer,
    } satisfies WakingOrders,
  );
  assert.equal(await worker.next(), "ready");
  return { worker, seen, sent };
}

test("A5: a sleeping loop is woken by another thread, each time", async () => {
  const { loop } = new LoopTest();
  const wakeups = 2000;
  let woken = 0;
  const gates: Gate[] = [];
  const address = addWoken(loop, {
    wakeup() {
      woken++;
      for (const gate of gates) gate.raise();
      return woken < wakeups ? ok() : done();
    },
  });
  const { worker, seen } = await startWaking({ addresses: [address], wakeups, manner: "in step" });
  gates.push(seen);
  seen.raise();
  loop.run();
  assert.equal(woken, wakeups);
  assert.deepEqual(await worker.next<Answers>(), { ok: wakeups, retry: 0, closed: 0 });
  assert.equal(loop.metrics().wakeups, wakeups);
  assertNothingLeft(loop);
  loop.close();
  await worker.end();
});

test("no last wake-up is lost when threads wake many machines as fast as they can", async () => {
  const { loop } = new LoopTest();
  const wakeups = 3000;
  const sentGates: Gate[] = [];
  const total = 3 * wakeups;
  // Slots in several words of the bit sets, and of their summary.
  const slots = new Set([0, 31, 32, 1023, 1024, 2047, 2048]);
  const addresses: NotifierAddress[] = [];
  for (let slot = 0; slot <= 2048; slot++) {
    if (!slots.has(slot)) addIdle(loop);
    else {
      const machine: Machine = {
        // The counter is raised before the wake-up, so the last wake-up finds it complete.
        wakeup: () => sentGates.reduce((sum, { value }) => sum + value, 0) < total ? ok() : done(),
        dispose() {
          slots.delete(slot);
          if (slots.size === 0) loop.stop();
        },
      };
      addresses.push(addWoken(loop, machine));
    }
  }
  const threads = await Promise.all(
    [1, 2, 3].map(() => startWaking({ addresses, wakeups, manner: "at once" })),
  );
  for (const { seen, sent } of threads) {
    sentGates.push(sent);
    seen.raise();
  }
  loop.run();
  assert.equal(slots.size, 0);
  for (const { worker } of threads) {
    const answers = await worker.next<Answers>();
    assert.equal(answers.ok + answers.closed, wakeups * addresses.length);
    await worker.end();
  }
  loop.close();
});

test("a loop is closed while other threads wake its machines: they are told closed", async () => {
  const { loop } = new LoopTest();
  let woken = 0;
  const address = addWoken(loop, {
    wakeup(scope) {
      if (++woken >= 100) scope.shutdownLoop();
      return ok();
    },
  });
  const orders = { addresses: [address], wakeups: 1e9, manner: "until closed" } as const;
  const threads = await Promise.all([1, 2, 3].map(() => startWaking(orders)));
  for (const { seen } of threads) seen.raise();
  loop.run();
  loop.close();
  for (const { worker } of threads) {
    assert.equal((await worker.next<Answers>()).closed, 1);
    await worker.end();
  }
  assert.ok(woken >= 100);
});

test("a notifier of another thread answers closed when its machine has ended", async () => {
  const { loop } = new LoopTest();
  const address = addWoken(loop, { wakeup: () => done() });
  notifierFrom(address).wakeup();
  loop.run();
  let wrong = 0;
  const next = addWoken(loop, {
    wakeup() {
      wrong++;
      return ok();
    },
  });
  const stale = [address, { ...next, generation: address.generation }];
  const { worker, seen } = await startWaking({ addresses: stale, wakeups: 10, manner: "at once" });
  seen.raise();
  assert.deepEqual(await worker.next<Answers>(), { ok: 0, retry: 0, closed: 20 });
  await worker.end();
  assert.equal(wrong, 0);
  loop.close();
});

test("a loop runs in a Worker, again and again, and is woken from the main thread", async () => {
  const worker = new TestWorker("loop_worker.ts", {});
  const addresses: NotifierAddress[] = [];
  for (let run = 0; run < 2; run++) {
    const address = await worker.next<NotifierAddress>();
    assert.equal(notifierFrom(address).wakeup(), "ok");
    addresses.push(address);
  }
  const ended = { wakeups: 2, machines: 0, handles: 0, state: "closed" };
  assert.deepEqual(await worker.next(), ended);
  for (const address of addresses) assert.equal(notifierFrom(address).wakeup(), "closed");
  await worker.end();
});
