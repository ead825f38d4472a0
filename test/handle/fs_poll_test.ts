import assert from "node:assert/strict";
import { mkdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { done, type FileStatus, type FsPoll, type LoopOptions, type Scope } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { type Handlers, play, run, throwsClosed, throwsUv } from "../fixtures/handle_machine.ts";
import { type LoopTest, testLoop } from "../harness.ts";
import { withBusyThreadPool } from "../request/thread_pool.ts";

/** The shortest interval: tests wait for a change, not for a time. */
const OFTEN_MS = 1;

/** Plays a machine in a directory, until it is done. */
function playIn(t: LoopTest, setUp: (directory: string, scope: Scope) => Handlers): void {
  inFolder(({ path: directory }) => {
    play(t, (scope) => setUp(directory, scope));
    run(t);
  });
}

/**
 * Changes a file until a watcher has seen it: the first look, which later ones are compared with,
 * may come after the first change.
 */
function untilTold(scope: Scope, change: (times: number) => void): Handlers {
  const timer = scope.timer();
  let times = 0;
  timer.start(0, 5);
  return { timer: () => change(++times) };
}

testLoop("a change is told with the status before and the one now", (t) => {
  playIn(t, (directory, scope) => {
    const path = join(directory, "one");
    writeFileSync(path, "");
    const poll = scope.fsPoll();
    poll.start(path, OFTEN_MS);
    return {
      ...untilTold(scope, (times) => writeFileSync(path, "x".repeat(times))),
      fsPoll({ handle, previous, current }) {
        assert.equal(handle, poll);
        assert.equal(current.type, "file");
        assert.equal(current.inode, previous.inode);
        assert.ok(current.modifiedNs >= previous.modifiedNs);
        assert.ok(current.size !== previous.size || current.modifiedNs !== previous.modifiedNs);
        return done();
      },
    };
  });
});

testLoop("the status is that of the system, beyond 4 GiB too", (t) => {
  const byteLength = 5 * 2 ** 30 + 1;
  let [told, path]: [FileStatus | undefined, string] = [undefined, ""];
  inFolder(({ path: directory }) => {
    path = join(directory, "large");
    writeFileSync(path, "");
    play(t, (scope) => {
      scope.fsPoll().start(path, OFTEN_MS);
      return {
        // A hole: it takes nothing on the disk.
        ...untilTold(scope, (times) => {
          truncateSync(path, byteLength);
          utimesSync(path, 1_000_000 + times, 1_500_000.5);
        }),
        fsPoll({ current }) {
          if (current.size !== byteLength || current.modifiedMs !== 1_500_000_500) return;
          told = current;
          return done();
        },
      };
    });
    run(t);
    const { ino, dev, uid, gid, nlink, mode, blocks } = statSync(path);
    const { inode, device, links, modifiedNs } = told as FileStatus;
    assert.deepEqual([Number(inode), Number(device), links], [ino, dev, nlink]);
    assert.deepEqual([told?.uid, told?.gid, told?.blocks], [uid, gid, blocks]);
    assert.equal(told?.mode, mode & 0o7777);
    assert.equal(modifiedNs, 1_500_000_500_000_000n);
  });
});

testLoop("a file that is not there fails once, is told when it comes, and when it goes", (t) => {
  playIn(t, (directory, scope) => {
    const path = join(directory, "one");
    scope.fsPoll().start(path, OFTEN_MS);
    return {
      fsPollFailed({ error }) {
        t.events.push(error.code);
        assert.match(error.message, /^Cannot watch \/.*one: ENOENT/);
        if (t.events.length > 1) return done();
        mkdirSync(path);
      },
      fsPoll({ previous, current }) {
        t.events.push(`${previous.type}, ${current.type}`);
        rmSync(path, { recursive: true });
      },
    };
  });
  assert.deepEqual(t.events, ["ENOENT", "unknown, directory", "ENOENT"]);
});

testLoop("E7: close with a request in flight, after starting and stopping ten times", (t) => {
  playIn(t, (directory, scope) => {
    const poll = scope.fsPoll();
    for (let i = 0; i < 10; i++) {
      poll.start(directory, OFTEN_MS);
      poll.stop();
    }
    poll.start(directory, OFTEN_MS);
    poll.close();
    return { closed: () => done() };
  });
});

testLoop("E7: requests that wait for a thread do not keep a watcher from closing", (t) => {
  inFolder(({ path: directory }) => {
    let poll: FsPoll | undefined;
    play(t, (scope) => {
      poll = scope.fsPoll();
      scope.timer().start(0);
      return { timer: () => done() };
    });
    withBusyThreadPool(() => {
      for (let i = 0; i < 10; i++) poll?.start(directory, OFTEN_MS);
    });
    run(t);
  });
});

testLoop("E7: a loop closes beside a watcher that is active", (t) => {
  playIn(t, (directory, scope) => {
    for (let i = 0; i < 10; i++) scope.fsPoll().start(directory, OFTEN_MS);
    scope.timer().start(2);
    return { timer: () => t.loop.stop(), fsPoll: () => {} };
  });
  t.loop.close();
});

testLoop("stop in an event ends them; a watcher starts again", (t) => {
  playIn(t, (directory, scope) => {
    const poll = scope.fsPoll();
    const missing = join(directory, "missing");
    poll.start(missing, OFTEN_MS);
    const timer = scope.timer();
    return {
      fsPollFailed({ error }) {
        t.events.push(error.code);
        if (t.events.length === 2) return done();
        poll.stop();
        assert.equal(poll.isActive, false);
        mkdirSync(missing);
        timer.start(10);
      },
      fsPoll: () => assert.fail("it was stopped"),
      timer() {
        rmSync(missing, { recursive: true });
        poll.start(missing, OFTEN_MS);
      },
    };
  });
  assert.deepEqual(t.events, ["ENOENT", "ENOENT"]);
});

testLoop("a watcher that is started again watches the other path", (t) => {
  playIn(t, (directory, scope) => {
    const poll = scope.fsPoll();
    poll.start(directory, OFTEN_MS);
    poll.start(join(directory, "other"), OFTEN_MS);
    assert.equal(poll.path(), join(directory, "other"));
    return {
      fsPollFailed({ error }) {
        assert.match(error.message, /other: ENOENT/);
        return done();
      },
    };
  });
});

testLoop("E5: the path is told as it was given; EINVAL while nothing is watched", (t) => {
  playIn(t, (directory, scope) => {
    const poll = scope.fsPoll();
    throwsUv(() => poll.path(), "EINVAL");
    poll.start(`${directory}/.`, 1000);
    assert.equal(poll.path(), `${directory}/.`);
    assert.equal(poll.isActive, true);
    poll.stop();
    poll.stop(); // does nothing
    throwsUv(() => poll.path(), "EINVAL");
    scope.timer().start(0);
    return { timer: () => done() };
  });
});

/** A pool of one block. */
const small: LoopOptions = { blockBytes: 1024, largeBlockBytes: 0, poolBytesMax: 1024 };

testLoop("a change that finds no block is told as ENOBUFS", (t) => {
  playIn(t, (directory, scope) => {
    const missing = join(directory, "missing");
    scope.fsPoll().start(missing, OFTEN_MS);
    const block = scope.leaseBlock();
    return {
      fsPollFailed({ error }) {
        t.events.push(error.code);
        if (error.code === "ENOENT") return mkdirSync(missing);
        block?.release();
        return done();
      },
    };
  });
  assert.deepEqual(t.events, ["ENOENT", "ENOBUFS"]);
}, small);

testLoop("misuse of a watcher is refused", (t) => {
  playIn(t, (directory, scope) => {
    const poll = scope.fsPoll();
    assert.throws(() => poll.start("", 1000), RangeError);
    assert.throws(() => poll.start("a\0b", 1000), RangeError);
    throwsUv(() => poll.start("x".repeat(4096), 1000), "ENAMETOOLONG");
    assert.throws(() => poll.start(7 as unknown as string, 1000), TypeError);
    for (const interval of [0, -1, 1.5, NaN, Infinity, 2 ** 32]) {
      assert.throws(() => poll.start(directory, interval), RangeError);
    }
    for (const interval of ["1", undefined, null, 1n]) {
      assert.throws(() => poll.start(directory, interval as unknown as number), TypeError);
    }
    assert.equal(poll.isActive, false);
    poll.start(directory, 2 ** 32 - 1);
    poll.close();
    throwsClosed(() => poll.start(directory, 1000));
    throwsClosed(() => poll.stop());
    throwsClosed(() => poll.path());
    assert.equal(poll.isActive, false);
    return { closed: () => done() };
  });
});
