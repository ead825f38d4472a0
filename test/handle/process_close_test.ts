import assert from "node:assert/strict";
import process from "node:process";
import { done, type Process } from "../../src/mod.ts";
import { once, play, run } from "../fixtures/handle_machine.ts";
import { canLook, processState } from "../fixtures/process_state.ts";
import { LoopTest, test, testLoop } from "../harness.ts";

const sleeper = { file: "sleep", args: ["100"] } as const;

testLoop("a child whose handle is closed runs on, and is collected when it ends", (t) => {
  let child: Process | undefined;
  play(t, (scope) => {
    child = scope.process(sleeper);
    child.close();
    const { pid } = child;
    const timer = scope.timer();
    return {
      closed({ handle }) {
        assert.equal(handle, child);
        assert.equal(child?.isRunning, false);
        process.kill(pid, "SIGKILL"); // it is there
        timer.start(1, 1);
      },
      timer: () => canLook && processState(pid) !== undefined ? undefined : done(),
    };
  });
  run(t);
});

testLoop("a machine that ends leaves its child running, and the loop ends its run", (t) => {
  let pid = 0;
  once(t, (scope) => {
    pid = scope.process(sleeper).pid;
  });
  process.kill(pid, 0);
  t.loop.close(); // with a child that is not collected
  process.kill(pid, "SIGKILL");
});

testLoop("a child that outlived its loop is collected when the next one starts", (t) => {
  let next = 0;
  play(t, (scope) => {
    scope.process({ file: "true" }).close();
    const timer = scope.timer();
    const first = scope.process({ file: "true" });
    return {
      exit({ handle }) {
        if (handle === first) timer.start(0);
      },
      timer: () => done(),
      dispose: () => next++,
    };
  });
  run(t);
  assert.equal(next, 1);
  t.loop.close();
});

test("orphans are collected by a loop that comes after theirs", () => {
  const before = new LoopTest();
  let pid = 0;
  once(before, (scope) => {
    pid = scope.process(sleeper).pid;
  });
  before.loop.close();
  process.kill(pid, "SIGKILL");
  const after = new LoopTest();
  play(after, (scope) => {
    const start = () => scope.process({ file: "true" });
    start();
    return { exit: () => processState(pid) === undefined ? done() : void start() };
  });
  run(after);
  after.loop.close();
});

testLoop("X6: a detached child leads a session of its own and outlives its loop", (t) => {
  let pid = 0;
  once(t, (scope) => {
    pid = scope.process({ ...sleeper, detached: true }).pid;
  });
  t.loop.close();
  process.kill(-pid, 0); // a group of its own
  process.kill(pid, 0);
  process.kill(pid, "SIGTERM");
});

testLoop("a process that is closed in its own exit event, and one that is never closed", (t) => {
  play(t, (scope) => {
    const [first, second] = [scope.process({ file: "true" }), scope.process({ file: "true" })];
    let exits = 0;
    return {
      exit({ handle }) {
        assert.ok(handle === first || handle === second);
        if (handle === first) first.close();
        return ++exits === 2 ? done() : undefined;
      },
    };
  });
  run(t);
});

testLoop(
  "the handler of one exit closes the process whose exit is the next: it stays silent",
  (t) => {
    play(t, (scope) => {
      const children = [1, 2, 3, 4].map(() => scope.process({ file: "true" }));
      return {
        exit({ handle }) {
          t.events.push("exit");
          for (const child of children) if (child !== handle) child.close();
          scope.timer().start(20);
        },
        timer: () => done(),
      };
    });
    run(t);
    assert.deepEqual(t.events, ["exit"]);
    t.loop.close(); // with those that are not collected yet
  },
);

testLoop("a machine that fails leaves no zombie: its child is collected", (t) => {
  let pid = 0;
  play(t, (scope) => {
    pid = scope.process({ file: "sh", args: ["-c", "exit 0"] }).pid;
    scope.timer().start(0);
    return {
      timer: () => {
        throw new Error("of the machine");
      },
      exit: () => {},
    };
  });
  play(t, (scope) => {
    scope.timer().start(1, 1);
    return { timer: () => canLook && processState(pid) !== undefined ? undefined : done() };
  });
  t.loop.run();
  assert.match(String(t.takeError().error), /of the machine/);
});
