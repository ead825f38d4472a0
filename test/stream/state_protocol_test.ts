import assert from "node:assert/strict";
import {
  abort,
  ConnectionError,
  done,
  error,
  expectAny,
  expectBytes,
  type FatalException,
  mermaid,
  ok,
  sleep,
  type StateProtocol,
  stateProtocol,
  UvError,
} from "../../src/mod.ts";
import { ProtocolTest } from "../../src/testing/mod.ts";
import { every } from "../fixtures/cuts.ts";
import { netstrings } from "../fixtures/netstrings.ts";
import { test } from "../harness.ts";

test("a protocol of states expects what its state says, whatever the pieces are", () => {
  const bytes = new TextEncoder().encode("5:hello,0:,3:a:b,");
  for (const byteLength of [1, 2, 5, 100]) {
    using t = new ProtocolTest(netstrings.protocol({ kind: "length" }));
    t.push(...every(byteLength)(bytes));
    assert.equal(t.text(), "hello\n\na:b\n");
    t.end();
    assert.deepEqual(t.outcome, { kind: "done", error: undefined });
  }
});

test("its state can be asked for; it starts in any", () => {
  const protocol = netstrings.protocol({ kind: "data", byteLength: 2 });
  using t = new ProtocolTest(protocol);
  t.push("a");
  assert.deepEqual(protocol.state, { kind: "data", byteLength: 2 });
  t.push("b,");
  assert.equal(t.text(), "ab\n");
  assert.deepEqual(protocol.state, { kind: "length" });
});

test("done() where it is listed sends what was written", () => {
  using t = new ProtocolTest(netstrings.protocol({ kind: "length" }));
  t.push("1:ab");
  assert.equal(t.text(), "no comma");
  t.end();
  assert.equal(t.outcome?.kind, "done");
});

test("an exception that its state does not list ends it as without exception()", () => {
  using ended = new ProtocolTest(netstrings.protocol({ kind: "data", byteLength: 2 }));
  ended.end();
  assert.deepEqual(ended.outcome, { kind: "lost", error: undefined });
  using limited = new ProtocolTest(netstrings.protocol({ kind: "length" }));
  limited.push("123456");
  assert.equal((limited.outcome?.error as ConnectionError).kind, "limitReached");
});

test("mermaid() draws the transitions of a protocol", () => {
  assert.equal(
    mermaid(netstrings.transitions),
    [
      "stateDiagram-v2",
      "    [*] --> length",
      "    length --> data: bytesRead",
      "    length --> [*]: endOfStream",
      "    data --> length: bytesRead",
      "    data --> [*]: bytesRead",
      "",
    ].join("\n"),
  );
});

type Lamp = { readonly kind: "off" } | { readonly kind: "on"; readonly untilMs: number };

/** Goes on at a byte, off after 10 ms; writes down what happens. */
function lamp(events: unknown[] = []): StateProtocol<Lamp> {
  return stateProtocol<Lamp>()(
    {
      off: { bytesRead: ["on"], wakeup: [], readError: ["done"] },
      on: { timeout: ["off"], wakeup: ["on"] },
    },
    { off: () => expectBytes(1), on: () => sleep() },
    {
      off: {
        bytesRead(state, { input }, end, scope) {
          events.push(state.kind, end);
          input.consume(end);
          return ok({ kind: "on", untilMs: scope.after(10) }).deadline(scope.after(10));
        },
        wakeup: (_, _transport, argument) => (events.push(argument), ok()),
        readError: (_, _transport, { code }) => (events.push(code), done()),
      },
      on: {
        timeout: (_, _transport, name) => (events.push(name), ok({ kind: "off" })),
        wakeup: (_, _transport, _argument, scope) =>
          ok({ kind: "on", untilMs: scope.after(10) }).deadline(scope.after(10)),
      },
    },
    {
      fatal: (state, exception) => (events.push(state.kind), exception.error),
      dispose: (state) => void events.push(`dispose ${state.kind}`),
    },
  ).protocol({ kind: "off" });
}

test("deadlines of ok() are those of the expectation; a timeout leads on", () => {
  const events: unknown[] = [];
  {
    const protocol = lamp(events);
    using t = new ProtocolTest(protocol);
    t.push("a");
    assert.equal(protocol.state.kind, "on");
    t.advance(9);
    assert.equal(protocol.state.kind, "on");
    t.advance(1);
    assert.equal(protocol.state.kind, "off");
  }
  assert.deepEqual(events, ["off", 1, undefined, "dispose off"]);
});

test("ok() without a state stays: the expectation is the same, the deadline is gone", () => {
  const events: unknown[] = [];
  using t = new ProtocolTest(lamp(events));
  t.wakeup();
  assert.deepEqual(events, [undefined]);
  assert.equal(t.deadlineMs, Infinity);
  t.push("a");
  assert.equal(t.deadlineMs, 10);
});

test("a state may replace its data", () => {
  const protocol = lamp();
  using t = new ProtocolTest(protocol);
  t.push("a");
  t.advance(5);
  t.wakeup();
  assert.deepEqual(protocol.state, { kind: "on", untilMs: 15 });
});

test("events that a state does not list leave it, and its deadline", () => {
  const protocol = stateProtocol<{ kind: "only" }>()(
    { only: { timeout: ["done"] } },
    { only: () => sleep() },
    { only: { timeout: () => done() } },
  ).protocol({ kind: "only" });
  using t = new ProtocolTest(protocol, { highWaterBytes: 0, lowWaterBytes: 0 });
  t.scope.setDeadline("mine", 10);
  t.wakeup();
  t.stall(0);
  assert.equal(protocol.state.kind, "only");
  t.advance(10);
  t.end();
  assert.equal(t.outcome?.kind, "done");
});

test("a readError is told with its error, and fatal() with the state", () => {
  const events: unknown[] = [];
  using t = new ProtocolTest(lamp(events));
  t.stall();
  t.stream.write("unsent");
  t.failRead("UV_ECONNRESET"); // nothing can be sent any more
  assert.deepEqual(events, ["ECONNRESET", "off"]);
});

test("fatal() of the options decides on the error; left out, it is the outcome's", () => {
  const seen: FatalException["kind"][] = [];
  const define = stateProtocol<{ kind: "only" }>();
  const write = {
    only: {
      wakeup: (_: unknown, { output }: { output: { write(text: string): boolean } }) => (
        output.write("x"), ok()
      ),
    },
  };
  const silent = define({ only: { wakeup: [] } }, { only: () => sleep() }, write, {
    fatal: (_, { kind }) => (seen.push(kind), undefined),
  });
  const plain = define({ only: { wakeup: [] } }, { only: () => sleep() }, write);
  using a = new ProtocolTest(silent.protocol({ kind: "only" }));
  using b = new ProtocolTest(plain.protocol({ kind: "only" }));
  for (const t of [a, b]) {
    t.failWrite("UV_EPIPE");
    t.wakeup();
  }
  assert.deepEqual(seen, ["writeError"]);
  assert.deepEqual(a.outcome, { kind: "lost", error: undefined });
  assert.ok(b.outcome?.error instanceof UvError);
});

// What the compiler refuses is refused when it was not asked, too.

type Loose = { kind: string };
// deno-lint-ignore no-explicit-any
type Untyped = any;

function untyped(
  handlers: Record<string, Record<string, unknown>>,
  expected: unknown = () => expectAny(),
): ReturnType<Untyped> {
  const transitions = Object.fromEntries(
    Object.entries(handlers).map(([state, row]) => [
      state,
      Object.fromEntries(Object.keys(row).map((event) => [event, ["b"]])),
    ]),
  );
  const expectations = Object.fromEntries(Object.keys(handlers).map((state) => [state, expected]));
  return (stateProtocol<Loose>() as Untyped)(transitions, expectations, handlers);
}

const wrong: readonly [string, unknown, RegExp][] = [
  ["a state that is not listed", () => ok({ kind: "c" }), /StateError: Cannot go to c/],
  ["done() that is not listed", () => done(), /StateError: Cannot go to done/],
  ["nothing", () => undefined, /TypeError/],
  ["an expectation", () => expectAny(), /TypeError/],
  ["a promise", () => Promise.resolve(ok()), /TypeError/],
  ["a deadline nobody hears of", () => ok().deadline(1), /StateError: Cannot set a deadline/],
];

for (const [what, answer, expected] of wrong) {
  test(`a handler of a state that answers ${what} fails the connection`, () => {
    const kind = untyped({ a: { wakeup: answer }, b: {} });
    const protocol = kind.protocol({ kind: "a" });
    using t = new ProtocolTest(protocol);
    t.wakeup();
    assert.equal(t.outcome?.kind, "failed");
    assert.match(String(t.outcome.error), expected);
    assert.equal(protocol.state.kind, "a");
  });
}

test("error() and abort() need not be listed", () => {
  const reason = new Error("mine");
  using failed = new ProtocolTest(
    untyped({ a: { wakeup: () => error(reason) }, b: {} }).protocol({
      kind: "a",
    }),
  );
  failed.wakeup();
  assert.deepEqual(failed.outcome, { kind: "failed", error: reason });
  using aborted = new ProtocolTest(
    untyped({ a: { wakeup: () => abort() }, b: {} }).protocol({ kind: "a" }),
  );
  aborted.wakeup();
  assert.deepEqual(aborted.outcome, { kind: "lost", error: undefined });
});

test("input that a state expects and does not list fails the connection", () => {
  using t = new ProtocolTest(untyped({ a: {} }).protocol({ kind: "a" }));
  t.push("x");
  assert.match(String(t.outcome?.error), /StateError: Cannot handle bytesRead/);
});

const unexpected: readonly [string, unknown][] = [
  ["nothing", () => undefined],
  ["done()", () => done()],
  ["ok()", () => ok()],
  ["what is no function", 3],
];

for (const [what, expected] of unexpected) {
  test(`a state that expects ${what} fails the connection`, () => {
    using t = new ProtocolTest(untyped({ a: {} }, expected).protocol({ kind: "a" }));
    assert.equal(t.outcome?.kind, "failed");
    assert.match(String(t.outcome.error), /TypeError/);
  });
}

test("tables that do not fit, and a first state that does not exist, throw at once", () => {
  const define = stateProtocol<Loose>() as Untyped;
  assert.throws(() => define({ a: { wakeup: [] } }, { a: () => sleep() }, { a: {} }), TypeError);
  assert.throws(() => untyped({ a: {} }).protocol({ kind: "b" }), { name: "StateError" });
});
