import assert from "node:assert/strict";
import {
  done,
  error,
  Loop,
  type Machine,
  ok,
  type Response,
  type Scope,
  spawn,
} from "../../src/mod.ts";
import { type LoopTest, test, testLoop } from "../harness.ts";

/** Wakes a machine that answers so, and tells with which error it was stopped. */
function stoppedBy(t: LoopTest, answer: (scope: Scope) => unknown): string {
  t.loop.addMachine((scope) => {
    scope.notifier().wakeup();
    return ok({ wakeup: answer as NonNullable<Machine["wakeup"]> });
  });
  t.loop.run();
  const { error, handler } = t.takeError();
  assert.equal(handler, "wakeup");
  return String(error);
}

test("ok(), spawn(), done() and error() say what they were given", () => {
  const machine = {};
  const seed = {};
  const cause = new Error("cause");
  const { kind, deadlineMs } = ok();
  assert.deepEqual({ kind, deadlineMs, machine: ok().machine }, {
    kind: "ok",
    deadlineMs: Infinity,
    machine: undefined,
  });
  assert.equal(ok(machine).machine, machine);
  assert.equal(ok().deadline(5).deadlineMs, 5);
  assert.equal(spawn(seed).seed, seed);
  assert.equal(spawn(seed, machine).machine, machine);
  assert.equal(done().kind, "done");
  assert.equal(error(cause).error, cause);
});

test("a new answer has nothing of the one before it", () => {
  ok({}).deadline(5);
  assert.equal(ok().deadlineMs, Infinity);
  assert.equal(ok().machine, undefined);
  spawn(1, {});
  assert.equal(spawn(2).machine, undefined);
});

test("Ok.deadline() takes any number but NaN", () => {
  assert.throws(() => ok().deadline(NaN), { name: "RangeError", message: /not NaN/ });
  assert.throws(() => ok().deadline("5" as never), RangeError);
  assert.throws(() => ok().deadline(undefined as never), RangeError);
  assert.equal(ok().deadline(-Infinity).deadlineMs, -Infinity);
});

test("only an ok() that was just made takes a deadline", () => {
  const stale = ok();
  for (const answer of [done(), error("cause"), spawn(1)]) {
    assert.equal(answer as unknown, stale);
    assert.throws(() => stale.deadline(5), TypeError);
  }
});

testLoop("an answer that is none stops the machine, and says what it was", (t) => {
  const told = "TypeError: wakeup must return ok(), spawn(), done() or error(), made in the same " +
    "call; it returned ";
  assert.equal(stoppedBy(t, () => undefined), `${told}undefined`);
  assert.equal(stoppedBy(t, () => null), `${told}null`);
  assert.equal(stoppedBy(t, () => "ok"), `${told}ok`);
  assert.equal(stoppedBy(t, () => ({ kind: "ok" })), `${told}an object of Object`);
  assert.equal(stoppedBy(t, () => Object.create(null)), `${told}an object of no class`);
  const promise = `${told}a promise: handlers are synchronous`;
  assert.equal(stoppedBy(t, async () => await Promise.resolve(ok())), promise);
});

testLoop("an answer from before stops the machine", (t) => {
  let earlier: Response | undefined;
  const answer = (scope: Scope): Response => {
    if (earlier !== undefined) return earlier;
    scope.notifier().wakeup();
    return earlier = ok();
  };
  assert.match(stoppedBy(t, answer), /it returned an answer that was already given$/);
});

testLoop("a machine that is added in a handler does not disturb the handler's answer", (t) => {
  const answer = (scope: Scope): Response => {
    const answer = ok().deadline(scope.now);
    t.loop.addMachine(() => done());
    return answer;
  };
  const timeout = () => {
    t.events.push("timeout");
    return done();
  };
  t.loop.addMachine((scope) => {
    scope.notifier().wakeup();
    return ok({ wakeup: answer, timeout });
  });
  t.loop.run();
  assert.deepEqual(t.events, ["timeout"]);
});

testLoop("a deadline without timeout() stops the machine", (t) => {
  assert.match(stoppedBy(t, (scope) => ok().deadline(scope.now)), /^TypeError: A machine without/);
});

testLoop("a spawn without create() stops the machine", (t) => {
  assert.match(stoppedBy(t, () => spawn(1)), /^TypeError: A machine without create\(\)/);
});

testLoop("an answer with a machine that is none stops the machine", (t) => {
  assert.equal(stoppedBy(t, () => ok(7)), "TypeError: A machine is an object, not 7");
});

testLoop("error(undefined) stops a machine like any other error", (t) => {
  assert.equal(stoppedBy(t, () => error(undefined)), "undefined");
});

test("a constructor that answers with nonsense makes no machine", () => {
  using loop = Loop.create().instantiate(undefined);
  assert.throws(() => loop.addMachine(() => undefined as never), TypeError);
  assert.throws(() => loop.addMachine(() => spawn(1) as never), { message: /may not spawn/ });
  assert.throws(() => loop.addMachine(() => ok()), {
    message: "A machine is an object, not undefined",
  });
  assert.throws(() => loop.addMachine(() => error("cause")), (thrown) => thrown === "cause");
  assert.equal(loop.machines, 0);
});
