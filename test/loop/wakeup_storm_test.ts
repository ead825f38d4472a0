import assert from "node:assert/strict";
import { done, type NotifierAddress, ok } from "../../src/mod.ts";
import type { WakingOrders } from "../fixtures/waking_worker.ts";
import { LoopTest, test } from "../harness.ts";
import { Gate, TestWorker } from "./workers.ts";

test("a million wake-ups of two threads: the machine runs after the last", async () => {
  const { loop } = new LoopTest();
  const wakeups = 500_000;
  const sentGates: Gate[] = [];
  const addresses: NotifierAddress[] = [];
  let runs = 0;
  loop.addMachine((scope) => {
    addresses.push(scope.notifier().address());
    return ok({
      wakeup() {
        runs++;
        const sent = sentGates.reduce((sum, { value }) => sum + value, 0);
        return sent < 2 * wakeups ? ok() : done();
      },
    });
  });
  const seen = new Gate();
  const workers = [1, 2].map(() => {
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
  assert.ok(runs >= 1 && runs <= 2 * wakeups, `${runs} runs`);
  assert.equal(loop.metrics().wakeups, runs);
  for (const worker of workers) {
    const { ok: kept, closed } = await worker.next<Record<"ok" | "closed", number>>();
    assert.equal(kept + closed, wakeups);
    await worker.end();
  }
  loop.close();
});
