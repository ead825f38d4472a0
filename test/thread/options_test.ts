import assert from "node:assert/strict";
import { ByteRing, Channel, Latch, Reply, select } from "../../src/mod.ts";
import { test } from "../harness.ts";

const none = null as never;

test("options that are none are refused in our own words, wherever something waits", async () => {
  const { sender, receiver } = new Channel<number>({ capacity: 1 });
  const { writer, reader } = new ByteRing(16);
  const reply = new Reply<number>();
  const latch = new Latch(1);
  const said = { name: "TypeError", message: "options must be an object" };
  assert.throws(() => new Channel(none), said);
  assert.throws(() => new Reply(none), said);
  assert.throws(() => sender.trySend(1, none), said);
  await assert.rejects(sender.send(1, none), said);
  await assert.rejects(receiver.receive(none), said);
  await assert.rejects(writer.whenRoom(1, none), said);
  await assert.rejects(reader.whenBytes(none), said);
  for (const one of reply.readers) await assert.rejects(one.read(none), said);
  await assert.rejects(latch.waiter.wait(none), said);
  await assert.rejects(select([], none), said);
  assert.deepEqual(receiver.tryReceive(), { kind: "empty" });
  sender.close();
  receiver.close();
  writer.close();
  reader.close();
  reply.close();
  latch.close();
});
