import assert from "node:assert/strict";
import process from "node:process";
import { done } from "../../src/mod.ts";
import { play, run, throwsClosed, throwsUv } from "../fixtures/handle_machine.ts";
import { processState, zombies } from "../fixtures/process_state.ts";
import { testLoop } from "../harness.ts";

testLoop("X1: the exit code is told once, with no signal; then close, once", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "sh", args: ["-c", "exit 1"] });
    assert.deepEqual([child.isRunning, child.state], [true, "open"]);
    assert.ok(child.pid > 1 && child.pid !== process.pid);
    return {
      exit({ handle, exitStatus, termSignal }) {
        assert.deepEqual([handle, exitStatus, termSignal], [child, 1, undefined]);
        assert.deepEqual([child.isRunning, child.state], [false, "open"]);
        assert.equal(processState(child.pid), undefined, "it was collected");
        t.events.push("exit");
        child.close();
      },
      closed({ handle }) {
        t.events.push(`closed ${handle.kind}`);
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["exit", "closed process"]);
});

testLoop("X2: a missing program is ENOENT at once, one that may not run EACCES; no zombie", (t) => {
  play(t, (scope) => {
    throwsUv(() => scope.process({ file: "/no/such/program" }), "ENOENT");
    throwsUv(() => scope.process({ file: "no-such-program-anywhere" }), "ENOENT");
    throwsUv(() => scope.process({ file: "/etc/passwd" }), "EACCES");
    throwsUv(() => scope.process({ file: "/" }), "EACCES", "EISDIR");
    throwsUv(() => scope.process({ file: "true", cwd: "/no/such/folder" }), "ENOENT");
    throwsUv(() => scope.process({ file: "true", stdio: [60_000] }), "EBADF");
    const pipe = { pipe: "toChild" } as const;
    throwsUv(() => scope.process({ file: "/no/program", stdio: [pipe, pipe] }), "ENOENT");
    scope.timer().start(0);
    // No `closed` event comes of what was never given to the machine.
    return { timer: () => done(), closed: ({ handle }) => assert.fail(handle.kind) };
  });
  run(t);
  assert.deepEqual(zombies(), []);
});

testLoop("X5: a child that runs is killed; the signal is told by its name", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "sleep", args: ["100"] });
    child.kill(0);
    child.kill();
    return {
      exit({ exitStatus, termSignal }) {
        assert.deepEqual([exitStatus, termSignal], [0, "SIGTERM"]);
        throwsUv(() => child.kill(), "ESRCH");
        throwsUv(() => child.kill(0), "ESRCH");
        return done();
      },
    };
  });
  run(t);
});

testLoop("X5: a child with three pipes is killed: its signal, and the end of each pipe", (t) => {
  play(t, (scope) => {
    const child = scope.process({
      file: "sleep",
      args: ["100"],
      stdio: [{ pipe: "toChild" }, { pipe: "fromChild" }, { pipe: "fromChild" }],
    });
    const [input, output, errors] = child.stdio;
    assert.ok(input !== undefined && output !== undefined && errors !== undefined);
    for (const pipe of [output, errors]) pipe.readStart();
    child.kill("SIGKILL");
    const ended = (what: string) => {
      t.events.push(what);
      return t.events.length === 3 ? done() : undefined;
    };
    return {
      exit: ({ termSignal }) => ended(String(termSignal)),
      end: ({ handle }) => ended(handle === output ? "output" : "errors"),
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["SIGKILL", "errors", "output"]);
});

testLoop("a signal without a name is told by its number", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "sleep", args: ["100"] });
    child.kill(40);
    return {
      exit({ termSignal }) {
        assert.equal(termSignal, "SIG40");
        return done();
      },
    };
  });
  run(t);
});

testLoop("many children are told each its own status", (t) => {
  const statuses = new Map<unknown, number>();
  play(t, (scope) => {
    for (let status = 0; status < 30; status++) {
      statuses.set(scope.process({ file: "sh", args: ["-c", `exit ${status}`] }), status);
    }
    return {
      exit({ handle, exitStatus }) {
        assert.equal(exitStatus, statuses.get(handle));
        statuses.delete(handle);
        return statuses.size === 0 ? done() : undefined;
      },
    };
  });
  run(t);
  assert.deepEqual(zombies(), []);
});

testLoop("a closed process cannot be killed, and what it is can still be read", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "true" });
    const { pid } = child;
    return {
      exit() {
        child.close();
        throwsClosed(() => child.kill());
        throwsClosed(() => child.close());
        assert.deepEqual([child.pid, child.isRunning, child.stdio], [pid, false, []]);
        return done();
      },
    };
  });
  run(t);
});
