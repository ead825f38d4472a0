import assert from "node:assert/strict";
import { Channel, type ChannelOptions } from "../../src/thread/channel.ts";
import { receiverFrom } from "../../src/thread/receiver.ts";
import { type SenderAddress, senderFrom } from "../../src/thread/sender.ts";
import { ClosedError, StateError } from "../../src/mod.ts";
import { test } from "../harness.ts";

const empty = { kind: "empty" } as const;
const ended = { kind: "closed", error: undefined } as const;

test("messages are received in the order in which they were sent", () => {
  const { sender, receiver } = new Channel<number>();
  for (let i = 0; i < 1000; i++) assert.equal(sender.trySend(i), "ok");
  assert.equal(sender.length, 1000);
  for (let i = 0; i < 1000; i++) {
    assert.deepEqual(receiver.tryReceive(), { kind: "message", message: i });
  }
  assert.deepEqual(receiver.tryReceive(), empty);
});

test("any message can be sent, undefined among them", () => {
  const { sender, receiver } = new Channel<unknown>();
  const messages = [undefined, null, 0, "", { a: [1n] }, new Map([[1, new Date(0)]])];
  for (const message of messages) sender.trySend(message);
  for (const message of messages) {
    assert.deepEqual(receiver.tryReceive(), { kind: "message", message });
  }
});

test("a bounded channel is full at its capacity, and takes more when there is room", () => {
  const { sender, receiver } = new Channel<number>({ capacity: 2 });
  assert.deepEqual([1, 2, 3].map((i) => sender.trySend(i)), ["ok", "ok", "full"]);
  receiver.tryReceive();
  assert.deepEqual([4, 5].map((i) => sender.trySend(i)), ["ok", "full"]);
  assert.deepEqual([1, 2, 3].map(() => receiver.tryReceive()), [
    { kind: "message", message: 2 },
    { kind: "message", message: 4 },
    empty,
  ]);
});

test("the capacity is a whole number from 1, or Infinity", () => {
  for (const capacity of [0, -1, 1.5, NaN, "1", null]) {
    assert.throws(() => new Channel({ capacity } as ChannelOptions), RangeError);
  }
  new Channel({ capacity: Infinity });
});

test("send() waits for room, in the order of the calls", async () => {
  const { sender, receiver } = new Channel<number>({ capacity: 1 });
  const settled: number[] = [];
  const sends = [0, 1, 2].map((i) => sender.send(i).then(() => settled.push(i)));
  assert.equal(sender.trySend(9), "full");
  assert.throws(() => sender.address(), StateError); // somebody waits at it
  for (let i = 0; i < 3; i++) assert.equal(await receiver.receive(), i);
  await Promise.all(sends);
  assert.deepEqual(settled, [0, 1, 2]);
  assert.deepEqual(receiver.tryReceive(), empty);
});

test("receive() waits for messages; several calls are served in order", async () => {
  const { sender, receiver } = new Channel<number>();
  const received = [0, 1, 2].map(() => receiver.receive());
  assert.deepEqual(receiver.tryReceive(), empty); // those that wait go first
  for (let i = 0; i < 3; i++) sender.trySend(i);
  assert.deepEqual(await Promise.all(received), [0, 1, 2]);
});

test("what was sent before the close is received before the end", async () => {
  const { sender, receiver } = new Channel<number>();
  sender.trySend(1);
  sender.trySend(2);
  sender.close();
  sender.close(); // does nothing
  assert.equal(sender.trySend(3), "closed");
  await assert.rejects(sender.send(3), ClosedError);
  assert.equal(receiver.isClosed, true);
  assert.deepEqual(await Array.fromAsync(receiver), [1, 2]);
  assert.deepEqual(receiver.tryReceive(), ended);
  await assert.rejects(receiver.receive(), ClosedError);
});

test("messages that wait for room go before the close", async () => {
  const { sender, receiver } = new Channel<number>({ capacity: 1 });
  const sends = [1, 2, 3].map((i) => sender.send(i));
  sender.close();
  assert.equal(sender.trySend(4), "closed");
  assert.deepEqual(await Array.fromAsync(receiver), [1, 2, 3]);
  await Promise.all(sends);
});

test("an error that a sender closes with comes after its messages", async () => {
  const { sender, receiver } = new Channel<number>({ capacity: 1 });
  sender.trySend(1);
  const waiting = sender.send(2);
  sender.close(Object.assign(new RangeError("broken"), { code: "EBROKEN" }));
  await assert.rejects(waiting, /broken/);
  assert.equal(await receiver.receive(), 1);
  await assert.rejects(receiver.receive(), (error: Error & { code?: string }) => {
    assert.ok(error instanceof RangeError);
    assert.deepEqual([error.message, error.code], ["broken", "EBROKEN"]);
    assert.match(String(error.stack), /channel_test/);
    return true;
  });
  const received = receiver.tryReceive();
  assert.equal(received.kind === "closed" && received.error?.message, "broken");
});

test("an error of any size and kind goes over, cut where it must be", () => {
  const long = new Error("x".repeat(100_000));
  const odd = Object.assign(new Error("odd"), { when: 1n, self: () => {} });
  const stacked = Object.assign(new TypeError("deep"), { stack: "at x\n".repeat(5000) });
  for (const error of [long, odd, stacked]) {
    const { sender, receiver } = new Channel<number>();
    sender.close(error);
    const received = receiver.tryReceive();
    assert.ok(received.kind === "closed" && received.error instanceof Error);
    assert.ok(error.message.startsWith(received.error.message.slice(0, 20)));
    assert.equal(received.error.name, error.name);
  }
});

test("a receiver that closes drops what is left, and senders are told", async () => {
  const { sender, receiver } = new Channel<number>({ capacity: 1 });
  sender.trySend(1);
  const waiting = sender.send(2);
  receiver.close(new RangeError("no more"));
  await assert.rejects(waiting, /no more/);
  assert.equal(sender.trySend(3), "closed");
  assert.equal(sender.error?.message, "no more");
  assert.deepEqual(receiver.tryReceive(), ended);
});

test("a receiver that closes while it waits rejects", async () => {
  const { receiver } = new Channel<number>();
  const waiting = receiver.receive();
  receiver.close();
  await assert.rejects(waiting, ClosedError);
});

test("leaving the iteration closes the receiver", async () => {
  const { sender, receiver } = new Channel<number>();
  sender.trySend(1);
  for await (const _ of receiver) break;
  assert.equal(sender.trySend(2), "closed");
});

test("close() from outside ends both sides, after what was sent", async () => {
  const channel = new Channel<number>({ capacity: 1 });
  const { sender, receiver } = channel;
  sender.trySend(1);
  const waiting = sender.send(2);
  assert.equal(channel.close(new Error("lost")), true);
  assert.equal(channel.close(), false);
  await assert.rejects(waiting, /lost/);
  assert.equal(await receiver.receive(), 1);
  await assert.rejects(receiver.receive(), /lost/);
});

test("the channel is closed when all its senders are", () => {
  const { sender, receiver } = new Channel<string>();
  const other = sender.clone();
  sender.trySend("a");
  sender.close();
  assert.throws(() => sender.clone(), ClosedError);
  other.trySend("b");
  const third = other.clone();
  other.close();
  third.trySend("c");
  third.close();
  const received = [1, 2, 3].map(() => receiver.tryReceive());
  assert.deepEqual(
    received.map((each) => each.kind === "message" && each.message).sort(),
    ["a", "b", "c"],
  );
  assert.deepEqual(receiver.tryReceive(), ended);
});

test("senders have turns", () => {
  const { sender, receiver } = new Channel<string>();
  const senders = [sender, sender.clone(), sender.clone()];
  senders.forEach((each, i) => [1, 2, 3].forEach(() => each.trySend("abc"[i] as string)));
  const received = Array.from({ length: 9 }, () => {
    const each = receiver.tryReceive();
    return each.kind === "message" ? each.message : "";
  });
  assert.equal(received.join(""), "abcabcabc");
});

test("a signal takes back a message that waits for room, and a wait for a message", async () => {
  const { sender, receiver } = new Channel<number>({ capacity: 1 });
  const stop = new AbortController();
  const waiting = receiver.receive({ signal: stop.signal });
  stop.abort(new Error("stopped"));
  await assert.rejects(waiting, /stopped/);
  sender.trySend(1);
  const again = new AbortController();
  const sending = sender.send(2, { signal: again.signal });
  again.abort(new Error("stopped"));
  await assert.rejects(sending, /stopped/);
  await assert.rejects(sender.send(3, { signal: again.signal }), /stopped/);
  sender.close();
  assert.deepEqual(await Array.fromAsync(receiver), [1]);
});

test("a message that cannot be cloned is not sent, and takes no room", async () => {
  const { sender, receiver } = new Channel<unknown>({ capacity: 1 });
  const wrong = () => {};
  assert.throws(() => sender.trySend(wrong), { name: "DataCloneError" });
  await assert.rejects(sender.send(wrong), { name: "DataCloneError" });
  assert.equal(sender.trySend(1), "ok");
  assert.deepEqual(receiver.tryReceive(), { kind: "message", message: 1 });
  sender.close();
  assert.deepEqual(receiver.tryReceive(), ended);
});

test("what stands in the transfer list is moved", () => {
  const { sender, receiver } = new Channel<ArrayBuffer>();
  const buffer = new ArrayBuffer(8);
  sender.trySend(buffer, { transfer: [buffer] });
  assert.equal(buffer.byteLength, 0);
  const received = receiver.tryReceive();
  assert.equal(received.kind === "message" && received.message.byteLength, 8);
});

test("an end that was sent away cannot be used, and its address is used once", () => {
  const channel = new Channel<number>();
  const address = channel.sender.address();
  for (
    const use of [
      () => channel.sender.trySend(1),
      () => channel.sender.clone(),
      () => channel.sender.close(),
      () => channel.sender.address(),
      () => channel.sender.notify(undefined),
    ]
  ) assert.throws(use, StateError);
  const sender = senderFrom<number>(address);
  assert.throws(() => senderFrom(address), StateError);
  sender.trySend(1);
  const receiver = receiverFrom<number>(channel.receiver.address());
  assert.deepEqual(receiver.tryReceive(), { kind: "message", message: 1 });
  assert.throws(() => channel.receiver.tryReceive(), StateError);
});

test("clones of senders find their receiver though it was sent away", () => {
  const channel = new Channel<number>();
  const early = channel.sender.clone();
  const receiver = receiverFrom<number>(channel.receiver.address());
  const late = early.clone();
  const moved = senderFrom<number>(late.clone().address());
  [channel.sender, early, late, moved].forEach((sender, i) => sender.trySend(i));
  for (let i = 0; i < 4; i++) assert.equal(receiver.tryReceive().kind, "message");
});

test("an end that was closed cannot be sent away", () => {
  const { sender, receiver } = new Channel<number>();
  sender.trySend(1);
  sender.close();
  receiver.close();
  assert.throws(() => sender.address(), ClosedError);
  assert.throws(() => receiver.address(), ClosedError);
});

test("what is no address is refused", () => {
  const channel = new Channel<number>();
  const sender = channel.sender.address();
  const receiver = channel.receiver.address();
  const wrong: unknown[] = [
    undefined,
    null,
    "address",
    {},
    receiver,
    { ...sender, role: "keeper" },
    { ...sender, buffer: new SharedArrayBuffer(8) },
    { ...sender, buffer: new SharedArrayBuffer(8192) },
    { ...sender, buffer: new ArrayBuffer(8192) },
    { ...sender, ports: [] },
    { ...sender, ports: [1, 2, 3] },
    { ...sender, links: undefined },
    { ...sender, links: [null] },
  ];
  for (const address of wrong) {
    assert.throws(() => senderFrom(address as SenderAddress), TypeError, String(address));
  }
  assert.throws(() => receiverFrom(sender as never), TypeError);
});

test("close() takes an error, or nothing", () => {
  const { sender, receiver } = new Channel<number>();
  const wrong = "text" as unknown as Error;
  assert.throws(() => sender.close(wrong), TypeError);
  assert.throws(() => receiver.close(wrong), TypeError);
  assert.equal(sender.isClosed, false);
  assert.equal(sender.trySend(1), "ok");
  assert.deepEqual(receiver.tryReceive(), { kind: "message", message: 1 });
});

test("an end that was given no notifier is bound to nothing, and closes", () => {
  const { sender, receiver } = new Channel<number>();
  for (const wrong of [0, null, {}, "notifier", { wakeup() {} }]) {
    assert.throws(() => sender.notify(wrong as never), TypeError);
  }
  receiver.close();
  sender.close();
});
