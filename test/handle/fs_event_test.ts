import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { done, type FsEvent, type IoEventOf, type Scope } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { type Handlers, play, run, throwsClosed, throwsUv } from "../fixtures/handle_machine.ts";
import { type LoopTest, testLoop } from "../harness.ts";

type Event = IoEventOf<"fsEvent">;

/** Plays a machine in a directory, until it is done. */
function playIn(
  t: LoopTest,
  setUp: (directory: string, scope: Scope) => Handlers,
): void {
  inFolder(({ path: directory }) => {
    play(t, (scope) => setUp(directory, scope));
    run(t);
  });
}

/** An event in a word or two. */
function text({ name, isRename, isChange, overflow }: Event): string {
  const what = [isRename ? "rename" : "", isChange ? "change" : ""].join("");
  return `${name} ${what}${overflow > 0 ? ` and ${overflow} more` : ""}`;
}

/** A watcher of a path. */
function watch(scope: Scope, path: string): FsEvent {
  const watcher = scope.fsEvent();
  watcher.start(path);
  return watcher;
}

/** Notes the first event, and ends. */
function noteFirst(t: LoopTest): Handlers {
  return {
    fsEvent(event) {
      t.events.push(text(event));
      return done();
    },
  };
}

testLoop("E1: files that are made and removed are told by name, each in its order", (t) => {
  const names = Array.from({ length: 16 }, (_, index) => `file ${index}`);
  playIn(t, (directory, scope) => {
    watch(scope, directory);
    for (const name of names) mkdirSync(join(directory, name));
    for (const name of names) rmSync(join(directory, name), { recursive: true });
    return {
      fsEvent(event) {
        t.events.push(text(event));
        if (t.events.length === 32) return done();
      },
    };
  });
  assert.deepEqual(t.events, [...names, ...names].map((name) => `${name} rename`));
});

testLoop("E1: what is written, renamed or touched in a directory is told", (t) => {
  playIn(t, (directory, scope) => {
    const path = join(directory, "one");
    writeFileSync(path, "1");
    watch(scope, directory);
    appendFileSync(path, "2");
    chmodSync(path, 0o600);
    renameSync(path, join(directory, "two"));
    return {
      fsEvent(event) {
        if (t.events.at(-1) !== text(event)) t.events.push(text(event));
        if (event.name === "two") return done();
      },
    };
  });
  assert.deepEqual(t.events, ["one change", "one rename", "two rename"]);
});

testLoop("E2: a watched file tells its own changes, under its own name", (t) => {
  playIn(t, (directory, scope) => {
    const [one, two] = [join(directory, "one"), join(directory, "two")];
    writeFileSync(one, "");
    writeFileSync(two, "");
    const watcher = watch(scope, one);
    writeFileSync(two, "not told");
    appendFileSync(one, "told");
    return {
      fsEvent(event) {
        assert.equal(event.handle, watcher);
        t.events.push(text(event));
        return done();
      },
    };
  });
  assert.deepEqual(t.events, ["one change"]);
});

testLoop("E2: a file whose path begins with another's is not taken for it", (t) => {
  playIn(t, (directory, scope) => {
    const [one, longer] = [join(directory, "one.js"), join(directory, "one.jsx")];
    writeFileSync(one, "");
    writeFileSync(longer, "");
    watch(scope, one);
    appendFileSync(longer, "not told");
    chmodSync(one, 0o600);
    return noteFirst(t);
  });
  assert.deepEqual(t.events, ["one.js change"]);
});

testLoop("E2: two watchers of a path both tell, and one goes on without the other", (t) => {
  playIn(t, (directory, scope) => {
    const [first, second] = [watch(scope, directory), watch(scope, directory)];
    mkdirSync(join(directory, "one"));
    return {
      fsEvent(event) {
        t.events.push(`${event.handle === first ? "first" : "second"} ${text(event)}`);
        if (t.events.length === 2) {
          first.close();
          mkdirSync(join(directory, "two"));
        }
        if (t.events.length === 3) return done();
      },
      closed: () => void second.path(),
    };
  });
  assert.deepEqual(t.events.slice(0, 2).sort(), ["first one rename", "second one rename"]);
  assert.equal(t.events[2], "second two rename");
});

for (const end of ["stop", "close"] as const) {
  testLoop(`E4: ${end} in an event drops the other events of the turn`, (t) => {
    playIn(t, (directory, scope) => {
      const watcher = watch(scope, directory);
      const guard = watch(scope, directory);
      for (const name of ["one", "two", "three"]) mkdirSync(join(directory, name));
      let guarded = 0;
      return {
        fsEvent({ handle, name }) {
          if (handle === guard) {
            if (++guarded === 3) scope.timer().start(5);
            return;
          }
          t.events.push(name);
          watcher[end]();
          assert.equal(watcher.isActive, false);
        },
        closed: () => {},
        timer: () => done(),
      };
    });
    assert.ok(t.events.length <= 1, `${t.events}`); // none if the guard's events came first
  });

  testLoop(`${end} before the events of the turn are told drops them all`, (t) => {
    playIn(t, (directory, scope) => {
      const one = watch(scope, directory);
      const two = watch(scope, directory);
      mkdirSync(join(directory, "x"));
      return {
        fsEvent({ handle }) {
          t.events.push("event");
          (handle === one ? two : one)[end]();
          scope.timer().start(5);
        },
        closed: () => {},
        timer: () => done(),
      };
    });
    assert.deepEqual(t.events, ["event"]);
  });
}

testLoop("E4: a path that is not there is ENOENT, and the watcher is not active", (t) => {
  playIn(t, (directory, scope) => {
    const watcher = scope.fsEvent();
    throwsUv(() => watcher.start(join(directory, "missing")), "ENOENT");
    throwsUv(() => watcher.start(join(directory, "x".repeat(5000))), "ENAMETOOLONG");
    throwsUv(() => watcher.start(join(directory, "x".repeat(300))), "ENAMETOOLONG");
    assert.equal(watcher.isActive, false);
    watcher.start(directory);
    throwsUv(() => watcher.start(join(directory, "missing")), "ENOENT");
    assert.equal(watcher.isActive, false);
    watcher.start(directory);
    mkdirSync(join(directory, "made"));
    return { fsEvent: () => done() };
  });
});

testLoop("E5: the path is told as it was given; EINVAL while nothing is watched", (t) => {
  playIn(t, (directory, scope) => {
    const watcher = scope.fsEvent();
    throwsUv(() => watcher.path(), "EINVAL");
    watcher.start(`${directory}/../${directory.split("/").at(-1)}`);
    assert.equal(watcher.path(), `${directory}/../${directory.split("/").at(-1)}`);
    watcher.stop();
    watcher.stop(); // does nothing
    throwsUv(() => watcher.path(), "EINVAL");
    scope.timer().start(0);
    return { timer: () => done() };
  });
});

testLoop("a watcher that is started again watches the other path, and only that", (t) => {
  playIn(t, (directory, scope) => {
    const [one, two] = [join(directory, "one"), join(directory, "two")];
    for (const path of [one, two]) mkdirSync(path);
    const watcher = watch(scope, one);
    mkdirSync(join(one, "dropped"));
    watcher.start(two);
    mkdirSync(join(two, "told"));
    return noteFirst(t);
  });
  assert.deepEqual(t.events, ["told rename"]);
});

testLoop("a watched file that is removed is told, and can be closed", (t) => {
  playIn(t, (directory, scope) => {
    const path = join(directory, "one");
    writeFileSync(path, "");
    const watcher = watch(scope, path);
    rmSync(path);
    return {
      fsEvent({ isRename }) {
        if (isRename && watcher.state === "open") watcher.close();
      },
      closed: () => done(),
    };
  });
});

testLoop("names are UTF-8, what is none is replaced, and a byte order mark stays", (t) => {
  const names = ["größe", "\ufeffmark", "a\nb", "x".repeat(255), "日本"];
  playIn(t, (directory, scope) => {
    watch(scope, directory);
    for (const name of names) mkdirSync(join(directory, name));
    mkdirSync(Buffer.concat([Buffer.from(`${directory}/bad`), Buffer.from([0xff, 0xfe])]));
    return {
      fsEvent({ name }) {
        t.events.push(name);
        if (t.events.length === 6) return done();
      },
    };
  });
  assert.deepEqual(t.events, [...names, "bad\ufffd\ufffd"]);
});

testLoop("misuse of a watcher is refused", (t) => {
  playIn(t, (directory, scope) => {
    const watcher = scope.fsEvent();
    assert.throws(() => watcher.start(""), RangeError);
    assert.throws(() => watcher.start(`${directory}\0x`), RangeError);
    for (const path of [1, undefined, null, {}]) {
      assert.throws(() => watcher.start(path as unknown as string), TypeError);
    }
    throwsUv(() => watcher.start(directory, { recursive: true }), "ENOTSUP");
    watcher.start(directory, { recursive: false });
    assert.throws(() => watcher.start(directory, { recursive: 1 as unknown as true }), TypeError);
    assert.throws(() => watcher.start(directory, null as unknown as object), TypeError);
    assert.equal(watcher.isActive, true); // the bad calls have changed nothing
    watcher.close();
    throwsClosed(() => watcher.start(directory));
    throwsClosed(() => watcher.stop());
    throwsClosed(() => watcher.path());
    throwsClosed(() => watcher.close());
    assert.equal(watcher.isActive, false);
    return { closed: () => done() };
  });
});

testLoop("a watcher that is registered tells its new machine", (t) => {
  inFolder(({ path: directory }) => {
    let watcher: FsEvent | undefined;
    play(t, (scope) => {
      watcher = watch(scope, directory);
      mkdirSync(join(directory, "one"));
      return { fsEvent: () => assert.fail("the machine before was told") };
    });
    play(t, (scope) => {
      scope.register(watcher as FsEvent);
      return { fsEvent: () => t.loop.stop() };
    });
    run(t);
    t.loop.close();
  });
});
