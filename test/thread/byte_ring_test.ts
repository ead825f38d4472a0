import assert from "node:assert/strict";
import { ByteRing } from "../../src/thread/byte_ring.ts";
import { ClosedError } from "../../src/mod.ts";
import { Random } from "../fixtures/random.ts";
import { test } from "../harness.ts";
import { EndWorker } from "./end_worker.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

test("bytes come out as they went in, wherever they wrap around", () => {
  const random = new Random(7);
  for (const capacity of [1, 2, 3, 7, 64, 100]) {
    const { writer, reader } = new ByteRing(capacity);
    const written: number[] = [];
    const read: number[] = [];
    for (let round = 0; round < 500; round++) {
      const chunk = random.bytes(random.below(2 * capacity + 1), 256);
      const taken = writer.write(chunk) as number;
      assert.ok(taken === chunk.length || writer.length === capacity);
      written.push(...chunk.subarray(0, taken));
      const into = new Uint8Array(random.below(capacity + 2));
      const count = reader.read(into) as number;
      read.push(...into.subarray(0, count));
      assert.equal(writer.length, written.length - read.length);
    }
    read.push(...reader.views()[0], ...reader.views()[1]);
    assert.deepEqual(read, written, `capacity ${capacity}`);
  }
});

test("a full ring takes nothing, and an empty one gives nothing", () => {
  const { writer, reader } = new ByteRing(4);
  assert.equal(reader.read(new Uint8Array(4)), 0);
  assert.equal(writer.write(bytes(1, 2, 3, 4, 5)), 4);
  assert.equal(writer.write(bytes(5)), 0);
  assert.equal(writer.write(bytes()), 0);
  reader.consume(1);
  assert.equal(writer.write(bytes(5, 6)), 1);
  assert.deepEqual(reader.views().map((view) => [...view]), [[2, 3, 4], [5]]);
});

test("room can be filled in place", () => {
  const { writer, reader } = new ByteRing(4);
  writer.write(bytes(1, 2, 3));
  reader.consume(3);
  const [first, second] = writer.room();
  assert.deepEqual([first.length, second.length], [1, 3]);
  first.set([7]);
  second.set([8]);
  assert.equal(reader.length, 0);
  writer.commit(2);
  const into = new Uint8Array(4);
  assert.equal(reader.read(into), 2);
  assert.deepEqual([...into], [7, 8, 0, 0]);
});

test("what was written before the close is read before the end", async () => {
  const { writer, reader } = new ByteRing(8);
  writer.write(bytes(1, 2));
  writer.close();
  assert.equal(writer.write(bytes(3)), "closed");
  assert.equal(await reader.whenBytes(), true);
  assert.equal(reader.read(new Uint8Array(1)), 1);
  assert.equal(reader.read(new Uint8Array(1)), 1);
  assert.equal(reader.read(new Uint8Array(1)), "ended");
  assert.equal(await reader.whenBytes(), false);
});

test("errors go over: of the writer after its bytes, of the reader at once", async () => {
  const one = new ByteRing(8);
  one.writer.write(bytes(1));
  one.writer.close(new RangeError("broken"));
  assert.equal(await one.reader.whenBytes(), true);
  one.reader.consume(1);
  await assert.rejects(one.reader.whenBytes(), RangeError);
  const two = new ByteRing(1);
  const waiting = two.writer.writeAll(bytes(1, 2, 3));
  two.reader.close(new RangeError("no more"));
  await assert.rejects(waiting, /no more/);
  assert.equal(await two.writer.whenRoom(), false);
  assert.equal(two.reader.look(), "ended");
  const three = new ByteRing(1);
  three.reader.close();
  await assert.rejects(three.writer.writeAll(bytes(1)), ClosedError);
});

test("writeAll() and the iteration wait for each other", async () => {
  const { writer, reader } = new ByteRing(10);
  const random = new Random(1);
  const sent = random.bytes(1000, 256);
  const writing = writer.writeAll(sent).then(() => writer.close());
  const received: number[] = [];
  for await (const chunk of reader) received.push(...chunk);
  await writing;
  assert.deepEqual(received, [...sent]);
});

test("a signal takes back a wait", async () => {
  const { writer, reader } = new ByteRing(1);
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(reader.whenBytes({ signal }), /stopped/);
  writer.write(bytes(1));
  await assert.rejects(writer.whenRoom(1, { signal }), /stopped/);
});

test("lengths that cannot be are refused", async () => {
  for (const capacity of [0, -1, 1.5, NaN, 2 ** 30]) {
    assert.throws(() => new ByteRing(capacity), RangeError);
  }
  const { writer, reader } = new ByteRing(4);
  writer.write(bytes(1, 2));
  for (const byteLength of [3, -1, 0.5, NaN]) {
    assert.throws(() => reader.consume(byteLength), RangeError);
    assert.throws(() => writer.commit(byteLength), RangeError);
  }
  await assert.rejects(writer.whenRoom(5), RangeError);
  assert.throws(() => writer.write("text" as unknown as Uint8Array), TypeError);
  assert.equal(reader.length, 2);
});

/** What `readBytesAsMachine` reports of the bytes that `writeBytes` writes. */
function expected(seed: number, byteLength: number): { hash: number; byteLength: number } {
  const random = new Random(seed);
  let hash = 0;
  for (let left = byteLength; left > 0;) {
    const chunk = random.bytes(Math.min(left, random.between(1, 3000)), 256);
    left -= chunk.length;
    for (const byte of chunk) hash = (Math.imul(hash, 31) + byte) | 0;
  }
  return { hash, byteLength };
}

for (const kind of ["writeBytes", "writeBytesAsMachine"] as const) {
  test(`${kind}: a machine in another thread reads a megabyte through a small ring`, async () => {
    const ring = new ByteRing(1000);
    const byteLength = 1_000_000;
    const reader = new EndWorker({ kind: "readBytesAsMachine", address: ring.reader.address() });
    const writer = new EndWorker({
      kind,
      address: ring.writer.address(),
      seed: 3,
      byteLength,
    });
    assert.deepEqual(await reader.next(), expected(3, byteLength));
    for (const worker of [reader, writer]) await worker.exit();
  });
}

test("a machine's bytes are read by promises, also when its thread is terminated", async () => {
  const ring = new ByteRing(5000);
  const worker = new EndWorker({
    kind: "writeBytesAsMachine",
    address: ring.writer.address(),
    seed: 5,
    byteLength: 300_000,
  });
  ring.closeOnExit(worker.worker, new Error("gone"));
  let [hash, byteLength] = [0, 0];
  for await (const chunk of ring.reader) {
    byteLength += chunk.length;
    for (const byte of chunk) hash = (Math.imul(hash, 31) + byte) | 0;
  }
  assert.deepEqual({ hash, byteLength }, expected(5, 300_000));
  await worker.exit();
});
