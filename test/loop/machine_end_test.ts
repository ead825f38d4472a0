import assert from "node:assert/strict";
import {
  done,
  error,
  Loop,
  type Machine,
  type MachineErrorReport,
  ok,
  type Response,
  spawn,
  type Timer,
} from "../../src/mod.ts";
import { type LoopTest, test, testLoop } from "../harness.ts";
import { add, addHandler } from "./machines.ts";

const failure = new Error("on purpose");

function fail(): never {
  throw failure;
}

/** What ends a machine, as the answer of a handler. */
const ends: Record<string, () => Response> = {
  "answers done()": () => done(),
  "answers error()": () => error(failure),
  "throws": fail,
  "answers nonsense": () => undefined as unknown as Response,
};

/** A machine whose handler of that name gets called, whatever it is. */
function addWith(t: LoopTest, handler: keyof Machine, body: () => Response): void {
  const dispose = (): void => void t.events.push("disposed");
  const machine: Machine<unknown, string> = { dispose };
  if (handler === "spawned" || handler === "spawnError") {
    machine.create = () => handler === "spawned" ? done() : error(new Error("no child"));
    machine.timeout = () => spawn("seed");
  }
  machine[handler] = body;
  t.loop.addMachine((scope) => {
    if (handler === "ready") scope.timer().start(0);
    if (handler === "wakeup") scope.notifier().wakeup();
    scope.tcp();
    return machine.timeout === undefined ? ok(machine) : ok(machine).deadline(scope.now);
  });
}

for (const handler of ["ready", "timeout", "wakeup", "spawned", "spawnError"] as const) {
  for (const [what, body] of Object.entries(ends)) {
    testLoop(`a machine whose ${handler}() ${what} ends: disposed once, handles closed`, (t) => {
      addWith(t, handler, body);
      t.loop.run();
      assert.deepEqual(t.events, ["disposed"]);
      assert.equal(t.loop.metrics().handles, 0);
      if (what === "answers done()") return;
      const report = t.takeError();
      if (what === "answers nonsense") assert.ok(report.error instanceof TypeError);
      else assert.equal(report.error, failure);
      const named = handler === "spawned" || handler === "spawnError" ? "timeout" : handler;
      assert.equal(report.handler, named);
    });
  }
}

testLoop("a machine that fails leaves the others alone", (t) => {
  const { loop, events } = t;
  addHandler(loop, fail);
  for (let i = 0; i < 3; i++) addHandler(loop, () => void events.push("fine"));
  loop.run();
  assert.deepEqual(events, ["fine", "fine", "fine"]);
  assert.equal(t.takeError().error, failure);
});

testLoop("the report of an error has the machine as it was", (t) => {
  const second: Machine = { ready: fail };
  const first: Machine = {
    timeout(scope) {
      scope.timer().start(0);
      return ok(second);
    },
  };
  t.loop.addMachine((scope) => ok(first).deadline(scope.now));
  t.loop.run();
  const { machine, handler, error } = t.takeError();
  assert.equal(machine, second);
  assert.deepEqual([handler, error], ["ready", failure]);
});

testLoop("anything can be thrown, undefined too", (t) => {
  for (const thrown of [undefined, null, 0, "text"]) {
    addHandler(t.loop, () => {
      throw thrown;
    });
  }
  t.loop.run();
  assert.deepEqual(t.errors.splice(0).map((report) => report.error), [undefined, null, 0, "text"]);
});

testLoop("a machine that ends within its own event hears nothing more", (t) => {
  const { loop, events } = t;
  add(loop, {
    ready(event) {
      events.push(event.kind);
      return done();
    },
    wakeup() {
      events.push("wakeup");
      return done();
    },
    timeout() {
      events.push("timeout");
      return done();
    },
  }, (scope) => {
    for (let i = 0; i < 3; i++) scope.timer().start(0);
    scope.setDeadline("too late", scope.now);
    const notifier = scope.notifier();
    addHandler(loop, () => void notifier.wakeup());
  });
  loop.run();
  assert.equal(events.length, 1, events.join());
});

testLoop("dispose() that throws is reported; the machine has ended all the same", (t) => {
  const { loop } = t;
  const machine: Machine = { timeout: () => done(), dispose: fail };
  loop.addMachine((scope) => {
    scope.tcp();
    return ok(machine).deadline(scope.now);
  });
  loop.run();
  const report = t.takeError();
  assert.deepEqual(report, { error: failure, machine, handler: "dispose" });
});

testLoop("dispose() finds the machine gone, its handles closing, its deadlines cleared", (t) => {
  const { loop, events } = t;
  let timer: Timer | undefined;
  add(loop, {
    wakeup: () => done(),
    dispose() {
      const { machines, deadlines } = loop.metrics();
      events.push(`${machines} machines, ${deadlines} deadlines, timer ${timer?.state}`);
    },
  }, (scope) => {
    scope.setDeadline("later", scope.after(60_000));
    scope.notifier().wakeup();
    timer = scope.timer();
  });
  loop.run();
  assert.deepEqual(events, ["0 machines, 0 deadlines, timer closing"]);
  assert.equal(timer?.state, "closed");
});

testLoop("dispose() may add a machine while the loop runs", ({ loop, events }) => {
  addHandler(loop, () =>
    ok({
      timeout: () => done(),
      dispose: () => addHandler(loop, () => void events.push("heir")),
    }).deadline(loop.now));
  loop.run();
  assert.deepEqual(events, ["heir"]);
});

test("an error hook that throws is ignored, and the loop goes on", () => {
  const reports: MachineErrorReport[] = [];
  const onError = (report: MachineErrorReport): void => {
    reports.push(report);
    fail();
  };
  let ran = false;
  using loop = Loop.create({ onError }).instantiate(undefined);
  addHandler(loop, fail);
  addHandler(loop, () => void (ran = true));
  loop.run();
  assert.equal(ran, true);
  assert.deepEqual(reports.map(({ handler }) => handler), ["timeout"]);
});

test("an error hook may add a machine in place of the one that failed, and stop the loop", () => {
  const events: string[] = [];
  using loop: Loop<undefined> = Loop.create({
    onError() {
      events.push(`failed in a ${loop.state} loop`);
      addHandler(loop, () => void events.push("replacement"));
    },
  }).instantiate(undefined);
  addHandler(loop, fail);
  loop.run();
  assert.deepEqual(events, ["failed in a running loop", "replacement"]);
});
