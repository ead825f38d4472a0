import assert from "node:assert/strict";
import { Chain, done, expectAny, HeapBlocks, type Protocol, sleep } from "../../src/mod.ts";
import { bracketing, WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

const idle: Protocol = { connected: () => sleep() };

test("write() takes text, bytes, shared memory, blocks and chains, in their order", () => {
  using t = new WitnessTest(idle);
  const { output } = t.transport;
  const blocks = new HeapBlocks({ blockBytes: 4 });
  const block = blocks.lease() ?? assert.fail();
  block.bytes.set([52, 53]);
  block.length = 2;
  const chain = new Chain(blocks);
  chain.write("678901");
  const shared = new Uint8Array(new SharedArrayBuffer(1));
  shared[0] = 51;
  output.write("1");
  output.write(new Uint8Array([50]));
  output.write(shared.buffer);
  output.write(block);
  output.write(chain);
  t.take(0);
  assert.equal(t.text(), "12345678901");
  assert.equal(chain.length, 6); // it stays as it is
  chain.clear();
  block.release();
});

test("length is what waits; isFull and the answer of write() say whether that is too much", () => {
  using t = new WitnessTest(idle, { highWaterBytes: 10, lowWaterBytes: 5 });
  const { output } = t.transport;
  t.stall();
  assert.equal(output.write("x".repeat(10)), true);
  assert.equal(output.isFull, false);
  assert.equal(output.write("x"), false);
  assert.equal(output.isFull, true);
  assert.equal(output.write("still taken"), false);
  assert.equal(output.length, 22);
});

test("isFull lasts until the low-water mark, however little waits above it", () => {
  using t = new WitnessTest(idle, { highWaterBytes: 10, lowWaterBytes: 5 });
  const { output } = t.transport;
  t.stall();
  output.write("x".repeat(11));
  t.take(5);
  assert.equal(output.length, 6);
  assert.equal(output.isFull, true);
  t.take(1);
  assert.equal(output.isFull, false);
  assert.equal(output.write("x"), true);
});

const forwards: readonly [string, number | undefined, string, string][] = [
  ["all of it", undefined, "abcdefghij", ""],
  ["as much as it has", 10, "abcdefghij", ""],
  ["a part", 4, "abcd", "efghij"],
  ["nothing", 0, "", "abcdefghij"],
];

for (const [what, byteLength, sent, left] of forwards) {
  test(`forward() of ${what} sends it on without a copy, and consumes it`, () => {
    let rest: string | undefined;
    using t = new WitnessTest({
      connected: () => expectAny(),
      bytesRead({ input, output }, end) {
        if (end < 10) return expectAny();
        assert.equal(output.forward(input, byteLength), true);
        rest = input.text();
        return sleep();
      },
    }, { blockBytes: 3 });
    t.push("abcdefghij");
    assert.equal(t.text(), sent);
    assert.equal(rest, left);
    assert.equal(t.transport.input.copied, 0);
  });
}

test("forward() says whether there is room for more, as write() does", () => {
  const rooms: boolean[] = [];
  using t = new WitnessTest({
    connected: () => expectAny(),
    bytesRead({ input, output }) {
      rooms.push(output.forward(input, 1), output.forward(input));
      return expectAny();
    },
  }, { highWaterBytes: 4, lowWaterBytes: 0 });
  t.stall();
  t.push("abc");
  t.push("defg");
  assert.deepEqual(rooms, [true, true, true, false]);
});

test("forward() of more than there is throws, and nothing is lost", () => {
  using t = new WitnessTest({
    connected: () => expectAny(),
    bytesRead({ input, output }) {
      assert.throws(() => output.forward(input, input.length + 1), RangeError);
      output.forward(input);
      return expectAny();
    },
  });
  t.push("abc");
  assert.equal(t.text(), "abc");
});

test("forward() after output.end() throws, and leaves the input", () => {
  using t = new WitnessTest({
    connected: () => expectAny(),
    bytesRead({ input, output }) {
      output.end();
      assert.throws(() => output.forward(input), { name: "StateError" });
      assert.throws(() => output.forward(input, 1), { name: "StateError" });
      assert.equal(input.text(), "abc");
      return done();
    },
  });
  t.push("abc");
});

test("write() on a connection that has ended throws a ClosedError", () => {
  using t = new WitnessTest({ ...idle, exception: () => done() });
  t.transport.stream.close();
  t.take(0);
  assert.equal(t.outcome?.kind, "lost");
  assert.equal(t.transport.output.isEnded, true);
  assert.throws(() => t.transport.output.write("x"), { name: "ClosedError" });
  t.transport.output.end(); // does nothing
});

test("write() refuses what cannot be written", () => {
  using t = new WitnessTest(idle);
  const { output } = t.transport;
  for (const data of [undefined, null, 3, {}, [1], new ArrayBuffer(1)]) {
    assert.throws(() => output.write(data as unknown as string), TypeError);
  }
  assert.equal(output.length, 0);
});

test("blocks are held as long as they wait, and no longer", () => {
  using t = new WitnessTest(bracketing(() => expectAny()), { blockBytes: 16 });
  t.stall(3);
  for (let i = 0; i < 50; i++) t.push("0123456789");
  t.take();
  t.text();
  t[Symbol.dispose](); // throws where a block is held
});
