import assert from "node:assert/strict";
import { setImmediate, setTimeout } from "node:timers";
import { done, Loop, type Notifier, ok, StateError } from "../../src/mod.ts";
import { echoed, EchoServer, warmUpPump } from "../fixtures/pump_echo.ts";
import { type LoopTest, test, testLoop } from "../harness.ts";

await warmUpPump();

/** Adds an echo server, and says how to reach and end it. */
function serve({ loop }: LoopTest): EchoServer {
  let server: EchoServer | undefined;
  loop.addMachine((scope) => ok(server = new EchoServer(scope)));
  return server ?? assert.fail("no server");
}

testLoop("Loop.pump() serves while promises and timers of the runtime go on", async (t) => {
  const server = serve(t);
  const pumped = t.loop.pump();
  const timer = new Promise<string>((resolve) => setTimeout(() => resolve("timer"), 1));
  const answers = await Promise.all([
    timer,
    echoed(server.port, "one"),
    echoed(server.port, "x".repeat(100_000)),
  ]);
  assert.deepEqual(answers.map((answer) => answer.length), [5, 3, 100_000]);
  server.close();
  await pumped;
});

testLoop("Loop.pump() resolves at once without machines", async ({ loop }) => {
  await loop.pump();
  assert.equal(loop.state, "idle");
});

testLoop("Loop.pump() resolves when the last machine has ended", async (t) => {
  t.loop.addMachine((scope) =>
    ok({
      timeout: () => {
        t.events.push("timeout");
        return done();
      },
    }).deadline(scope.after(5))
  );
  await t.loop.pump();
  assert.deepEqual(t.events, ["timeout"]);
});

testLoop("Loop.stop() ends a pump that sleeps, and the machines stay", async ({ loop }) => {
  loop.addMachine(() => ok({}));
  const pumped = loop.pump();
  await new Promise((resolve) => setImmediate(resolve));
  loop.stop();
  await pumped;
  assert.equal(loop.machines, 1);
  const again = loop.pump(); // and again
  loop.stop();
  await again;
  loop.close();
});

testLoop("an abort ends a pump, also one that came before", async ({ loop }) => {
  loop.addMachine(() => ok({}));
  const controller = new AbortController();
  const pumped = loop.pump({ signal: controller.signal });
  controller.abort();
  await pumped;
  await loop.pump({ signal: controller.signal });
  assert.equal(loop.state, "idle");
  loop.close();
});

testLoop("a loop that is pumped neither runs, nor pumps twice, nor closes", async ({ loop }) => {
  loop.addMachine(() => ok({}));
  const pumped = loop.pump();
  assert.throws(() => loop.run(), StateError);
  assert.throws(() => loop.close(), StateError);
  await assert.rejects(loop.pump(), StateError);
  assert.equal(loop.state, "running");
  loop.stop();
  await pumped;
  loop.close();
});

testLoop("a notifier wakes a machine from outside, in every moment of a pump", async (t) => {
  let notifier: Notifier | undefined;
  let wakeups = 0;
  t.loop.addMachine((scope) => {
    notifier = scope.notifier();
    return ok({ wakeup: () => ++wakeups === 100 ? done() : ok() });
  });
  const pumped = t.loop.pump();
  for (let count = 1; count <= 100; count++) {
    assert.equal(notifier?.wakeup(), "ok");
    while (wakeups < count) await new Promise((resolve) => setImmediate(resolve));
  }
  await pumped;
  assert.equal(notifier?.wakeup(), "closed");
});

testLoop("a machine that is added from outside starts a sleeping pump", async (t) => {
  const server = serve(t);
  const pumped = t.loop.pump();
  await echoed(server.port, "asleep after this");
  await new Promise<void>((resolve) => {
    t.loop.addMachine((scope) =>
      ok({
        timeout: () => {
          resolve();
          return done();
        },
      }).deadline(scope.now)
    );
  });
  server.close();
  await pumped;
});

testLoop("handles may be used outside handlers while a loop is pumped", async (t) => {
  const first = serve(t);
  const pumped = t.loop.pump();
  await echoed(first.port, "asleep after this");
  const second = serve(t); // binds and listens
  assert.equal(await echoed(second.port, "two"), "two");
  second.close();
  first.close();
  await pumped;
});

testLoop("a pump that waits spends no turn", async (t) => {
  const server = serve(t);
  const pumped = t.loop.pump();
  await echoed(server.port, "asleep after this");
  let turns = Infinity;
  for (let tries = 0; tries < 1000 && turns > 0; tries++) { // its thread may be coming up
    const { runs } = t.loop.metrics();
    for (let i = 0; i < 1000; i++) await new Promise((resolve) => setImmediate(resolve));
    turns = t.loop.metrics().runs - runs;
  }
  assert.equal(turns, 0);
  server.close();
  await pumped;
});

testLoop("an error of a machine reaches the hook, and the pump goes on", async (t) => {
  t.loop.addMachine((scope) =>
    ok({
      timeout: () => {
        throw new Error("late");
      },
    }).deadline(scope.after(1))
  );
  t.loop.addMachine((scope) => ok({ timeout: () => done() }).deadline(scope.after(5)));
  await t.loop.pump();
  assert.equal((t.takeError().error as Error).message, "late");
});

test("two loops are pumped by one thread", async () => {
  const loops = [1, 2].map(() => Loop.create().instantiate(undefined));
  const servers = loops.map((loop) => {
    let server: EchoServer | undefined;
    loop.addMachine((scope) => ok(server = new EchoServer(scope)));
    return server as EchoServer;
  });
  const pumped = Promise.all(loops.map((loop) => loop.pump()));
  const answers = await Promise.all(servers.map(({ port }) => echoed(port, String(port))));
  assert.deepEqual(answers, servers.map(({ port }) => String(port)));
  for (const server of servers) server.close();
  await pumped;
  for (const loop of loops) loop.close();
});

testLoop("Loop.pump() with a signal that is none leaves the loop as it was", async ({ loop }) => {
  for (const signal of [1, {}, "signal", null]) {
    await assert.rejects(loop.pump({ signal: signal as never }), TypeError);
    assert.equal(loop.state, "idle");
  }
  await assert.rejects(loop.pump(null as never), TypeError);
  await loop.pump();
});
