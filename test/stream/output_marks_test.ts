import assert from "node:assert/strict";
import {
  expectAny,
  expectBytes,
  expectFlush,
  type Protocol,
  sleep,
  unchanged,
} from "../../src/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

const marks = { highWaterBytes: 10, lowWaterBytes: 4 };

/** Answers each byte with so many, and hears of both marks. */
function answering(byteLength: number): Protocol {
  return {
    connected: () => expectBytes(1),
    bytesRead({ input, output }) {
      input.consume(1);
      output.write("x".repeat(byteLength));
      return unchanged();
    },
    highWater: () => unchanged(),
    lowWater: () => unchanged(),
  };
}

test("above the high-water mark no input is offered; it is told once", () => {
  using t = new WitnessTest(answering(4), marks);
  t.stall();
  t.push("abcdefgh");
  assert.deepEqual(
    t.told(),
    ["connected", "bytesRead 1", "bytesRead 1", "bytesRead 1", "highWater"],
  );
  t.push("i");
  t.wakeup();
  t.advance(100);
  assert.deepEqual(t.told(), []);
  assert.equal(t.transport.output.length, 12);
});

test("at the low-water mark it is told, and input offered again", () => {
  using t = new WitnessTest(answering(4), marks);
  t.stall();
  t.push("abcdefgh");
  t.told();
  t.take(7);
  assert.deepEqual(t.told(), []);
  t.take(1);
  assert.deepEqual(t.told(), ["lowWater", "bytesRead 1", "bytesRead 1", "highWater"]);
  t.take();
  assert.deepEqual(t.told().slice(0, 3), ["lowWater", "bytesRead 1", "bytesRead 1"]);
  assert.equal(t.text().length, 8 * 4);
});

test("exactly the mark is not above it", () => {
  using t = new WitnessTest(answering(5), marks);
  t.stall();
  t.push("ab");
  assert.deepEqual(t.told(), ["connected", "bytesRead 1", "bytesRead 1"]);
  assert.equal(t.transport.output.isFull, false);
});

test("a peer that does not read costs the mark and one answer, whatever it sends", () => {
  for (const answerBytes of [1, 3, 7, 100]) {
    using t = new WitnessTest(answering(answerBytes), { ...marks, blockBytes: 8 });
    t.stall();
    for (let i = 0; i < 1000; i++) t.push("0123456789");
    assert.ok(t.transport.output.length <= marks.highWaterBytes + answerBytes);
    assert.ok(t.transport.input.length <= 8 + 10, "reading has stopped");
  }
});

test("handlers of the marks may be left out", () => {
  const { connected, bytesRead } = answering(4) as Required<Protocol>;
  using t = new WitnessTest({ connected, bytesRead }, marks);
  t.stall();
  t.push("abcdefgh");
  t.take();
  assert.equal(t.text().length, 8 * 4);
});

test("what handlers of the marks answer counts: highWater may sleep, lowWater wake up", () => {
  using t = new WitnessTest({
    ...answering(12),
    highWater: () => sleep(),
    lowWater: () => expectBytes(2),
  }, marks);
  t.stall();
  t.push("abc");
  t.take();
  assert.deepEqual(
    t.told(),
    ["connected", "bytesRead 1", "highWater", "lowWater", "bytesRead 2", "highWater", "lowWater"],
  );
});

test("another machine's writes reach the marks", () => {
  using t = new WitnessTest(answering(1), marks);
  t.stall();
  const { output } = t.transport;
  for (let i = 0; i < 11; i++) output.write("x");
  t.push("a");
  assert.deepEqual(t.told(), ["connected", "highWater"]);
  t.take(7);
  assert.deepEqual(t.told(), ["lowWater", "bytesRead 1"]);
});

test("who has found the output full is owed a lowWater, even if all has left by then", () => {
  using t = new WitnessTest(answering(1), marks);
  assert.equal(t.transport.output.write("x".repeat(100)), false);
  t.take(0);
  assert.deepEqual(t.told(), ["connected", "highWater", "lowWater"]);
});

test("bytesFlushed comes after lowWater: the output is not full any more", () => {
  const full: boolean[] = [];
  using t = new WitnessTest({
    connected: () => sleep(),
    wakeup({ output }) {
      output.write("x".repeat(11));
      return expectFlush(4);
    },
    bytesFlushed({ output }) {
      full.push(output.isFull);
      return sleep();
    },
  }, marks);
  t.stall();
  t.wakeup();
  t.take();
  assert.deepEqual(full, [false]);
});

test("equal marks, and marks of 0, work: one answer at a time", () => {
  for (const bytes of [0, 10]) {
    using t = new WitnessTest(answering(11), { highWaterBytes: bytes, lowWaterBytes: bytes });
    t.stall();
    t.push("ab");
    assert.deepEqual(t.told(), ["connected", "bytesRead 1", "highWater"]);
    t.take(11 - bytes);
    assert.deepEqual(t.told(), ["lowWater", "bytesRead 1", "highWater"]);
  }
});

/** Writes, then waits until no more than so much is left. */
function flushing(byteLength: number, rest: Partial<Protocol> = {}): Protocol {
  return {
    connected({ output }) {
      output.write("x".repeat(100));
      return expectFlush(byteLength);
    },
    bytesFlushed: () => sleep(),
    ...rest,
  };
}

for (const mark of [0, 1, 30, 99]) {
  test(`expectFlush(${mark}) is met when no more than that waits, once`, () => {
    let length = -1;
    using t = new WitnessTest(
      flushing(mark, {
        connected: () => sleep(),
        wakeup({ output }) {
          output.write("x".repeat(100));
          return expectFlush(mark);
        },
        bytesFlushed({ output }) {
          length = output.length;
          return unchanged();
        },
      }),
    );
    t.stall();
    t.wakeup();
    t.take(99 - mark);
    assert.equal(length, -1);
    t.take(1);
    assert.equal(length, mark);
    t.take();
    assert.deepEqual(t.told(), ["connected", "wakeup", "bytesFlushed"]);
  });
}

test("expectFlush() of what has left, or will not wait, is met at once", () => {
  using t = new WitnessTest(flushing(100));
  assert.deepEqual(t.told(), ["connected", "bytesFlushed"]);
  using empty = new WitnessTest({ connected: () => expectFlush(), bytesFlushed: () => sleep() });
  assert.deepEqual(empty.told(), ["connected", "bytesFlushed"]);
});

test("no input is offered while expectFlush() waits", () => {
  using t = new WitnessTest(flushing(0, { connected: () => sleep(), wakeup, bytesRead }));
  function wakeup(transport: Parameters<Protocol["connected"]>[0]): ReturnType<typeof expectFlush> {
    transport.output.write("abc");
    return expectFlush();
  }
  function bytesRead(): never {
    throw new Error("input was offered");
  }
  t.stall();
  t.wakeup();
  t.push("a");
  t.take();
  assert.deepEqual(t.told(), ["connected", "wakeup", "bytesFlushed"]);
});

test("orFlushed() waits for both: what comes first is told first, and replaces the other", () => {
  const both: Protocol = {
    connected: () => expectAny(),
    wakeup({ output }) {
      output.write("abc");
      return expectAny().orFlushed(1);
    },
    bytesRead({ input }) {
      input.consume(input.length);
      return expectAny();
    },
    bytesFlushed: () => expectAny(),
  };
  using input = new WitnessTest(both);
  input.stall();
  input.wakeup();
  input.push("a");
  input.take();
  assert.deepEqual(input.told(), ["connected", "wakeup", "bytesRead 1"]);

  using output = new WitnessTest(both);
  output.stall();
  output.wakeup();
  output.take(2);
  output.push("a");
  assert.deepEqual(output.told(), ["connected", "wakeup", "bytesFlushed", "bytesRead 1"]);
});

test("unchanged() keeps waiting for both", () => {
  using t = new WitnessTest({
    connected: () => sleep(),
    wakeup({ output }) {
      output.write("abc");
      return expectAny().orFlushed(1);
    },
    bytesRead({ input }) {
      input.consume(input.length);
      return unchanged();
    },
    bytesFlushed: () => unchanged(),
  });
  t.stall();
  t.wakeup();
  t.push("a", "b");
  t.take();
  t.push("c");
  assert.deepEqual(
    t.told(),
    ["connected", "wakeup", "bytesRead 1", "bytesRead 1", "bytesFlushed", "bytesRead 1"],
  );
});

test("a writer of much output, held back by bytesFlushed alone, keeps to its mark", () => {
  let left = 200;
  let lengthMax = 0;
  const write: Protocol["connected"] = ({ output }) => {
    while (left > 0 && !output.isFull) {
      output.write("x");
      left--;
    }
    lengthMax = Math.max(lengthMax, output.length);
    return left > 0 ? expectFlush(4) : sleep();
  };
  using t = new WitnessTest(
    { connected: () => sleep(), wakeup: write, bytesFlushed: write },
    marks,
  );
  t.stall();
  t.wakeup();
  for (let taken = 0; taken < 200; taken++) t.take(1);
  assert.equal(t.text().length, 200);
  assert.equal(lengthMax, 11);
});
