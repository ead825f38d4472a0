import assert from "node:assert/strict";
import { notifierFrom, type ThreadErrorReport, UvError } from "../../src/mod.ts";
import { test } from "../harness.ts";
import { Gate } from "../fixtures/gate.ts";
import { rejection, withFunctions } from "./threads.ts";

for (const mode of ["run", "pump"] as const) {
  test(`mode ${mode}: call() resolves to what the function returns`, () =>
    withFunctions(async (thread) => {
      assert.equal(await thread.call("sum", [1, 2]), 3);
      assert.deepEqual(await thread.call("given"), { a: [1n], at: new Date(5) });
    }, { mode, data: { a: [1n], at: new Date(5) } }));

  test(`mode ${mode}: call() waits for the promise that the function returns`, () =>
    withFunctions(async (thread) => {
      const calls = [thread.call("soon"), thread.call("later"), thread.call("soon")];
      assert.deepEqual(await Promise.all(calls), ["soon", "later", "soon"]);
      assert.equal(await thread.call("sum", [3, 4]), 7);
      const error = await rejection(thread.call("failSoon"));
      assert.ok(error instanceof RangeError);
    }, { mode }));

  test(`mode ${mode}: a call that is taken back rejects, and its function is told`, () =>
    withFunctions(async (thread) => {
      const controller = new AbortController();
      const call = thread.call("untilAborted", [], { signal: controller.signal });
      const reason = new Error("not needed any more");
      controller.abort(reason);
      assert.equal(await rejection(call), reason);
      assert.deepEqual(await thread.call("noted"), ["aborted: not needed any more"]);
    }, { mode }));
}

test("calls and posts are done in the order in which they were made", () =>
  withFunctions(async (thread) => {
    const results: Promise<unknown>[] = [];
    for (let i = 0; i < 1000; i++) {
      thread.post("note", [i]);
      results.push(thread.call("sum", [i, 0]));
    }
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    assert.deepEqual(await Promise.all(results), numbers);
    assert.deepEqual(await thread.call("noted"), numbers);
  }));

test("an error of a function keeps its class, stack, cause and what of it can be cloned", () =>
  withFunctions(async (thread) => {
    const error = await rejection(thread.call("fail", ["range"])) as RangeError & { code: string };
    assert.ok(error instanceof RangeError);
    assert.equal(error.message, "out of range");
    assert.equal(error.code, "E_RANGE");
    assert.equal("run" in error, false);
    assert.ok(error.cause instanceof TypeError);
    const stack = error.stack as string;
    const places = ["thread_functions.ts", 'call of "fail"', "loop_thread_call_test.ts"];
    const found = places.map((place) => stack.indexOf(place));
    assert.ok(found.every((at) => at > 0), stack);
    assert.deepEqual(found.toSorted((a, b) => a - b), found, stack);
  }));

test("errors of this library and values that are no errors arrive as they were", () =>
  withFunctions(async (thread) => {
    const error = await rejection(thread.call("fail", ["uv"])) as UvError;
    assert.ok(error instanceof UvError);
    assert.deepEqual([error.name, error.code, error.syscall], ["UvError", "EADDRINUSE", "bind"]);
    assert.equal(await rejection(thread.call("fail", ["text"])) as unknown, "just text");
    assert.match(await rejection(thread.call("fail", ["function"])) as unknown as string, /=>/);
  }));

test("a result that cannot be cloned rejects the call; the thread lives", () =>
  withFunctions(async (thread) => {
    assert.equal((await rejection(thread.call("notCloneable"))).name, "DataCloneError");
    assert.equal(await thread.call("sum", [1, 1]), 2);
  }));

test("arguments that cannot be cloned reject the call, and are refused by post", () =>
  withFunctions(async (thread) => {
    const error = await rejection(thread.call("note", [() => {}]));
    assert.equal(error.name, "DataCloneError");
    assert.throws(() => thread.post("note", [() => {}]), { name: "DataCloneError" });
    assert.deepEqual(await thread.call("noted"), []);
  }));

test("what is transferred is handed over, in both directions", () =>
  withFunctions(async (thread) => {
    const mine = new Uint8Array(100_000);
    const returned = await thread.call("bytes", [mine], { transfer: [mine.buffer] });
    assert.equal(mine.byteLength, 0);
    assert.deepEqual([returned.byteLength, returned[0]], [100_000, 7]);
    thread.post("note", [returned], { transfer: [returned.buffer] });
    assert.equal(returned.byteLength, 0);
    assert.equal((await thread.call("noted")).length, 1);
  }));

test("transfer() after the result is refused", () =>
  withFunctions(async (thread) => {
    await thread.call("transferTooLate");
    await thread.call("later");
    assert.deepEqual(await thread.call("noted"), ["StateError"]);
  }));

test("functions that the module does not export are refused before anything is sent", () =>
  withFunctions(async (thread) => {
    for (const name of ["nothing", "notAFunction", "setup", "toString", "__proto__"]) {
      const refused = { name: "TypeError", message: /thread_functions\.ts exports no function/ };
      assert.throws(() => thread.post(name as never, [] as never), refused);
      await assert.rejects(thread.call(name as never, [] as never), refused);
    }
    await assert.rejects(thread.call(1 as never, [] as never), TypeError);
    assert.equal((await thread.metrics()).machines, 1);
  }));

test("a call whose signal has aborted is not made", () =>
  withFunctions(async (thread) => {
    const reason = new Error("before");
    const signal = AbortSignal.abort(reason);
    assert.equal(await rejection(thread.call("note", [1], { signal })), reason);
    assert.deepEqual(await thread.call("noted"), []);
  }));

test("aborting after the result, and a result after the abort, do nothing", () =>
  withFunctions(async (thread) => {
    const controller = new AbortController();
    const { signal } = controller;
    assert.equal(await thread.call("sum", [1, 2], { signal }), 3);
    const gate = new Gate();
    const blocked = thread.call("spin", [gate.buffer], { signal });
    controller.abort(new Error("too late"));
    await rejection(blocked);
    gate.raise();
    assert.equal(await thread.call("sum", [2, 2]), 4);
  }));

test("errors of posts and machines reach onError, and end nothing", async () => {
  const reports: ThreadErrorReport[] = [];
  const onError = (report: ThreadErrorReport): void => void reports.push(report);
  await withFunctions(async (thread) => {
    const failing = notifierFrom(await thread.call("addFailing"));
    thread.post("fail", ["range"]);
    thread.post("failSoon");
    assert.equal(failing.wakeup(), "ok");
    while (reports.length < 3) await thread.call("soon");
    assert.equal(failing.wakeup(), "closed");
    const told = reports.map(({ error, handler }) => `${handler}: ${(error as Error).message}`);
    assert.deepEqual(told.toSorted(), [
      'post of "fail": out of range',
      'post of "failSoon": soon out of range',
      "wakeup: the machine's",
    ]);
    assert.ok(reports.every(({ error }) => error instanceof RangeError));
  }, { onError });
});

test("a function runs inside a handler: the loop cannot run again there", () =>
  withFunctions(async (thread) => {
    assert.equal((await rejection(thread.call("runInside"))).name, "StateError");
  }));

test("metrics() tells what the loop holds", () =>
  withFunctions(async (thread) => {
    await thread.call("listen");
    const { machines, callbacks } = await thread.metrics();
    assert.equal(machines, 2, "the mailbox and the listener");
    assert.equal(typeof callbacks, "string");
  }));
