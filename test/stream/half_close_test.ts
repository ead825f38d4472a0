import assert from "node:assert/strict";
import { done, expectAny, expectBytes, expectFlush, type Protocol, sleep } from "../../src/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

/** Ends its half at once, and reads on. */
const listener: Protocol = {
  connected({ output }) {
    output.write("question");
    output.end();
    return expectBytes(3);
  },
  bytesRead({ input }, end) {
    input.consume(end);
    return expectBytes(3);
  },
  exception: () => done(),
};

test("output.end() ends this half when all is sent; input goes on coming", () => {
  using t = new WitnessTest(listener);
  assert.equal(t.text(), "question");
  assert.equal(t.hasEnded, true);
  t.push("abc", "def");
  t.end();
  assert.deepEqual(t.told(), ["connected", "bytesRead 3", "bytesRead 3", "exception endOfStream"]);
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("the end waits for a peer that takes nothing, input does not", () => {
  using t = new WitnessTest({ ...listener, connected: () => expectBytes(3) });
  t.stall();
  t.transport.output.write("question");
  t.transport.output.end();
  t.push("abc");
  assert.equal(t.hasEnded, false);
  assert.deepEqual(t.told(), ["connected", "bytesRead 3"]);
  t.take(7);
  assert.equal(t.hasEnded, false);
  t.take(1);
  assert.equal(t.hasEnded, true);
});

test("nothing can be written after output.end(); a second end does nothing", () => {
  using t = new WitnessTest(listener);
  const { output } = t.transport;
  assert.equal(output.isEnded, true);
  assert.throws(() => output.write("more"), { name: "StateError" });
  output.end();
  t.push("abc");
  assert.equal(t.text(), "question");
});

test("after the peer's end a protocol writes as long as it likes", () => {
  using t = new WitnessTest({
    connected: () => expectAny(),
    exception({ hasEnded }, _, scope) {
      assert.equal(hasEnded, true);
      return sleep().deadline(scope.after(10));
    },
    timeout({ output }, scope) {
      output.write(`${scope.now} `);
      return scope.now < 50 ? sleep().deadline(scope.after(10)) : done();
    },
  });
  t.end();
  t.advance(100);
  assert.equal(t.text(), "10 20 30 40 50 ");
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("both halves can end apart: first the peer's, then this one, then it is over", () => {
  using t = new WitnessTest({
    connected: () => expectAny(),
    exception: () => sleep(),
    wakeup({ output }) {
      output.end();
      return expectFlush();
    },
    bytesFlushed: () => done(),
  });
  t.end();
  assert.equal(t.hasEnded, false);
  t.wakeup();
  assert.equal(t.hasEnded, true);
  assert.deepEqual(t.told(), ["connected", "exception endOfStream", "wakeup", "bytesFlushed"]);
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("an end of this half alone ends nothing", () => {
  using t = new WitnessTest(listener);
  t.advance(1_000_000);
  t.assertGoesOn();
  assert.equal(t.stream.state, "open");
});

test("output.end() after a read error does nothing, and done() does not wait for it", () => {
  const told: string[] = [];
  using t = new WitnessTest({
    connected: () => expectAny(),
    exception({ output }) {
      output.end();
      told.push("ended");
      return done();
    },
  });
  t.failRead("UV_ECONNRESET");
  assert.deepEqual(told, ["ended"]);
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});
