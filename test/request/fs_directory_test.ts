import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { type DirectoryEntry, fileSystem, type Scope } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { answer, ask, runSteps } from "../fixtures/fs_script.ts";
import { throwsClosed, throwsState } from "../fixtures/handle_machine.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** All entries of a directory, as a machine reads them, so many at a time. */
function readAll(t: LoopTest, path: string, entriesMax?: number): DirectoryEntry[][] {
  const chunks: DirectoryEntry[][] = [];
  runSteps(t, function* ({ fs }: Scope) {
    const directory = yield* answer(fs.opendir(path));
    assert.equal(directory.path, path);
    for (;;) {
      const entries = yield* answer(directory.read(entriesMax));
      if (entries.length === 0) break;
      chunks.push([...entries]);
    }
    assert.deepEqual(yield* answer(directory.read()), [], "the end stays the end");
    yield* answer(directory.close());
    assert.equal(directory.state, "closed");
  });
  return chunks;
}

const byName = (a: DirectoryEntry, b: DirectoryEntry): number => a.name < b.name ? -1 : 1;

testLoop("F3: scandir tells names and types, sorted", (t) => {
  inFolder(({ path, at }) => {
    writeFileSync(at("file"), "");
    mkdirSync(at("directory"));
    symlinkSync("file", at("link"));
    writeFileSync(at(".hidden größe"), "");
    const expected = [
      { name: ".hidden größe", type: "file" },
      { name: "directory", type: "directory" },
      { name: "file", type: "file" },
      { name: "link", type: "link" },
    ];
    assert.deepEqual(ask(t, (fs) => fs.scandir(path)), expected);
    assert.deepEqual(fileSystem.scandir(path), expected);
  });
});

testLoop("F3: a directory that machines make is found, and can be removed", (t) => {
  inFolder(({ path, at }) => {
    ask(t, (fs) => fs.mkdir(at("new"), 0o750));
    assert.equal(fileSystem.stat(at("new")).mode & 0o777, 0o750);
    assert.deepEqual(readAll(t, path), [[{ name: "new", type: "directory" }]]);
    ask(t, (fs) => fs.rmdir(at("new")));
    assert.deepEqual(readAll(t, path), []);
    assert.deepEqual(ask(t, (fs) => fs.scandir(path)), []);
  });
});

testLoop("F3: three entries, one by one, two at a time, and all at once", (t) => {
  inFolder(({ path, at }) => {
    for (const name of ["one", "two", "three"]) writeFileSync(at(name), "");
    const expected = ["one", "three", "two"].map((name) => ({ name, type: "file" }));
    for (const [entriesMax, lengths] of [[1, [1, 1, 1]], [2, [2, 1]], [undefined, [3]]] as const) {
      const chunks = readAll(t, path, entriesMax);
      assert.deepEqual(chunks.map(({ length }) => length), lengths);
      assert.deepEqual(chunks.flat().sort(byName), expected);
    }
    using directory = fileSystem.opendir(path);
    const entries = [directory.read(1), directory.read(5), directory.read(5)];
    assert.deepEqual(entries.map(({ length }) => length), [1, 2, 0]);
    assert.deepEqual(entries.flat().sort(byName), expected);
  });
});

testLoop("a large directory is read in chunks of any size, also of changing ones", (t) => {
  inFolder(({ path, at }) => {
    const names = Array.from({ length: 1000 }, (_, i) => `entry ${i} ${"x".repeat(i % 200)}`);
    for (const name of names) writeFileSync(at(name), "");
    names.sort();
    const chunks = readAll(t, path);
    assert.equal(chunks[0]?.length, 256);
    assert.deepEqual(chunks.flat().map(({ name }) => name).sort(), names);
    assert.deepEqual(readAll(t, path, 65536)[0]?.length, 1000);
    assert.deepEqual(ask(t, (fs) => fs.scandir(path)).map(({ name }) => name), names);
    using directory = fileSystem.opendir(path);
    const read = [...directory.read(300), ...directory.read(1), ...directory.read(699)];
    assert.deepEqual(read.map(({ name }) => name).sort(), names);
  });
});

testLoop("a directory is read once at a time, and closed when that has ended", (t) => {
  runSteps(t, function* ({ fs }) {
    const directory = yield* answer(fs.opendir("/"));
    const reading = directory.read(1);
    throwsState(() => directory.read());
    assert.equal((yield* answer(reading)).length, 1);
    const last = directory.read(1);
    const closing = directory.close();
    throwsClosed(() => directory.read());
    throwsClosed(() => directory.close());
    yield* answer(closing);
    assert.equal(last.state, "done");
    assert.equal(last.result.length, 1);
  });
});

testLoop("a number of entries that cannot be is refused", (t) => {
  runSteps(t, function* ({ fs }) {
    const directory = yield* answer(fs.opendir("/"));
    for (const entriesMax of [0, -1, 1.5, NaN, 65537, Infinity]) {
      assert.throws(() => directory.read(entriesMax), RangeError);
    }
    assert.throws(() => directory.read("1" as never), TypeError);
    assert.equal((yield* answer(directory.read(1))).length, 1);
  });
  using directory = fileSystem.opendir("/");
  assert.throws(() => directory.read(0), RangeError);
  directory.close();
  throwsClosed(() => directory.read());
  throwsClosed(() => directory.close());
});
