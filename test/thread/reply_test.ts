import assert from "node:assert/strict";
import {
  Reply,
  replyReaderFrom,
  type ReplyWriterAddress,
  replyWriterFrom,
} from "../../src/thread/reply.ts";
import { ClosedError, done, ok, StateError } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";
import { EndWorker } from "./end_worker.ts";

test("a reply is filled once and read as often as one likes", async () => {
  const { writer, reader } = new Reply<{ n: number }>();
  assert.deepEqual(reader.tryReceive(), { kind: "empty" });
  const early = [reader.read(), reader.read()];
  writer.fill({ n: 1 });
  assert.throws(() => writer.fill({ n: 2 }), StateError);
  assert.throws(() => writer.fail(new Error()), StateError);
  const values = [...await Promise.all(early), await reader.read(), await reader.read()];
  assert.deepEqual(values, [1, 2, 3, 4].map(() => ({ n: 1 })));
  assert.deepEqual(reader.tryReceive(), { kind: "message", message: { n: 1 } });
});

test("a reply that failed throws its error at all who read", async () => {
  const { writer, reader } = new Reply<number>();
  const early = reader.read();
  writer.fail(new RangeError("no such thing"));
  await assert.rejects(early, RangeError);
  await assert.rejects(reader.read(), /no such thing/);
});

test("a reply that is given up throws ClosedError", async () => {
  const reply = new Reply<number>();
  {
    using _ = reply.writer;
  }
  await assert.rejects(reply.reader.read(), ClosedError);
  const other = new Reply<number>();
  other.close(new Error("gone"));
  await assert.rejects(other.reader.read(), /gone/);
});

test("a value that cannot be cloned leaves the reply to be filled", async () => {
  for (const readers of [1, 2]) {
    const reply = new Reply<unknown>({ readers });
    assert.throws(() => reply.writer.fill(() => {}), { name: "DataCloneError" });
    reply.writer.fill(1);
    for (const reader of reply.readers) assert.equal(await reader.read(), 1);
  }
});

test("each of several readers can go to a thread of its own", async () => {
  const reply = new Reply<string>({ readers: 3 });
  const [first, second, third] = reply.readers;
  const moved = replyReaderFrom<string>(second!.address());
  replyWriterFrom<string>(reply.writer.address()).fill("yes");
  assert.throws(() => reply.writer.fill("no"), StateError);
  for (const reader of [first!, moved, third!]) assert.equal(await reader.read(), "yes");
  assert.throws(() => first!.address(), StateError);
  for (const readers of [0, 1.5, -1]) assert.throws(() => new Reply({ readers }), RangeError);
});

test("a signal takes back one who reads; the others go on", async () => {
  const { writer, reader } = new Reply<number>();
  const stop = new AbortController();
  const [one, other] = [reader.read({ signal: stop.signal }), reader.read()];
  stop.abort(new Error("stopped"));
  await assert.rejects(one, /stopped/);
  writer.fill(1);
  assert.equal(await other, 1);
});

test("another thread fills a reply, or fails, or is terminated", async () => {
  const filled = new Reply<unknown>();
  const value = { list: [1, 2, 3] };
  const filler = new EndWorker({ kind: "fill", address: filled.writer.address(), value });
  assert.deepEqual(await filled.reader.read(), value);
  const failed = new Reply<unknown>();
  const failing = new EndWorker({ kind: "failReply", address: failed.writer.address() });
  await assert.rejects(failed.reader.read(), RangeError);
  const lost = new Reply<unknown>();
  const { senders } = lost.writer.address();
  const holder = new EndWorker({ kind: "hold", address: senders[0]! });
  lost.closeOnExit(holder.worker);
  await holder.next();
  await holder.kill();
  await assert.rejects(lost.reader.read(), ClosedError);
  for (const worker of [filler, failing]) await worker.exit();
});

testLoop("a machine is woken by a reply, also by one that was there before", (t) => {
  const reply = new Reply<string>();
  const early = new Reply<string>();
  early.writer.fill("early");
  t.loop.addMachine((scope) => {
    for (const { reader } of [reply, early]) reader.notify(scope.notifier());
    return ok({
      wakeup() {
        const answers = [early, reply].map(({ reader }) => reader.tryReceive());
        t.events.push(answers.map(({ kind }) => kind).join(" "));
        if (answers.every(({ kind }) => kind === "message")) return done();
        reply.writer.fill("late");
        return ok();
      },
    });
  });
  t.loop.run();
  assert.deepEqual(t.events, ["message empty", "message message"]);
});

test("what is no address of a writer is refused", () => {
  for (const address of [undefined, null, {}, { senders: [1] }]) {
    assert.throws(() => replyWriterFrom(address as unknown as ReplyWriterAddress), TypeError);
  }
});
