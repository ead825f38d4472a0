import assert from "node:assert/strict";
import { constants } from "node:os";
import process from "node:process";
import { done, type Signal } from "../../src/mod.ts";
import { once, play, run, throwsUv } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";

const { SIGUSR1, SIGUSR2, SIGINT } = constants.signals;

function raise(name: "SIGUSR1" | "SIGUSR2" | "SIGINT", times = 1): void {
  for (let i = 0; i < times; i++) process.kill(process.pid, name);
}

testLoop(
  "S1: ten signals, one after each event, make ten events; stop and start work again",
  (t) => {
    play(t, (scope) => {
      const signal = scope.signal();
      const timer = scope.timer();
      signal.start("SIGUSR1");
      raise("SIGUSR1");
      let isRestarted = false;
      return {
        signal({ signum, count, handle }) {
          assert.deepEqual([handle, signum, count], [signal, SIGUSR1, 1]);
          t.events.push("signal");
          if (isRestarted) return done();
          if (t.events.length < 10) return raise("SIGUSR1");
          signal.stop();
          signal.start("SIGUSR1");
          isRestarted = true;
          timer.start(5);
        },
        timer: () => raise("SIGUSR1"),
      };
    });
    run(t);
    assert.equal(t.events.length, 11);
  },
);

testLoop(
  "signals that come before the loop turns are counted in few events, then more come",
  (t) => {
    let counted = 0;
    play(t, (scope) => {
      const signal = scope.signal();
      const timer = scope.timer();
      signal.start(SIGUSR1);
      raise("SIGUSR1", 100);
      timer.start(20);
      return {
        signal({ count }) {
          assert.ok(count >= 1);
          counted += count;
          t.events.push("signal");
          if (!timer.isActive) return done();
        },
        timer: () => raise("SIGUSR1"),
      };
    });
    run(t);
    // The kernel keeps one pending signal of a kind: those that meet it are lost before libuv.
    assert.ok(counted >= 2 && counted <= 101, `${counted} signals`);
    assert.ok(t.events.length <= 4, `${t.events.length} events`);
  },
);

testLoop("two watchers of one signal both hear it, a watcher of another does not", (t) => {
  play(t, (scope) => {
    const [first, second, other] = [scope.signal(), scope.signal(), scope.signal()];
    first.start("SIGUSR1");
    second.start("SIGUSR1");
    other.start("SIGUSR2");
    raise("SIGUSR1");
    return {
      signal({ handle, signum }) {
        if (signum === SIGUSR2) {
          t.events.push("SIGUSR2");
          return done();
        }
        t.events.push(handle === first ? "first" : handle === second ? "second" : "other");
        if (t.events.length === 2) raise("SIGUSR2");
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.slice(0, 2).toSorted(), ["first", "second"]);
  assert.deepEqual(t.events.slice(2), ["SIGUSR2"]);
});

testLoop("S7: SIGINT reaches its watcher and the process survives", (t) => {
  play(t, (scope) => {
    scope.signal().start("SIGINT");
    raise("SIGINT");
    return {
      signal({ signum }) {
        assert.equal(signum, SIGINT);
        return done();
      },
    };
  });
  run(t);
});

testLoop("a watcher that another handler of the same turn stops hears nothing, then again", (t) => {
  play(t, (scope) => {
    const watchers = [scope.signal(), scope.signal()];
    for (const signal of watchers) signal.start("SIGUSR1");
    raise("SIGUSR1");
    let stopped: Signal | undefined;
    return {
      signal({ handle, count }) {
        t.events.push(`signal ${count}`);
        if (stopped === undefined) {
          stopped = watchers.find((signal) => signal !== handle);
          stopped?.stop();
          scope.timer().start(10);
        } else if (handle === stopped) return done();
      },
      timer() {
        assert.deepEqual(t.events, ["signal 1"]);
        stopped?.start("SIGUSR1");
        raise("SIGUSR1");
      },
    };
  });
  run(t);
  assert.equal(t.events.at(-1), "signal 1");
});

testLoop("a watcher is moved to another signal by another start()", (t) => {
  play(t, (scope) => {
    const [signal, guard] = [scope.signal(), scope.signal()];
    guard.start("SIGUSR1"); // or the signal would end the process
    signal.start("SIGUSR1");
    signal.start("SIGUSR2");
    raise("SIGUSR1");
    return {
      signal({ handle, signum }) {
        t.events.push(`${handle === guard ? "guard" : "signal"} ${signum}`);
        if (handle === guard) raise("SIGUSR2");
        else return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, [`guard ${SIGUSR1}`, `signal ${SIGUSR2}`]);
});

testLoop("a watcher that is closed in its own event hears no more", (t) => {
  play(t, (scope) => {
    const [signal, guard] = [scope.signal(), scope.signal()];
    guard.start("SIGUSR1");
    signal.start("SIGUSR1");
    raise("SIGUSR1");
    let guarded = 0;
    return {
      signal({ handle }) {
        if (handle === guard) return ++guarded === 2 ? done() : undefined;
        t.events.push("signal");
        signal.close();
      },
      closed() {
        t.events.push("closed");
        raise("SIGUSR1");
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["signal", "closed"]);
});

testLoop("S5: signals that nobody may watch are EINVAL, and the watcher stays usable", (t) => {
  play(t, (scope) => {
    const signal = scope.signal();
    throwsUv(() => signal.start("SIGKILL"), "EINVAL");
    throwsUv(() => signal.start("SIGSTOP"), "EINVAL");
    throwsUv(() => signal.start(9), "EINVAL");
    signal.start("SIGUSR1");
    raise("SIGUSR1");
    return { signal: () => done() };
  });
  run(t);
});

testLoop("a signal that the runtime lives by cannot be watched: RangeError", (t) => {
  once(t, (scope) => {
    const signal = scope.signal();
    for (const name of ["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP", 30, 33]) {
      assert.throws(() => signal.start(name), RangeError, String(name));
    }
  });
});
