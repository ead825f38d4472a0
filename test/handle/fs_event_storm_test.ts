import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { done, type FsEvent, type LoopOptions, type Scope } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { type Handlers, play, run } from "../fixtures/handle_machine.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** Plays a machine in a directory, until it is done. */
function playIn(t: LoopTest, setUp: (directory: string, scope: Scope) => Handlers): void {
  inFolder(({ path: directory }) => {
    play(t, (scope) => setUp(directory, scope));
    run(t);
  });
}

/** A watcher of a path. */
function watch(scope: Scope, path: string): FsEvent {
  const watcher = scope.fsEvent();
  watcher.start(path);
  return watcher;
}

const FILES = 7;

/** Makes the files of a storm. */
function gather(directory: string): void {
  for (let i = 0; i < FILES; i++) writeFileSync(join(directory, `file ${i}`), "");
}

/** Makes so many events: the kernel tells each, as no two of a file follow each other. */
function storm(directory: string, events: number): void {
  for (let i = 0; i < events; i++) chmodSync(join(directory, `file ${i % FILES}`), 0o600);
}

/** Sums up what a watcher tells of a storm. */
function weather(t: LoopTest, events: number): { told: number; overflow: number } {
  let [told, overflow] = [0, 0];
  playIn(t, (directory, scope) => {
    gather(directory);
    watch(scope, directory);
    storm(directory, events);
    return {
      fsEvent(event) {
        assert.ok(event.isChange);
        if (event.overflow > 0) overflow += event.overflow;
        else assert.equal(event.name, `file ${told++ % FILES}`);
        if (told + overflow >= events) return done();
      },
    };
  });
  assert.equal(told + overflow, events);
  assert.equal(t.loop.metrics().ring.lost, 0);
  return { told, overflow };
}

testLoop("a storm of 10,000 file events in one turn loses none", (t) => {
  assert.deepEqual(weather(t, 10_000), { told: 10_000, overflow: 0 });
});

/** A pool that never has more than two blocks. */
const small: LoopOptions = { blockBytes: 1024, largeBlockBytes: 0, poolBytesMax: 2048 };

testLoop("without blocks a storm overflows, is counted, and the watcher goes on", (t) => {
  const { told, overflow } = weather(t, 10_000);
  assert.ok(told > 10, `${told} told`);
  assert.ok(overflow > 9000, `${overflow} not told`);
}, small);

testLoop("after an overflow the next event is told again, and the overflow means all", (t) => {
  playIn(t, (directory, scope) => {
    gather(directory);
    watch(scope, directory);
    storm(directory, 1000);
    return {
      fsEvent({ overflow, name, isRename, isChange }) {
        if (overflow > 0) {
          assert.deepEqual([name, isRename, isChange], ["", true, true]);
          mkdirSync(join(directory, "after"));
        }
        if (name === "after") return done();
      },
    };
  });
}, small);

testLoop("four watchers in one storm share the blocks, and nothing is lost", (t) => {
  const counts = new Map<FsEvent, number>();
  playIn(t, (directory, scope) => {
    gather(directory);
    const watchers = Array.from({ length: 4 }, () => watch(scope, directory));
    storm(directory, 4000);
    return {
      fsEvent({ handle, overflow }) {
        counts.set(handle, (counts.get(handle) ?? 0) + Math.max(overflow, 1));
        const sum = watchers.map((watcher) => counts.get(watcher) ?? 0);
        if (sum.every((count) => count === 4000)) return done();
      },
    };
  });
  assert.equal(t.loop.metrics().ring.lost, 0);
});

testLoop("a storm that meets a watcher which is stopped gives all blocks back", (t) => {
  playIn(t, (directory, scope) => {
    gather(directory);
    const one = watch(scope, directory);
    const two = watch(scope, directory);
    storm(directory, 4000);
    return {
      fsEvent({ handle }) {
        (handle === one ? two : one).stop();
        return done();
      },
    };
  });
});
