import assert from "node:assert/strict";
import {
  abort,
  done,
  error,
  type Expect,
  expectAny,
  expectBytes,
  expectDelimiter,
  expectEnd,
  expectFlush,
  type Intent,
  ok,
  type Protocol,
  sleep,
  spawn,
  unchanged,
} from "../../src/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

const refused: readonly [string, () => unknown, new () => Error][] = [
  ["no bytes", () => expectBytes(0), RangeError],
  ["half a byte", () => expectBytes(0.5), RangeError],
  ["text for a number", () => expectBytes("3" as unknown as number), TypeError],
  ["an empty delimiter", () => expectDelimiter("", 3), RangeError],
  ["an empty delimiter of bytes", () => expectDelimiter(new Uint8Array(), 3), RangeError],
  ["a number as delimiter", () => expectDelimiter(10 as unknown as string, 3), TypeError],
  ["a delimiter without a limit", () => (expectDelimiter as (x: string) => Expect)("a"), TypeError],
  ["a limit that is none", () => expectDelimiter("a", Infinity), RangeError],
  ["a negative offset", () => expectDelimiter("a", 3, -1), RangeError],
  ["a limit before the offset", () => expectDelimiter("a", 3, 4), RangeError],
  ["a negative limit of the end", () => expectEnd(-1), RangeError],
  ["a negative mark", () => expectFlush(-1), RangeError],
  ["a mark that is no number", () => expectAny().orFlushed(null as unknown as number), TypeError],
  ["a deadline that is NaN", () => expectAny().deadline(NaN), RangeError],
  ["a deadline that is text", () => expectAny().deadline("1" as unknown as number), RangeError],
  ["to become nothing", () => expectAny().become(undefined as unknown as Protocol), TypeError],
  ["to become an object", () => expectAny().become({} as unknown as Protocol), TypeError],
];

for (const [what, body, type] of refused) {
  test(`an intent refuses ${what}`, () => void assert.throws(body, type));
}

test("only an expectation has a deadline", () => {
  const expectation = expectAny();
  unchanged();
  assert.throws(() => expectation.deadline(1), TypeError);
  assert.throws(() => expectation.orFlushed(1), TypeError);
  assert.throws(() => expectation.become({ connected: () => done() }), TypeError);
});

let kept: Intent;
const bad: readonly [string, () => unknown][] = [
  ["undefined", () => undefined],
  ["a promise", () => Promise.resolve()],
  ["a number", () => 3],
  ["ok()", () => ok()],
  ["ok() with a machine", () => ok({})],
  ["spawn()", () => spawn(1)],
  ["an answer of another object", () => ({ kind: "expect", awaited: "any" })],
  ["an answer made before", () => kept],
];

for (const [what, answer] of bad) {
  test(`a handler that answers ${what} fails with a TypeError`, () => {
    using t = new WitnessTest({
      connected: () => kept = expectAny(),
      bytesRead: answer as () => Intent,
      dispose: () => {},
    });
    t.push("a");
    assert.equal(t.outcome?.kind, "failed");
    assert.ok(t.outcome.error instanceof TypeError, String(t.outcome.error));
    assert.equal(t.stream.state, "closed");
  });
}

test("connected() is checked likewise", () => {
  using t = new WitnessTest({ connected: () => ok() as unknown as Intent });
  assert.equal(t.outcome?.kind, "failed");
});

test("an answer that something else was made after is still the handler's", () => {
  // They are one object: the last one made is the answer.
  using t = new WitnessTest({
    connected: () => {
      expectBytes(10);
      return expectBytes(2);
    },
    bytesRead: () => done(),
  });
  t.push("ab");
  assert.deepEqual(t.told(), ["connected", "bytesRead 2"]);
});

test("error() fails the connection with that error, and nothing more is told", () => {
  const reason = new Error("mine");
  using t = new WitnessTest({
    connected: () => expectAny(),
    bytesRead: () => error(reason),
    fatal: () => assert.fail("fatal is for others' faults"),
    wakeup: () => assert.fail("it has ended"),
  });
  t.push("a", "b");
  t.wakeup();
  assert.deepEqual(t.outcome, { kind: "failed", error: reason });
  assert.deepEqual(t.told(), ["connected", "bytesRead 1"]);
});

test("a handler that throws fails the connection; what it wrote is dropped", () => {
  const reason = new Error("thrown");
  using t = new WitnessTest({
    connected: () => expectAny(),
    bytesRead({ output }) {
      output.write("half an answer");
      throw reason;
    },
  });
  t.push("a");
  assert.deepEqual(t.outcome, { kind: "failed", error: reason });
  assert.equal(t.text(), "");
  assert.equal(t.stream.state, "closed");
});

test("a handler that is missing fails the connection when it is needed", () => {
  const missing: [string, Protocol, (t: WitnessTest) => void][] = [
    ["bytesRead", { connected: () => expectAny() }, (t) => t.push("a")],
    ["timeout", { connected: () => sleep().deadline(5) }, (t) => t.advance(5)],
    ["bytesFlushed", { connected: () => expectFlush() }, () => {}],
  ];
  for (const [name, protocol, act] of missing) {
    using t = new WitnessTest(protocol);
    act(t);
    assert.equal(t.outcome?.kind, "failed", name);
    assert.match(String(t.outcome.error), new RegExp(`TypeError: A protocol must have ${name}`));
  }
});

test("a protocol that neither consumes nor writes goes in circles, and fails", () => {
  let bytes = 1;
  using t = new WitnessTest({
    connected: () => expectBytes(1),
    bytesRead: () => expectBytes(bytes = 3 - bytes), // 1, 2, 1, 2, ...
  });
  t.push("ab");
  assert.equal(t.outcome?.kind, "failed");
  assert.match(String(t.outcome.error), /^StateError: .*neither reads nor writes/);
});

test("so does one that waits for what has left already, and one at its limit", () => {
  const protocols: Protocol[] = [
    { connected: () => expectFlush(), bytesFlushed: () => expectFlush() },
    { connected: () => expectEnd(0), exception: () => expectEnd(0) },
  ];
  for (const protocol of protocols) {
    using t = new WitnessTest(protocol);
    t.push("ab");
    assert.match(String(t.outcome?.error), /^StateError: .*neither reads nor writes/);
  }
});

test("one that looks a little further each time does not", () => {
  using t = new WitnessTest({
    connected: () => expectBytes(1),
    bytesRead({ input }, end) {
      if (end < 90) return expectBytes(end + 1);
      input.consume(end);
      return expectBytes(1);
    },
  });
  t.push("x".repeat(900));
  t.assertGoesOn();
  assert.equal(t.told().length, 901);
});

test("become() hands the connection on: input, output and clock as they are", () => {
  const second: Protocol = {
    connected({ input }) {
      assert.equal(input.length, 3);
      return expectBytes(3).deadline(7);
    },
    bytesRead({ input, output }) {
      output.write(`second ${input.text()}`);
      input.consume(3);
      return done();
    },
  };
  using t = new WitnessTest({
    connected: () => expectDelimiter("\n", 9),
    bytesRead({ input, output }, end) {
      input.consume(end + 1);
      output.write("first, ");
      return expectAny().deadline(1).become(second); // the new one says what it expects
    },
    timeout: () => assert.fail("the deadline was replaced"),
  });
  t.push("hi\nabc");
  assert.equal(t.text(), "first, second abc");
  assert.equal(t.protocol, second);
  t.end();
  assert.equal(t.outcome?.kind, "done");
});

test("a protocol can be another one from the start, and that one yet another", () => {
  const chain = (left: number): Protocol => ({
    connected: () => left === 0 ? expectAny() : sleep().become(chain(left - 1)),
    bytesRead: () => done(),
  });
  using t = new WitnessTest(chain(5));
  t.push("a");
  t.end();
  assert.equal(t.outcome?.kind, "done");
});

test("a protocol that becomes another one for ever fails", () => {
  const protocol: Protocol = { connected: (): Intent => sleep().become(protocol) };
  using t = new WitnessTest(protocol);
  assert.equal(t.outcome?.kind, "failed");
});

test("a protocol is disposed of once, when another one goes on or the connection ends", () => {
  const told: string[] = [];
  const second: Protocol = { connected: () => abort(), dispose: () => void told.push("second") };
  const first: Protocol = {
    connected: () => sleep().become(second),
    dispose: () => void told.push("first"),
  };
  {
    using t = new WitnessTest(first);
    assert.deepEqual(t.outcome, { kind: "lost", error: undefined });
  }
  assert.deepEqual(told, ["first", "second"]);
});
