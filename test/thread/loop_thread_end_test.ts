import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runFixture } from "../ffi/child.ts";
import { test } from "../harness.ts";
import { fixture, isMachineCode, isOpen, rejection, startFunctions } from "./threads.ts";

for (const mode of ["run", "pump"] as const) {
  for (const kind of ["timer", "promise"] as const) {
    test(`mode ${mode}: an error of a ${kind} that nobody catches ends the thread`, async () => {
      const thread = await startFunctions({ mode });
      const ended = rejection(thread.closed);
      const called = rejection(thread.call("fault", [kind] as const));
      const error = await ended;
      assert.ok(error instanceof RangeError, String(error));
      assert.match(error.stack as string, /thread_functions\.ts/);
      assert.equal((await called).message, error.message);
      assert.equal(thread.state, "closed");
      assert.equal(await rejection(thread.stop()), error);
    });
  }
}

test("a thread that exits by itself has failed, and its calls with it", async () => {
  const thread = await startFunctions();
  const port = await thread.call("listen");
  const ended = rejection(thread.closed);
  const called = rejection(thread.call("exit", [3]));
  assert.match((await ended).message, /thread_functions\.ts has exited with code 3/);
  assert.equal(await called, await ended);
  if (isMachineCode) assert.equal(await isOpen(port), false, "its loop was closed from outside");
});

test("a thread that exits while it is pumped takes the one that waits for it along", () => {
  const [message = "", ...rest] = runFixture("thread_child.ts", { args: ["exit in a pump"] });
  assert.match(message, /thread_functions\.ts has exited with code 3/);
  assert.deepEqual(rest, ["nothing is left"]);
});

test("a process with threads that run and compute can exit", () => {
  assert.deepEqual(runFixture("thread_child.ts", { args: ["exit"] }), ["exits"]);
});

test("a process ends by itself when its thread was stopped, or unref'ed, or left behind", () => {
  assert.deepEqual(runFixture("thread_child.ts", { args: ["stop"] }), ["closed"]);
  assert.deepEqual(runFixture("thread_child.ts", { args: ["unref"] }), ["later"]);
  assert.deepEqual(runFixture("thread_child.ts", { args: ["forced"] }), ["stopped"]);
});

test("a process ends by itself while its thread loads parts of the runtime", () => {
  assert.deepEqual(runFixture("thread_child.ts", { args: ["load"] }), ["ends meanwhile"]);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
  test(`a process with a loop thread ends by ${signal}`, async () => {
    const child = start("signal");
    await once(child.stdout, "data");
    child.kill(signal);
    assert.deepEqual(await once(child, "exit"), [null, signal]);
  });
}

test("a process with a loop thread ends by an error of its main thread", async () => {
  const child = start("throw");
  child.stderr.resume();
  child.stdout.resume();
  assert.deepEqual(await once(child, "exit"), [1, null]);
});

/** Starts a process of `thread_child.ts`, which is ended from here. */
function start(how: string) {
  const script = fileURLToPath(fixture("thread_child.ts"));
  const command = "Deno" in globalThis ? ["run", "--quiet", "--no-check", "-A", script] : [script];
  return spawn(process.execPath, [...command, how], { stdio: ["ignore", "pipe", "pipe"] });
}
