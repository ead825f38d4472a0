import assert from "node:assert/strict";
import {
  ConnectionError,
  done,
  error,
  type Exception,
  expectAny,
  expectBytes,
  expectDelimiter,
  expectEnd,
  type Protocol,
  sleep,
  StateError,
  unchanged,
  UvError,
} from "../../src/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

/** Takes whatever it expects, and expects it again. */
const taker: Protocol = {
  connected: () => expectBytes(2),
  bytesRead({ input }, end) {
    input.consume(end);
    return unchanged();
  },
};

test("endOfStream is told once, after all that came before it", () => {
  using t = new WitnessTest({
    ...taker,
    exception({ input, hasEnded }) {
      assert.equal(input.text(), "e");
      assert.equal(hasEnded, true);
      return done();
    },
  });
  t.push("abcde");
  t.end();
  assert.deepEqual(t.told(), ["connected", "bytesRead 2", "bytesRead 2", "exception endOfStream"]);
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("endOfStream is told when input is expected that cannot come, not while it sleeps", () => {
  using t = new WitnessTest({
    ...taker,
    connected: () => sleep(),
    wakeup: () => expectBytes(2),
    exception: () => done(),
  });
  t.push("abc");
  t.end();
  assert.deepEqual(t.told(), ["connected"]);
  t.wakeup();
  assert.deepEqual(t.told(), ["wakeup", "bytesRead 2", "exception endOfStream"]);
});

test("after endOfStream the rest of the input can be expected", () => {
  using t = new WitnessTest({
    connected: () => expectDelimiter("\n", 100),
    bytesRead: ({ input, output }, end) => {
      output.write(`last line: ${input.text(0, end)}`);
      return done();
    },
    exception: ({ input }) => expectBytes(input.length),
  });
  t.push("abc");
  t.end();
  assert.equal(t.text(), "last line: abc");
  assert.equal(t.outcome?.kind, "done");
});

const tooMuch: readonly [string, Protocol["exception"]][] = [
  ["more bytes", () => expectBytes(3)],
  ["anything", ({ input }) => (input.consume(input.length), expectAny())],
  ["the end", () => expectEnd(5)],
];

for (const [what, exception] of tooMuch) {
  test(`to expect ${what} after endOfStream is a StateError of the protocol`, () => {
    using t = new WitnessTest({ ...taker, exception: exception as () => never });
    t.push("a");
    t.end();
    assert.deepEqual(t.told(), ["connected", "exception endOfStream"]);
    assert.equal(t.outcome?.kind, "failed");
    assert.ok(t.outcome.error instanceof StateError);
  });
}

test("after endOfStream a protocol may go on writing, and end when it likes", () => {
  using t = new WitnessTest({
    ...taker,
    exception: (_, _exception, scope) => sleep().deadline(scope.after(10)),
    timeout({ output }) {
      output.write("later");
      return done();
    },
  });
  t.end();
  t.advance(10);
  assert.equal(t.text(), "later");
  assert.equal(t.outcome?.kind, "done");
});

const defaults: readonly [string, Protocol["exception"] | undefined][] = [
  ["left out", undefined],
  ["answered by unchanged()", () => unchanged()],
];

for (const [how, exception] of defaults) {
  const rest = exception === undefined ? {} : { exception };

  test(`endOfStream ${how}: what was written is sent, and the connection is lost`, () => {
    using t = new WitnessTest({ ...taker, ...rest });
    t.stall();
    t.transport.output.write("abc");
    t.end();
    t.assertGoesOn();
    t.take();
    assert.equal(t.text(), "abc");
    assert.deepEqual(t.outcome, { kind: "lost", error: undefined });
  });

  test(`limitReached ${how}: the connection is lost with a ConnectionError`, () => {
    using t = new WitnessTest({ ...taker, ...rest, connected: () => expectEnd(1) });
    t.push("ab");
    assert.equal(t.outcome?.kind, "lost");
    assert.ok(t.outcome.error instanceof ConnectionError);
    assert.equal(t.outcome.error.kind, "limitReached");
    assert.equal(t.stream.state, "closed");
  });

  test(`readTimeout ${how}: likewise`, () => {
    using t = new WitnessTest({ ...taker, ...rest }, { readTimeoutMs: 5 });
    t.advance(5);
    assert.equal((t.outcome?.error as ConnectionError).kind, "readTimeout");
  });

  test(`readError ${how}: likewise, and its cause is libuv's error`, () => {
    using t = new WitnessTest({ ...taker, ...rest });
    t.failRead("UV_ECONNRESET");
    const { error } = t.outcome as { error: ConnectionError };
    assert.equal(error.kind, "readError");
    assert.equal((error.cause as UvError).code, "UV_ECONNRESET".slice(3));
  });
}

test("a readError is told after all that came before it, with the error", () => {
  const told: Exception[] = [];
  using t = new WitnessTest({
    ...taker,
    exception(_, exception) {
      told.push({ ...exception });
      return done();
    },
  });
  t.push("abc");
  t.failRead("UV_ECONNRESET");
  assert.deepEqual(t.told(), ["connected", "bytesRead 2", "exception readError"]);
  const [exception] = told;
  assert.ok(exception?.kind === "readError" && exception.error instanceof UvError);
});

test("to expect more after a readError is a StateError", () => {
  using t = new WitnessTest({ ...taker, exception: () => expectBytes(1) });
  t.failRead("UV_ECONNRESET");
  assert.equal(t.outcome?.kind, "failed");
  assert.ok(t.outcome.error instanceof StateError);
});

test("error() in exception fails with that error, a throw with the one thrown", () => {
  const reason = new Error("mine");
  const exceptions: Protocol["exception"][] = [
    () => error(reason),
    () => {
      throw reason;
    },
  ];
  for (const exception of exceptions as (() => never)[]) {
    using t = new WitnessTest({ ...taker, exception });
    t.end();
    assert.deepEqual(t.outcome, { kind: "failed", error: reason });
  }
});

test("an answer to limitReached is sent", () => {
  using t = new WitnessTest({
    connected: () => expectDelimiter("\n", 2),
    exception({ output }) {
      output.write("too long");
      return done();
    },
  });
  t.push("abcdef");
  assert.equal(t.text(), "too long");
});

test("an answer to readTimeout goes on", () => {
  using t = new WitnessTest({
    ...taker,
    exception({ output }) {
      output.write("?");
      return expectBytes(2);
    },
  }, { readTimeoutMs: 5 });
  t.advance(12);
  t.push("ab");
  assert.equal(t.text(), "??");
  assert.deepEqual(t.told().at(-1), "bytesRead 2");
});
