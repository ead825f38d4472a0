import assert from "node:assert/strict";
import { setTimeout } from "node:timers";
import { LoopThread, type LoopThreadOptions } from "../../src/mod.ts";
import { runFixture } from "../ffi/child.ts";
import { Gate } from "../fixtures/gate.ts";
import { assertDescriptorsBack, openFds, test } from "../harness.ts";
import type { LateOrders } from "./late_module.ts";
import { fixture, isOpen, rejection, startFunctions, withFunctions } from "./threads.ts";

/** A thread has mostly come as far as its module's `setup` by then. */
const GIVE_UP_MS = 1000;

/** What a start that must fail rejects with; nothing may be left of it. */
async function failure(module: string | URL, options: LoopThreadOptions = {}): Promise<Error> {
  return await rejection(LoopThread.start(module, options));
}

test("start() resolves when the loop is ready", () =>
  withFunctions(async (thread) => {
    assert.equal(thread.state, "running");
    assert.equal((await thread.metrics()).machines, 1);
  }));

test("a module is a URL, the text of one, or relative to a base", async () => {
  const url = fixture("thread_functions.ts");
  const starts = [
    LoopThread.start(url),
    LoopThread.start(url.href),
    LoopThread.start("../fixtures/thread_functions.ts", { base: import.meta.url }),
    LoopThread.start("./thread_functions.ts", { base: url }),
    LoopThread.start("data:text/javascript,export const sum = (_, a, b) => a + b"),
  ];
  for (const start of starts) {
    await using thread = await start;
    assert.equal(await thread.call("sum", [1, 2]), 3);
  }
});

test("a relative module without a base is refused, and the text says what to write", async () => {
  const error = await failure("./thread_functions.ts");
  assert.ok(error instanceof TypeError);
  assert.match(error.message, /new URL\("\.\/thread_functions\.ts", import\.meta\.url\)/);
});

test("options of the wrong type or out of range are refused", async () => {
  const url = fixture("thread_functions.ts");
  for (const options of [1, null, { mode: "walk" }, { onError: 1 }, { startTimeoutMs: "1" }]) {
    assert.ok(await failure(url, options as never) instanceof TypeError, JSON.stringify(options));
  }
  assert.ok(await failure(1 as never) instanceof TypeError);
  for (const startTimeoutMs of [0, NaN, 2 ** 31]) {
    assert.ok(await failure(url, { startTimeoutMs }) instanceof RangeError);
  }
  assert.ok(await failure(url, { loop: { slabCapacity: 0 } }) instanceof RangeError);
  const error = await failure(url, { data: () => {} });
  assert.equal(error.name, "DataCloneError");
});

test("start() rejects when there is no such module, or it fails while loading", async () => {
  assert.match((await failure(fixture("no_such_file.ts"))).message, /no_such_file/);
  const thrown = await failure(fixture("thread_throws.ts"));
  assert.ok(thrown instanceof RangeError);
  assert.equal(thrown.message, "thrown while loading");
  assert.match(thrown.stack as string, /thread_throws\.ts/);
  await failure("data:text/javascript,this is no program");
});

test("start() rejects with the error of a hook, and the loop is closed", async () => {
  const module = fixture("thread_failing.ts");
  const errors = { context: "no context", setup: "no machines" };
  await failure(module, { data: "setup" }); // the runtime opens what it keeps
  const fds = openFds();
  for (const [data, message] of Object.entries(errors)) {
    const error = await failure(module, { data });
    assert.deepEqual([error.name, error.message], ["RangeError", message]);
  }
  assert.ok(openFds() <= fds + 2, `${openFds() - fds} descriptors more`);
});

test("the hook context must not instantiate the loop itself; that one is closed, too", async () => {
  const module = fixture("thread_failing.ts");
  await failure(module, { data: "instantiated" }); // the runtime opens what it keeps
  const fds = openFds();
  for (let i = 0; i < 3; i++) {
    const error = await failure(module, { data: "instantiated" });
    assert.equal(error.name, "StateError");
  }
  await assertDescriptorsBack(fds + 2);
});

test("start() rejects when the module is not ready in time", async () => {
  const error = await failure(fixture("thread_failing.ts"), {
    data: "never",
    startTimeoutMs: 1000,
  });
  assert.equal(error.name, "TimeoutError");
  assert.match(error.message, /thread_failing\.ts: not ready after 1000 ms/);
});

test("a module without any export runs, and can be stopped", async () => {
  const thread = await LoopThread.start("data:text/javascript,");
  assert.equal(await thread.stop(), "closed");
});

test("threads that start at the same time are all ready", async () => {
  const threads = await Promise.all([1, 2, 3, 4].map(() => startFunctions()));
  const sums = threads.map((thread, i) => thread.call("sum", [i, 10]));
  assert.deepEqual(await Promise.all(sums), [10, 11, 12, 13]);
  await Promise.all(threads.map((thread) => thread.stop()));
});

test("a thread that is ready when its start was given up ends all the same", async () => {
  const gate = new Gate();
  const port = new SharedArrayBuffer(4);
  const data: LateOrders = { gate: gate.buffer, port };
  const module = new URL("./late_module.ts", import.meta.url);
  const error = failure(module, { data, startTimeoutMs: GIVE_UP_MS });
  setTimeout(() => gate.raise(), GIVE_UP_MS + 1); // the start's own timer comes before
  assert.equal((await error).name, "TimeoutError");
  const [number] = new Int32Array(port);
  assert.equal(await isOpen(number as number), false);
});

test("start() rejects where there is no libuv", () => {
  const environment = { ROTOR_UV_LIBRARY: "/nowhere/libuv.so" };
  const lines = runFixture("thread_child.ts", { args: ["start"], environment });
  assert.deepEqual(lines, ["LibraryError not found"]);
});

test("start() rejects where there are no descriptors", () => {
  assert.deepEqual(runFixture("thread_child.ts", { args: ["no descriptors"] }), ["UvError EMFILE"]);
});
