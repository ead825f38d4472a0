import assert from "node:assert/strict";
import process from "node:process";
import { SIG_DFL, SIG_IGN, signalAction } from "../../ffi/libuv/signal_action.ts";
import { done } from "../../src/mod.ts";
import { once, play, run, throwsUv } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";
import { signalNumber } from "../../src/handle/signal_numbers.ts";

/** What the process would do at a signal. */
function action(name: string): number {
  return signalAction(signalNumber(name)).handler;
}

testLoop("once: the first signal is told, the default is back, and start() watches again", (t) => {
  const SIGUSR1 = signalNumber("SIGUSR1");
  const before = action("SIGUSR1");
  play(t, (scope) => {
    const signal = scope.signal();
    signal.start("SIGUSR1", { once: true });
    assert.notEqual(action("SIGUSR1"), before);
    process.kill(process.pid, "SIGUSR1");
    return {
      signal({ handle, signum, count }) {
        assert.deepEqual([handle, signum, count], [signal, SIGUSR1, 1]);
        assert.equal(action("SIGUSR1"), before);
        t.events.push("signal");
        if (t.events.length === 3) return done();
        signal.start("SIGUSR1", { once: true });
        process.kill(process.pid, "SIGUSR1");
      },
    };
  });
  run(t);
  assert.equal(t.events.length, 3);
});

testLoop("once beside a watcher of all: each hears what it has asked for", (t) => {
  play(t, (scope) => {
    const [one, all] = [scope.signal(), scope.signal()];
    one.start("SIGUSR1", { once: true });
    all.start("SIGUSR1");
    process.kill(process.pid, "SIGUSR1");
    return {
      signal({ handle }) {
        t.events.push(handle === one ? "one" : "all");
        if (t.events.length === 2) process.kill(process.pid, "SIGUSR1");
        if (t.events.length === 3) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.slice(0, 2).toSorted(), ["all", "one"]);
  assert.equal(t.events[2], "all");
});

testLoop("once that is started again before it was told starts anew: one event", (t) => {
  play(t, (scope) => {
    const [signal, other] = [scope.signal(), scope.signal()];
    other.start("SIGUSR1");
    signal.start("SIGUSR1", { once: true });
    process.kill(process.pid, "SIGUSR1");
    let isRaised = false;
    return {
      signal({ handle }) {
        if (handle === signal) t.events.push("signal");
        if (isRaised) return;
        isRaised = true;
        signal.start("SIGUSR1", { once: true });
        process.kill(process.pid, "SIGUSR1");
        scope.timer().start(20);
      },
      timer: () => done(),
    };
  });
  run(t);
  assert.ok(t.events.length >= 1 && t.events.length <= 2);
});

testLoop("once can be stopped before its signal, and closed in its own event", (t) => {
  play(t, (scope) => {
    const [guard, signal, stopped] = [scope.signal(), scope.signal(), scope.signal()];
    guard.start("SIGUSR2");
    signal.start("SIGUSR2", { once: true });
    stopped.start("SIGUSR2", { once: true });
    stopped.stop();
    process.kill(process.pid, "SIGUSR2");
    return {
      signal({ handle }) {
        assert.notEqual(handle, stopped);
        if (handle === signal) signal.close();
      },
      closed: () => done(),
    };
  });
  run(t);
});

testLoop("what the process does at a signal is as before when its last watcher has gone", (t) => {
  const names = ["SIGINT", "SIGHUP", "SIGPIPE", "SIGCHLD", "SIGWINCH", "SIGUSR2"];
  const before = names.map(action);
  assert.equal(before[2], SIG_IGN, "the runtimes ignore SIGPIPE");
  once(t, (scope) => {
    for (const name of names) {
      const [first, second, third] = [scope.signal(), scope.signal(), scope.signal()];
      first.start(name);
      second.start(name, { once: true });
      first.stop();
      first.close();
      third.start(name);
      assert.ok(![SIG_DFL, SIG_IGN].includes(action(name)), name);
    }
  });
  assert.deepEqual(names.map(action), before);
});

testLoop("options of start() that cannot be are refused, and nothing is watched", (t) => {
  once(t, (scope) => {
    const signal = scope.signal();
    const before = action("SIGHUP");
    for (const wrong of [null, 1, "once", { once: 1 }, { once: "yes" }, { once: null }]) {
      assert.throws(() => signal.start("SIGHUP", wrong as never), TypeError);
    }
    throwsUv(() => signal.start("SIGKILL", { once: true }), "EINVAL");
    assert.equal(action("SIGHUP"), before);
  });
});
