import assert from "node:assert/strict";
import { Channel } from "../../src/thread/channel.ts";
import { Latch } from "../../src/thread/latch.ts";
import { Reply } from "../../src/thread/reply.ts";
import { receiving, select, sending, trySelect } from "../../src/thread/select.ts";
import type { Numbered } from "../fixtures/end_worker.ts";
import { done, ok } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";
import { EndWorker } from "./end_worker.ts";

test("select() takes from the one channel that has a message", async () => {
  const [a, b, c] = [new Channel<string>(), new Channel<string>(), new Channel<string>()];
  b.sender.trySend("one");
  b.sender.trySend("two");
  const arms = [receiving(a.receiver), receiving(b.receiver), receiving(c.receiver)];
  assert.deepEqual(await select(arms), { arm: 1, kind: "received", message: "one" });
  assert.equal(b.receiver.length, 1);
});

test("exactly one arm wins, though all could: the others take and send nothing", async () => {
  const open = () => new Channel<number>({ capacity: 1 });
  const [a, b, c, d] = [open(), open(), open(), open()];
  a.sender.trySend(1);
  b.sender.trySend(1);
  const arms = [
    receiving(a.receiver),
    receiving(b.receiver),
    sending(c.sender, 2),
    sending(d.sender, 2),
  ];
  await select(arms);
  const taken = [a, b].filter(({ receiver }) => receiver.length === 0).length;
  const sent = [c, d].filter(({ sender }) => sender.length === 1).length;
  assert.equal(taken + sent, 1);
});

test("arms that can always win have turns; one that waited long goes first", () => {
  const channels = Array.from({ length: 3 }, () => new Channel<number>());
  for (const { sender } of channels) for (let i = 0; i < 100; i++) sender.trySend(i);
  const arms = channels.map(({ receiver }) => receiving(receiver));
  const idle = receiving(new Channel<number>().receiver);
  const wins = [0, 0, 0, 0];
  for (let i = 0; i < 30; i++) wins[trySelect([idle, ...arms])?.arm ?? -1]!++;
  assert.deepEqual(wins, [0, 10, 10, 10]);
});

test("select() waits until an arm can win", async () => {
  const [a, b] = [new Channel<number>(), new Channel<number>({ capacity: 1 })];
  b.sender.trySend(0);
  const arms = [receiving(a.receiver), sending(b.sender, 1)];
  const first = select(arms);
  b.receiver.tryReceive();
  assert.deepEqual(await first, { arm: 1, kind: "sent" });
  const second = select(arms);
  a.sender.trySend(5);
  assert.deepEqual(await second, { arm: 0, kind: "received", message: 5 });
  assert.deepEqual(b.receiver.tryReceive(), { kind: "message", message: 1 });
});

test("a channel that is closed wins, with its error", async () => {
  const [a, b] = [new Channel<number>(), new Channel<number>()];
  const waiting = select([receiving(a.receiver), receiving(b.receiver)]);
  b.sender.close(new Error("broken"));
  const selected = await waiting;
  assert.equal(selected.kind, "closed");
  assert.ok(selected.kind === "closed" && selected.arm === 1);
  assert.equal(selected.error?.message, "broken");
  a.receiver.close();
  assert.equal((await select([sending(a.sender, 1)])).kind, "closed");
});

test("a deadline answers timeout, and leaves all arms alone", async () => {
  const { sender, receiver } = new Channel<number>({ capacity: 1 });
  assert.deepEqual(await select([receiving(receiver)], { timeoutMs: 1 }), { kind: "timeout" });
  assert.deepEqual(await select([receiving(receiver)], { timeoutMs: 0 }), { kind: "timeout" });
  sender.trySend(1);
  assert.equal((await select([receiving(receiver)], { timeoutMs: 0 })).kind, "received");
});

test("a signal stops it, and leaves all arms alone", async () => {
  const { sender, receiver } = new Channel<number>();
  const stop = new AbortController();
  const waiting = select([receiving(receiver)], { signal: stop.signal });
  stop.abort(new Error("stopped"));
  sender.trySend(1);
  await assert.rejects(waiting, /stopped/);
  await assert.rejects(select([receiving(receiver)], { signal: stop.signal }), /stopped/);
  assert.equal(receiver.length, 1);
});

test("replies and latches are arms, too", async () => {
  const [reply, latch] = [new Reply<string>(), new Latch(1)];
  const arms = [receiving<string | void>(reply.reader), receiving<string | void>(latch.waiter)];
  const first = select(arms);
  latch.counter.countDown();
  assert.deepEqual(await first, { arm: 1, kind: "received", message: undefined });
  reply.writer.fill("yes");
  assert.deepEqual(await select(arms), { arm: 0, kind: "received", message: "yes" });
});

test("messages of two threads are selected, in order and without loss", async () => {
  const channels = [new Channel<Numbered>({ capacity: 4 }), new Channel<Numbered>({ capacity: 4 })];
  const count = 2000;
  const workers = channels.map(({ sender }, id) =>
    new EndWorker({ kind: "send", address: sender.address(), id, count })
  );
  let open = channels.map(({ receiver }) => receiver);
  const next = [0, 0];
  while (open.length > 0) {
    const selected = await select(open.map((receiver) => receiving(receiver)));
    assert.notEqual(selected.kind, "timeout");
    if (selected.kind === "received") {
      const [id, index] = selected.message;
      assert.equal(index, next[id]!++);
    }
    if (selected.kind === "closed") open = open.filter((_, i) => i !== selected.arm);
  }
  assert.deepEqual(next, [count, count]);
  for (const worker of workers) await worker.exit();
});

testLoop("a machine selects in its wakeup handler, and is woken when an arm can win", (t) => {
  const [a, b] = [new Channel<string>(), new Channel<string>()];
  const arms = [receiving(a.receiver), receiving(b.receiver)];
  t.loop.addMachine((scope) => {
    for (const { receiver } of [a, b]) receiver.notify(scope.notifier());
    return ok({
      wakeup() {
        for (;;) {
          const selected = trySelect(arms);
          if (selected === undefined) return ok();
          t.events.push(selected.kind === "received" ? selected.message : selected.kind);
          if (selected.kind === "closed") return done();
        }
      },
    });
  });
  const messages = ["one", "two", "three"];
  t.loop.addMachine((scope) =>
    ok({
      timeout() {
        const message = messages.shift();
        if (message === undefined) a.sender.close();
        else (message === "two" ? b : a).sender.trySend(message);
        return message === undefined ? done() : ok().deadline(scope.now);
      },
    }).deadline(scope.now)
  );
  t.loop.run();
  assert.deepEqual(t.events, ["one", "two", "three", "closed"]);
});

test("select() and its arms refuse what they cannot wait for", async () => {
  for (const wrong of [undefined, null, 1, {}, { tryReceive() {} }]) {
    assert.throws(() => receiving(wrong as never), TypeError);
    assert.throws(() => sending(wrong as never, 1), TypeError);
    assert.throws(() => trySelect([wrong as never]), TypeError);
    await assert.rejects(select([wrong as never]), TypeError);
  }
  assert.throws(() => trySelect(undefined as never), TypeError);
  await assert.rejects(select([], { signal: {} as never, timeoutMs: 0 }), TypeError);
});
