import assert from "node:assert/strict";
import { done, type NotifierAddress, ok } from "../../src/mod.ts";
import type { WakingOrders } from "../fixtures/waking_worker.ts";
import { LoopTest, test } from "../harness.ts";
import { Gate } from "../fixtures/gate.ts";
import { TestWorker } from "../fixtures/test_worker.ts";

/** Threads wake one machine as fast as they can: each has had its say when the machine ends. */
async function storm(threads: number, wakeups: number): Promise<void> {
  const { loop } = new LoopTest();
  const sentGates: Gate[] = [];
  const addresses: NotifierAddress[] = [];
  let runs = 0;
  loop.addMachine((scope) => {
    addresses.push(scope.notifier().address());
    return ok({
      wakeup() {
        runs++;
        const sent = sentGates.reduce((sum, { value }) => sum + value, 0);
        return sent < threads * wakeups ? ok() : done();
      },
    });
  });
  const seen = new Gate();
  const workers = Array.from({ length: threads }, () => {
    const sent = new Gate();
    sentGates.push(sent);
    const orders: WakingOrders = {
      addresses,
      wakeups,
      manner: "at once",
      seen: seen.buffer,
      sent: sent.buffer,
    };
    return new TestWorker("waking_worker.ts", orders);
  });
  for (const worker of workers) assert.equal(await worker.next(), "ready");
  seen.raise();
  loop.run();
  assert.ok(runs >= 1 && runs <= threads * wakeups, `${runs} runs`);
  assert.equal(loop.metrics().wakeups, runs);
  for (const worker of workers) {
    const { ok: kept, closed } = await worker.next<Record<"ok" | "closed", number>>();
    assert.equal(kept + closed, wakeups);
    await worker.end();
  }
  loop.close();
}

test("a million wake-ups of two threads: the machine runs after the last", () => storm(2, 500_000));

test("a storm of eight threads: the machine runs after the last wake-up of each", () =>
  storm(8, 100_000));

test("a storm of eight threads: each of a hundred machines runs after its last", async () => {
  const { loop } = new LoopTest();
  const [machines, threads, wakeups] = [100, 8, 2000];
  const sentGates: Gate[] = [];
  const addresses: NotifierAddress[] = [];
  let living = machines;
  for (let i = 0; i < machines; i++) {
    loop.addMachine((scope) => {
      addresses.push(scope.notifier().address());
      return ok({
        wakeup() {
          const sent = sentGates.reduce((sum, { value }) => sum + value, 0);
          return sent < threads * wakeups ? ok() : done();
        },
        dispose: () => void living--,
      });
    });
  }
  const seen = new Gate();
  const workers = Array.from({ length: threads }, () => {
    const sent = new Gate();
    sentGates.push(sent);
    const orders = { addresses, wakeups, seen: seen.buffer, sent: sent.buffer };
    return new TestWorker("waking_worker.ts", { ...orders, manner: "at once" });
  });
  for (const worker of workers) assert.equal(await worker.next(), "ready");
  seen.raise();
  loop.run(); // it ends when all machines have
  assert.equal(living, 0);
  for (const worker of workers) {
    const { ok: kept, closed } = await worker.next<Record<"ok" | "closed", number>>();
    assert.equal(kept + closed, wakeups * machines);
    await worker.end();
  }
  loop.close();
});
