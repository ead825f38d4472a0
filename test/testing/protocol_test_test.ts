import assert from "node:assert/strict";
import {
  done,
  expectAny,
  expectDelimiter,
  type Notifier,
  type Protocol,
  sleep,
  StateError,
  unchanged,
} from "../../src/mod.ts";
import { ProtocolTest } from "../../src/testing/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

const echo: Protocol = {
  connected: () => expectAny(),
  bytesRead({ input, output }) {
    output.forward(input);
    return expectAny();
  },
};

test("ProtocolTest drives a protocol: bytes in, bytes out", () => {
  using t = new ProtocolTest(echo);
  t.push("text", new Uint8Array([0x21]));
  assert.equal(t.text(), "text!");
  assert.equal(t.text(), "");
  t.push("€");
  assert.deepEqual(t.written(), new Uint8Array([0xe2, 0x82, 0xac]));
});

test("push() of pieces makes a read of each; blockBytes cuts them further", () => {
  using t = new WitnessTest(echo, { blockBytes: 3 });
  t.push("ab", "", "cdefg");
  assert.deepEqual(t.told(), ["connected", "bytesRead 2", "bytesRead 3", "bytesRead 2"]);
});

test("bytes that are pushed may be changed afterwards", () => {
  using t = new ProtocolTest({ ...echo, connected: () => sleep(), wakeup: () => expectAny() });
  const bytes = new Uint8Array([65]);
  t.push(bytes);
  bytes[0] = 66;
  t.wakeup();
  assert.equal(t.text(), "A");
});

test("scope is that of a machine: context, clock, notifiers", () => {
  let notifier: Notifier | undefined;
  const seen: unknown[] = [];
  const protocol: Protocol<{ name: string }> = {
    connected(_, scope) {
      notifier = scope.notifier();
      seen.push(scope.context.name, scope.now, scope.after(5));
      return sleep();
    },
    wakeup(_, scope) {
      seen.push("woken");
      scope.report("a complaint");
      scope.shutdownLoop();
      return unchanged();
    },
  };
  using t = new ProtocolTest(protocol, { context: { name: "mine" }, nowMs: 100 });
  assert.equal(notifier?.wakeup(), "ok");
  notifier?.wakeup();
  t.take(0);
  assert.deepEqual(seen, ["mine", 100, 105, "woken"]);
  assert.deepEqual(t.scope.errors, ["a complaint"]);
  assert.equal(t.scope.isShutDown, true);
});

test("a protocol that wants a handle of a loop is told that there is none", () => {
  using t = new ProtocolTest({
    connected(_, scope) {
      for (const make of ["tcp", "pipe", "timer", "async", "signal"] as const) {
        assert.throws(() => scope[make](), StateError);
      }
      assert.throws(() => scope.resolve("localhost"), StateError);
      assert.throws(() => scope.notifier().address(), StateError);
      return sleep();
    },
  });
  assert.equal(t.outcome, undefined);
});

test("a block that was leased and not released is reported at the end", () => {
  const t = new ProtocolTest({
    connected(_, scope) {
      assert.ok(scope.leaseBlock());
      return sleep();
    },
  });
  assert.throws(() => t[Symbol.dispose](), /1 blocks are still held/);
});

test("input that was kept is reported at the end, what is in the transport is not", () => {
  const t = new ProtocolTest({
    connected: () => expectAny(),
    bytesRead({ input }) {
      input.slice(0, 1);
      return expectAny();
    },
  });
  t.push("abc");
  assert.throws(() => t[Symbol.dispose](), StateError);
  using fine = new ProtocolTest({ connected: () => expectDelimiter("x", 10) });
  fine.stall();
  fine.push("abc");
});

test("the end of the test cuts the connection off, and disposes of the protocol", () => {
  let disposals = 0;
  const t = new ProtocolTest({ ...echo, dispose: () => void disposals++ });
  t[Symbol.dispose]();
  assert.equal(disposals, 1);
  assert.equal(t.stream.state, "closing");
});

test("stall() lets so much pass; take() lets more", () => {
  using t = new ProtocolTest(echo);
  t.stall(3);
  t.push("abcdef");
  assert.equal(t.text(), "abc");
  t.take(1);
  assert.equal(t.text(), "d");
  t.take();
  assert.equal(t.text(), "ef");
});

test("a write that fails only fails when something is written", () => {
  using t = new WitnessTest({ ...echo, fatal: ({ error }) => error });
  t.failWrite("UV_EPIPE");
  assert.equal(t.outcome, undefined);
  t.push("a");
  assert.deepEqual(t.told(), ["connected", "bytesRead 1", "fatal writeError"]);
});

test("nothing happens after the outcome: pushes, wake-ups and the clock are ignored", () => {
  using t = new WitnessTest({
    connected: () => expectAny(),
    bytesRead: () => done(),
    wakeup: () => assert.fail("wakeup"),
    timeout: () => assert.fail("timeout"),
  });
  t.push("a");
  t.end();
  assert.equal(t.outcome?.kind, "done");
  t.push("b");
  t.end();
  t.failRead("UV_ECONNRESET");
  t.failWrite("UV_EPIPE");
  t.wakeup();
  t.advance(1000);
  t.take();
  assert.deepEqual(t.told(), ["connected", "bytesRead 1"]);
});

test("advance() moves the clock even when nothing is due", () => {
  using t = new ProtocolTest(echo, { nowMs: 7 });
  t.advance(3);
  assert.equal(t.scope.now, 10);
});

test("a protocol that causes events without end is a StateError, not a hang", () => {
  using t = new ProtocolTest({
    connected: () => sleep(),
    wakeup: (_, scope) => (scope.notifier().wakeup(), unchanged()),
  });
  assert.throws(() => t.wakeup(), /events without end/);
});

test("so is one whose deadline is always due", () => {
  using t = new ProtocolTest({
    connected: (_, scope) => sleep().deadline(scope.now),
    timeout: (_, scope) => sleep().deadline(scope.now),
  });
  assert.throws(() => t.advance(1), /events without end/);
});

test("options are checked", () => {
  for (
    const options of [
      { blockBytes: 0 },
      { highWaterBytes: -1 },
      { lowWaterBytes: 2, highWaterBytes: 1 },
      { highWaterBytes: 2, lowWaterBytes: 1, outputBytesMax: 1 },
      { readTimeoutMs: NaN },
      { lingerMs: -1 },
    ]
  ) {
    assert.throws(() => new ProtocolTest(echo, options), RangeError, JSON.stringify(options));
  }
  const text = { lingerMs: "5" as unknown as number };
  assert.throws(() => new ProtocolTest(echo, text), TypeError);
});
