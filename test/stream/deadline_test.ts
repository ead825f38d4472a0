import assert from "node:assert/strict";
import {
  done,
  expectAny,
  expectBytes,
  expectFlush,
  type Protocol,
  sleep,
  unchanged,
} from "../../src/mod.ts";
import { WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

test("a deadline is a time of the clock, not a delay", () => {
  using t = new WitnessTest(
    { connected: () => sleep().deadline(1500), timeout: () => sleep() },
    { nowMs: 1000 },
  );
  assert.equal(t.deadlineMs, 1500);
  t.advance(499);
  assert.deepEqual(t.told(), ["connected"]);
  t.advance(1);
  assert.deepEqual(t.told(), ["timeout"]);
  t.advance(10_000);
  assert.deepEqual(t.told(), []);
});

test("sleep() with a deadline is called at its time, input or not", () => {
  using t = new WitnessTest({
    connected: (_, scope) => sleep().deadline(scope.after(10)),
    timeout: () => expectAny(),
    bytesRead: ({ input }) => {
      input.consume(input.length);
      return unchanged();
    },
  });
  t.push("abc");
  assert.deepEqual(t.told(), ["connected"]);
  t.advance(10);
  assert.deepEqual(t.told(), ["timeout", "bytesRead 3"]);
});

/** Answers everything alike. */
function always(protocol: Partial<Protocol>): Protocol {
  return { connected: (_, scope) => sleep().deadline(scope.after(10)), ...protocol };
}

test("every answer replaces the deadline: one without it clears it", () => {
  using t = new WitnessTest(always({ wakeup: () => sleep(), timeout: () => assert.fail() }));
  t.advance(9);
  t.wakeup();
  assert.equal(t.deadlineMs, Infinity);
  t.advance(100);
});

test("an answer with a deadline moves it", () => {
  using t = new WitnessTest(always({
    wakeup: (_, scope) => sleep().deadline(scope.after(10)),
    timeout: () => sleep(),
  }));
  t.advance(9);
  t.wakeup();
  t.advance(9);
  assert.deepEqual(t.told(), ["connected", "wakeup"]);
  t.advance(1);
  assert.deepEqual(t.told(), ["timeout"]);
});

test("unchanged() keeps it", () => {
  using t = new WitnessTest(always({ wakeup: () => unchanged(), timeout: () => sleep() }));
  t.advance(9);
  t.wakeup();
  t.advance(1);
  assert.deepEqual(t.told(), ["connected", "wakeup", "timeout"]);
});

test("unchanged() does not bring a deadline back that was told", () => {
  using t = new WitnessTest(always({ timeout: () => unchanged() }));
  t.advance(100);
  assert.deepEqual(t.told(), ["connected", "timeout"]);
  assert.equal(t.deadlineMs, Infinity);
});

test("a handler that is left out keeps the deadline, too", () => {
  using t = new WitnessTest(always({ timeout: () => done() }));
  t.wakeup();
  assert.equal(t.deadlineMs, 10);
});

test("a deadline in the past is due at once", () => {
  using t = new WitnessTest(
    { connected: () => sleep().deadline(3), timeout: () => sleep() },
    { nowMs: 1000 },
  );
  t.advance(0);
  assert.deepEqual(t.told(), ["connected", "timeout"]);
});

test("input that is not yet all leaves the deadline", () => {
  using t = new WitnessTest({
    connected: () => expectBytes(3).deadline(10),
    timeout: ({ input }) => {
      assert.equal(input.length, 2);
      return done();
    },
  });
  t.push("a");
  t.advance(5);
  t.push("b");
  t.advance(5);
  assert.deepEqual(t.told(), ["connected", "timeout"]);
});

test("a named deadline of the scope is told by its name, and stays whatever is answered", () => {
  using t = new WitnessTest({
    connected(_, scope) {
      scope.setDeadline("pulse", scope.after(5));
      return sleep().deadline(scope.after(2));
    },
    timeout: () => sleep(),
  });
  assert.equal(t.deadlineMs, 2);
  t.advance(10);
  assert.deepEqual(t.told(), ["connected", "timeout", "timeout pulse"]);
});

test("a named deadline does not end the other one", () => {
  using t = new WitnessTest({
    connected(_, scope) {
      scope.setDeadline("pulse", scope.after(2));
      return sleep().deadline(scope.after(5));
    },
    timeout: () => unchanged(),
  });
  t.advance(10);
  assert.deepEqual(t.told(), ["connected", "timeout pulse", "timeout"]);
});

test("deadlines are told in their order when the clock jumps; handlers see their time", () => {
  const times: number[] = [];
  using t = new WitnessTest({
    connected: (_, scope) => sleep().deadline(scope.after(7)),
    timeout(_, scope) {
      times.push(scope.now);
      return scope.now < 28 ? sleep().deadline(scope.after(7)) : sleep();
    },
  });
  t.advance(100);
  assert.deepEqual(times, [7, 14, 21, 28]);
});

const patient: Protocol = {
  connected: () => expectAny(),
  bytesRead({ input }) {
    input.consume(input.length);
    return expectAny();
  },
  wakeup: () => unchanged(),
  exception: () => done(),
};

test("readTimeoutMs is told as readTimeout when nothing came for so long", () => {
  using t = new WitnessTest(patient, { readTimeoutMs: 10 });
  t.advance(9);
  t.push("a");
  t.advance(9);
  assert.deepEqual(t.told(), ["connected", "bytesRead 1"]);
  t.advance(1);
  assert.deepEqual(t.told(), ["exception readTimeout"]);
});

test("what is no input does not put it off: wake-ups, timeouts, output that leaves", () => {
  using t = new WitnessTest(
    {
      ...patient,
      connected: () => expectAny().orFlushed(0).deadline(3),
      timeout: ({ output }, scope) => {
        output.write("are you there?");
        return expectAny().orFlushed(0).deadline(scope.after(3));
      },
      bytesFlushed: () => unchanged(),
    },
    { readTimeoutMs: 10 },
  );
  for (let ms = 0; ms < 10; ms++) {
    t.wakeup();
    t.advance(1);
  }
  assert.ok(t.told().includes("exception readTimeout"));
});

test("readTimeoutMs does not run while no input is expected", () => {
  using t = new WitnessTest(
    { ...patient, connected: () => sleep(), wakeup: () => expectAny() },
    { readTimeoutMs: 10 },
  );
  t.advance(100);
  assert.equal(t.deadlineMs, Infinity);
  t.wakeup();
  t.advance(9);
  t.assertGoesOn();
  t.advance(1);
  assert.deepEqual(t.told(), ["connected", "wakeup", "exception readTimeout"]);
});

test("nor while the output is congested: it starts anew when input is offered again", () => {
  using t = new WitnessTest(
    { ...patient, wakeup: ({ output }) => (output.write("x".repeat(11)), unchanged()) },
    { readTimeoutMs: 10, highWaterBytes: 10, lowWaterBytes: 0 },
  );
  t.stall();
  t.advance(5);
  t.wakeup();
  t.advance(100);
  t.take();
  t.advance(9);
  assert.deepEqual(t.told(), ["connected", "wakeup"]);
  t.advance(1);
  assert.deepEqual(t.told(), ["exception readTimeout"]);
});

test("readTimeout can be answered: the wait starts anew", () => {
  using t = new WitnessTest({ ...patient, exception: () => expectAny() }, { readTimeoutMs: 10 });
  t.advance(25);
  assert.deepEqual(t.told(), ["connected", "exception readTimeout", "exception readTimeout"]);
});

test("a deadline waits for a flush as well", () => {
  using t = new WitnessTest({
    connected({ output }) {
      output.write("abc");
      return expectFlush().deadline(10);
    },
    timeout: () => done(),
    bytesFlushed: () => sleep(),
  });
  assert.deepEqual(t.told(), ["connected", "bytesFlushed"]);
  assert.equal(t.deadlineMs, Infinity);
});
