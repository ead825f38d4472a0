import assert from "node:assert/strict";
import {
  ConnectionError,
  done,
  expectAny,
  type FatalException,
  type Protocol,
  sleep,
  unchanged,
  UvError,
} from "../../src/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

/** Writes so much at each wake-up. */
function writer(byteLength: number, rest: Partial<Protocol> = {}): Protocol {
  return {
    connected: () => sleep(),
    wakeup({ output }) {
      output.write("x".repeat(byteLength));
      return unchanged();
    },
    ...rest,
  };
}

test("writeError is fatal: the connection is lost with the error of the system", () => {
  using t = new WitnessTest(writer(3));
  t.failWrite("UV_EPIPE");
  t.assertGoesOn(); // nothing was written yet
  t.wakeup();
  assert.equal(t.outcome?.kind, "lost");
  assert.ok(t.outcome.error instanceof UvError);
  assert.equal(t.outcome.error.code, "EPIPE");
});

test("fatal() is told what it was, and no handler but dispose() after it", () => {
  const seen: FatalException[] = [];
  {
    using t = new WitnessTest(writer(3, {
      fatal: (exception) => (seen.push(exception), exception.error),
      exception: () => assert.fail("exception"),
      dispose: () => {},
    }));
    t.failWrite("UV_EPIPE");
    t.wakeup();
    t.end();
    t.wakeup();
    t.advance(100);
    assert.deepEqual(t.told(), ["connected", "wakeup", "fatal writeError"]);
  }
  assert.equal(seen[0]?.kind, "writeError");
});

test("what fatal() returns is the error that is told; undefined is none", () => {
  const mine = new Error("mine");
  for (const error of [mine, undefined]) {
    using t = new WitnessTest(writer(3, { fatal: () => error }));
    t.failWrite("UV_ECONNRESET");
    t.wakeup();
    assert.deepEqual(t.outcome, { kind: "lost", error });
  }
});

test("fatal() that throws fails the connection with what it threw", () => {
  const mine = new Error("mine");
  using t = new WitnessTest(writer(3, {
    fatal() {
      throw mine;
    },
  }));
  t.failWrite("UV_ECONNRESET");
  t.wakeup();
  assert.deepEqual(t.outcome, { kind: "failed", error: mine });
});

const small = { lowWaterBytes: 0, highWaterBytes: 5, outputBytesMax: 10 };

test("outputBytesMax is a limit: exactly so much may wait", () => {
  using t = new WitnessTest(writer(5, { fatal: ({ error }) => error }), small);
  t.stall();
  t.wakeup();
  t.wakeup();
  t.assertGoesOn();
  assert.deepEqual(t.told(), ["connected", "wakeup", "wakeup"]);
});

test("one byte more is outputLimit: the connection is cut off", () => {
  using t = new WitnessTest(writer(11, { fatal: ({ error }) => error }), small);
  t.stall();
  t.wakeup();
  assert.deepEqual(t.told(), ["connected", "wakeup", "fatal outputLimit"]);
  assert.ok(t.outcome?.error instanceof ConnectionError);
  assert.equal(t.stream.state, "closed");
  t.take();
  assert.equal(t.text(), "");
});

test("what is written beyond it in the same handler costs nothing", () => {
  using t = new WitnessTest(
    {
      connected({ output }) {
        for (let i = 0; i < 1000; i++) output.write("x".repeat(1000));
        assert.ok(output.length <= 1000);
        return sleep();
      },
      fatal: () => undefined,
    },
    small,
  );
  assert.deepEqual(t.told(), ["connected", "fatal outputLimit"]);
  assert.deepEqual(t.outcome, { kind: "lost", error: undefined });
});

test("done() after too much was written does not send a part of it as if it were all", () => {
  using t = new WitnessTest(
    {
      connected({ output }) {
        output.write("x".repeat(11));
        output.write("never sent");
        return done();
      },
    },
    small,
  );
  t.end();
  assert.equal(t.outcome?.kind, "lost");
  assert.equal((t.outcome.error as ConnectionError).kind, "outputLimit");
});

test("a machine that writes from outside is cut off, too", () => {
  using t = new WitnessTest(writer(0, { fatal: ({ error }) => error }), small);
  t.stall();
  t.transport.output.write("x".repeat(11));
  t.take(0); // the loop runs on
  assert.deepEqual(t.told(), ["connected", "fatal outputLimit"]);
});

test("writeTimeout: after done() the peer takes nothing for lingerMs", () => {
  using t = new WitnessTest(
    {
      connected({ output }) {
        output.write("abc");
        return done();
      },
      fatal: ({ error }) => error,
    },
    { lingerMs: 50 },
  );
  assert.equal(t.text(), "abc"); // this peer took all, and never ends
  t.advance(50);
  assert.equal(t.outcome?.kind, "done");
  assert.deepEqual(t.told(), ["connected"]);
});

test("a read error and a write error at once: the one that is told first ends it", () => {
  using t = new WitnessTest({
    connected: () => expectAny(),
    exception({ output }) {
      output.write("goodbye");
      return done();
    },
    fatal: ({ error }) => error,
  });
  t.failWrite("UV_EPIPE");
  t.failRead("UV_ECONNRESET");
  assert.deepEqual(t.told(), ["connected", "exception readError", "fatal writeError"]);
  assert.equal(t.outcome?.kind, "lost");
});
