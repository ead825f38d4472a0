import assert from "node:assert/strict";
import process from "node:process";
import { done } from "../../src/mod.ts";
import { Gate } from "../fixtures/gate.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { LoopTest, test, testLoop } from "../harness.ts";
import { TestWorker } from "../fixtures/test_worker.ts";

const WORKERS = 8;
const ROUNDS = 5;

test("S3: loops in several threads each hear each signal, while others come and go", async () => {
  const gate = new Gate();
  const workers = Array.from(
    { length: WORKERS },
    () => new TestWorker("signal_worker.ts", gate.buffer),
  );
  for (const worker of workers) assert.equal(await worker.next(), "ready");
  for (let round = 1; round <= ROUNDS; round++) {
    process.kill(process.pid, "SIGUSR1");
    comeAndGo();
    gate.wait(round * WORKERS); // a signal that came earlier would be one with it
  }
  process.kill(process.pid, "SIGUSR2");
  for (const worker of workers) {
    assert.equal(await worker.next(), ROUNDS);
    await worker.end();
  }
});

/** A loop that starts to watch both signals, and is closed. */
function comeAndGo(): void {
  const t = new LoopTest();
  play(t, (scope) => {
    for (const name of ["SIGUSR1", "SIGUSR2", "SIGHUP"]) scope.signal().start(name);
    return {};
  });
  t.loop.close();
}

testLoop("S1: a storm of ten thousand signals makes few events, and the loop goes on", (t) => {
  let counted = 0;
  play(t, (scope) => {
    const watchers = [scope.signal(), scope.signal()];
    for (const watcher of watchers) watcher.start("SIGUSR1");
    for (let i = 0; i < 10_000; i++) process.kill(process.pid, "SIGUSR1");
    const timer = scope.timer();
    timer.start(1, 1);
    return {
      signal({ count }) {
        counted += count;
        t.events.push("signal");
      },
      timer: () => t.events.length >= 2 ? done() : undefined,
    };
  });
  run(t);
  assert.ok(counted >= 2 && counted <= 20_000, `${counted} signals`);
  assert.ok(t.events.length >= 2 && t.events.length <= 200, `${t.events.length} events`);
});
