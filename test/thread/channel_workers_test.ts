import assert from "node:assert/strict";
import { Channel } from "../../src/thread/channel.ts";
import type { Numbered, ReceiveReport } from "../fixtures/end_worker.ts";
import { Random } from "../fixtures/random.ts";
import { test } from "../harness.ts";
import { EndWorker } from "./end_worker.ts";

const senderKinds = ["send", "sendAsMachine"] as const;
const receiverKinds = ["receive", "receiveAsMachine"] as const;

for (const senderKind of senderKinds) {
  for (const receiverKind of receiverKinds) {
    const ends = `${senderKind} → ${receiverKind}`;

    test(`${ends}: two threads send to a third, with little room: nothing is lost`, async () => {
      const channel = new Channel<Numbered>({ capacity: 3 });
      const count = 3000;
      const receiver = new EndWorker({
        kind: receiverKind,
        address: channel.receiver.address(),
      });
      const senders = [channel.sender.clone(), channel.sender].map((sender, id) =>
        new EndWorker({ kind: senderKind, address: sender.address(), id, count })
      );
      for (const sender of senders) assert.equal(await sender.next(), count);
      const expected: ReceiveReport = {
        count: 2 * count,
        counts: { 0: count, 1: count },
        inOrder: true,
        error: undefined,
      };
      assert.deepEqual(await receiver.next(), expected);
      for (const worker of [receiver, ...senders]) await worker.exit();
    });

    test(`${ends}: a receiver that has enough tells the sender why`, async () => {
      const channel = new Channel<Numbered>({ capacity: 2 });
      const address = channel.receiver.address();
      const receiver = new EndWorker({ kind: receiverKind, address, closeAfter: 100 });
      const sender = new EndWorker({
        kind: senderKind,
        address: channel.sender.address(),
        id: 0,
        count: 1e9,
      });
      const { count, inOrder } = await receiver.next<ReceiveReport>();
      assert.deepEqual({ count, inOrder }, { count: 100, inOrder: true });
      const told = await sender.next<number | { sent: number; refused: string }>();
      if (receiverKind === "receiveAsMachine") {
        assert.equal((told as { refused: string }).refused, "enough");
      }
      for (const worker of [receiver, sender]) await worker.exit();
    });
  }
}

test("100,000 messages go through a channel of 64", async () => {
  const channel = new Channel<Numbered>({ capacity: 64 });
  const count = 100_000;
  const sender = new EndWorker({
    kind: "send",
    address: channel.sender.address(),
    id: 0,
    count,
  });
  let next = 0;
  for await (const [, index] of channel.receiver) {
    assert.equal(index, next++);
    assert.ok(channel.receiver.length <= 64);
  }
  assert.equal(next, count);
  assert.equal(await sender.next(), count);
  await sender.exit();
});

test("an error of the sender's thread reaches the receiver after all messages", async () => {
  for (const kind of receiverKinds) {
    const channel = new Channel<Numbered>();
    const receiver = new EndWorker({ kind, address: channel.receiver.address() });
    const orders = { kind: "send", id: 0, count: 1000, error: "out of paper" } as const;
    const sender = new EndWorker({ ...orders, address: channel.sender.address() });
    assert.equal(await sender.next(), 1000);
    const { count, error } = await receiver.next<ReceiveReport>();
    assert.deepEqual({ count, error }, { count: 1000, error: "RangeError: out of paper" });
    for (const worker of [receiver, sender]) await worker.exit();
  }
});

test("a channel that is closed at random moments loses nothing that was sent", async () => {
  const random = new Random(4);
  for (let round = 0; round < 6; round++) {
    const channel = new Channel<Numbered>({ capacity: random.between(1, 20) });
    const address = channel.sender.clone().address();
    const sender = new EndWorker({ kind: "send", address, id: 0, count: 1e9 });
    const closeAfter = random.below(2000);
    let received = 0;
    try {
      for (;;) {
        const [, index] = await channel.receiver.receive();
        assert.equal(index, received++);
        if (received === closeAfter) channel.sender.close(new Error("enough"));
      }
    } catch (error) {
      assert.equal((error as Error).message, "enough");
    }
    assert.deepEqual(await sender.next(), { sent: received, refused: "enough" });
    await sender.exit();
    channel.receiver.close();
  }
});

test("a thread that is terminated while it sends: the receiver is told", async () => {
  for (const kind of receiverKinds) {
    const channel = new Channel<Numbered>({ capacity: 8 });
    const receiver = new EndWorker({ kind, address: channel.receiver.address() });
    const orders = { kind: "send", id: 0, count: 500, stays: true } as const;
    const sender = new EndWorker({ ...orders, address: channel.sender.address() });
    channel.closeOnExit(sender.worker, new Error("the sender is gone"));
    assert.equal(await sender.next(), 500);
    await sender.kill();
    const { count, inOrder, error } = await receiver.next<ReceiveReport>();
    assert.deepEqual(
      { count, inOrder, error },
      { count: 500, inOrder: true, error: "Error: the sender is gone" },
    );
    await receiver.exit();
  }
});

test("a thread that is terminated and never received: senders are told", async () => {
  for (const kind of senderKinds) {
    const channel = new Channel<Numbered>({ capacity: 8 });
    const receiver = new EndWorker({ kind: "hold", address: channel.receiver.address() });
    channel.closeOnExit(receiver.worker, new Error("the receiver is gone"));
    assert.equal(await receiver.next(), "holding");
    const orders = { kind, id: 0, count: 500 } as const;
    const sender = new EndWorker({ ...orders, address: channel.sender.address() });
    await receiver.kill();
    const { refused } = await sender.next<{ refused: string }>();
    assert.equal(refused, "the receiver is gone");
    await sender.exit();
  }
});

test("buffers in the transfer list move to another thread and back", async () => {
  const there = new Channel<Uint8Array<ArrayBuffer>>();
  const receiver = new EndWorker({ kind: "hold", address: there.receiver.address() });
  await receiver.next();
  const bytes = new Uint8Array([1, 2, 3]);
  assert.equal(there.sender.trySend(bytes, { transfer: [bytes.buffer] }), "ok");
  assert.equal(bytes.length, 0);
  await receiver.kill();
});
