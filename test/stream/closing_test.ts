import assert from "node:assert/strict";
import {
  abort,
  ConnectionError,
  done,
  expectAny,
  expectBytes,
  type Protocol,
  sleep,
  unchanged,
} from "../../src/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

/** Says something, and ends at the first wake-up. */
function farewell(byteLength: number, rest: Partial<Protocol> = {}): Protocol {
  return {
    connected: () => sleep(),
    wakeup({ output }) {
      output.write("x".repeat(byteLength));
      return done();
    },
    bytesRead: () => assert.fail("bytesRead after done()"),
    timeout: () => assert.fail("timeout after done()"),
    exception: () => assert.fail("exception after done()"),
    bytesFlushed: () => assert.fail("bytesFlushed after done()"),
    ...rest,
  };
}

test("done() sends what waits, ends this half, and waits for the peer's end", () => {
  using t = new WitnessTest(farewell(100));
  t.stall(40);
  t.wakeup();
  assert.equal(t.text().length, 40);
  assert.equal(t.hasEnded, false);
  t.take();
  assert.equal(t.text().length, 60);
  assert.equal(t.hasEnded, true);
  t.assertGoesOn();
  assert.equal(t.stream.state, "open");
  t.end();
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
  assert.equal(t.stream.state, "closed");
});

test("done() lingers no longer than lingerMs", () => {
  using t = new WitnessTest(farewell(3), { lingerMs: 50 });
  t.wakeup();
  t.advance(49);
  t.assertGoesOn();
  t.advance(1);
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("lingerMs 0 closes as soon as all is sent", () => {
  using t = new WitnessTest(farewell(3), { lingerMs: 0 });
  t.wakeup();
  assert.equal(t.text(), "xxx");
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("what the peer sends meanwhile is read and dropped", () => {
  using t = new WitnessTest(farewell(3, { connected: () => expectBytes(100) }), { blockBytes: 4 });
  t.push("read before, and not taken");
  t.wakeup();
  for (let i = 0; i < 100; i++) t.push("dropped ".repeat(10));
  assert.equal(t.transport.input.length, 0);
  t.assertGoesOn();
  t.end();
  assert.equal(t.outcome?.kind, "done");
});

test("lingering is not put off by what the peer sends", () => {
  using t = new WitnessTest(farewell(3), { lingerMs: 50 });
  t.wakeup();
  for (let i = 0; i < 5; i++) {
    t.advance(10);
    t.push("more");
  }
  assert.equal(t.outcome?.kind, "done");
});

test("a peer that has ended before is not waited for", () => {
  using t = new WitnessTest(
    farewell(3, { connected: () => expectAny(), exception: () => sleep() }),
  );
  t.end();
  t.wakeup();
  assert.equal(t.text(), "xxx");
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("nor one that ends while the output leaves", () => {
  using t = new WitnessTest(farewell(3, { connected: () => expectAny() }));
  t.stall();
  t.wakeup();
  t.end();
  t.assertGoesOn();
  t.take();
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("a peer that is gone while the connection lingers has got all: done", () => {
  using t = new WitnessTest(farewell(3));
  t.wakeup();
  t.failRead("UV_ECONNRESET");
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("as long as the peer takes something, the wait begins anew", () => {
  using t = new WitnessTest(farewell(10), { lingerMs: 50 });
  t.stall();
  t.wakeup();
  for (let i = 0; i < 9; i++) {
    t.advance(49);
    t.take(1);
    t.advance(1);
  }
  t.assertGoesOn();
  assert.equal(t.text().length, 9);
  t.take();
  t.end();
  assert.equal(t.outcome?.kind, "done");
});

test("a peer that takes nothing for lingerMs ends it with writeTimeout", () => {
  using t = new WitnessTest(farewell(10, { fatal: ({ error }) => error }), { lingerMs: 50 });
  t.stall(4);
  t.wakeup();
  t.advance(50); // four bytes were taken in this time
  t.assertGoesOn();
  t.advance(50);
  assert.deepEqual(t.told(), ["connected", "wakeup", "fatal writeTimeout"]);
  assert.equal(t.outcome?.kind, "lost");
  assert.ok(t.outcome.error instanceof ConnectionError);
  assert.match(t.outcome.error.message, /6 bytes/);
});

test("a write error while the output leaves is fatal", () => {
  using t = new WitnessTest(farewell(10, { fatal: ({ error }) => error }));
  t.stall();
  t.wakeup();
  t.failWrite("UV_ECONNRESET");
  assert.deepEqual(t.told(), ["connected", "wakeup", "fatal writeError"]);
  assert.equal(t.outcome?.kind, "lost");
});

test("done() after output.end() only waits for the peer", () => {
  using t = new WitnessTest(farewell(0, {
    connected({ output }) {
      output.write("all");
      output.end();
      return sleep();
    },
    wakeup: () => done(),
  }));
  assert.equal(t.hasEnded, true);
  t.wakeup();
  t.assertGoesOn();
  t.end();
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("done() together with output.end() sends all", () => {
  using t = new WitnessTest({
    connected({ output }) {
      output.write("all");
      output.end();
      return done();
    },
  });
  assert.equal(t.text(), "all");
  t.end();
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("done() drops the deadlines of the protocol", () => {
  using t = new WitnessTest(farewell(3, {
    connected(_, scope) {
      scope.setDeadline("mine", scope.after(10));
      return sleep().deadline(scope.after(10));
    },
  }));
  t.wakeup();
  t.advance(20);
  t.assertGoesOn();
});

test("a wake-up after done() is not told", () => {
  using t = new WitnessTest(farewell(3));
  t.wakeup();
  t.wakeup();
  assert.deepEqual(t.told(), ["connected", "wakeup"]);
});

test("another machine that writes after done() is told so", () => {
  using t = new WitnessTest(farewell(3));
  t.wakeup();
  const { output } = t.transport;
  assert.equal(output.isEnded, true);
  assert.throws(() => output.write("late"), { name: "StateError" });
  t.end();
  assert.equal(output.isEnded, true);
});

test("abort() drops what waits, and does not linger", () => {
  using t = new WitnessTest(farewell(10, {
    wakeup({ output }) {
      output.write("x".repeat(10));
      return abort();
    },
  }));
  t.stall(3);
  t.transport.output.write("sent before");
  t.take(0);
  t.wakeup();
  t.take();
  assert.equal(t.text(), "sen");
  assert.deepEqual(t.outcome, { kind: "lost", error: undefined });
  assert.equal(t.stream.state, "closed");
});

test("abort() in each handler ends at once", () => {
  const all: Protocol[] = [
    { connected: () => abort() },
    { connected: () => expectAny(), bytesRead: () => abort() },
    { connected: () => expectAny().deadline(0), timeout: () => abort() },
    { connected: () => expectAny(), wakeup: () => abort() },
    { connected: () => expectAny().orFlushed(0), bytesFlushed: () => abort() },
    { connected: () => expectBytes(9), exception: () => abort() },
  ];
  for (const protocol of all) {
    using t = new WitnessTest(protocol);
    t.wakeup();
    t.advance(0);
    t.push("a");
    t.end();
    assert.deepEqual(t.outcome, { kind: "lost", error: undefined });
  }
});

test("dispose() is told once, however it ended, when the machine ends", () => {
  const ways: ((t: WitnessTest) => void)[] = [
    () => {},
    (t) => t.wakeup(),
    (t) => t.failRead("UV_ECONNRESET"),
    (t) => t.end(),
  ];
  for (const act of ways) {
    let disposals = 0;
    {
      using t = new WitnessTest(farewell(3, {
        connected: () => expectAny(),
        exception: () => unchanged(),
        dispose: () => void disposals++,
      }));
      act(t);
    }
    assert.equal(disposals, 1);
  }
});

test("done() after a read error: what was sent is sent, and libuv sends no more", () => {
  const reset: Protocol = { connected: () => expectAny(), exception: () => done() };
  using t = new WitnessTest(reset);
  t.failRead("UV_ECONNRESET");
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });

  using late = new WitnessTest({
    ...reset,
    exception({ output }) {
      output.write("cannot be sent");
      return done();
    },
    fatal: ({ error }) => error,
  });
  late.failRead("UV_ECONNRESET");
  assert.equal(late.outcome?.kind, "lost");
  assert.equal(late.told().at(-1), "fatal writeError");
});
