import assert from "node:assert/strict";
import process from "node:process";
import {
  done,
  type FileSystem,
  fileSystem,
  type IoEvent,
  type OpenOptions,
  type SyncFileSystem,
} from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { answer, runSteps } from "../fixtures/fs_script.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { assertNoMoreDescriptors, openFds, test, testLoop } from "../harness.ts";

type Loose = Record<string, (...args: unknown[]) => unknown>;

/** Operations on one path, with what else they need. */
const onePath: Readonly<Record<keyof FileSystem, readonly unknown[] | undefined>> = {
  open: [],
  stat: [],
  lstat: [],
  statfs: [],
  access: [],
  mkdir: [],
  mkdtemp: [],
  mkstemp: [],
  rmdir: [],
  unlink: [],
  readlink: [],
  realpath: [],
  scandir: [],
  opendir: [],
  chmod: [0o644],
  chown: [{}],
  lchown: [{}],
  utime: [{ accessed: 0, modified: 0 }],
  lutime: [{ accessed: 0, modified: 0 }],
  rename: undefined,
  link: undefined,
  symlink: undefined,
  copyfile: undefined,
};

const noStrings = [undefined, null, 1, {}, ["/tmp"], Symbol("/tmp"), new Uint8Array([47])];
const noPaths = ["", "\0", "/tmp\0/x", "/tmp/\0", "/tmp/\ud800", "\udc00/x"];

/** Makes all calls that must be refused, on either form. */
function refusals(fs: FileSystem | SyncFileSystem): void {
  const loose = fs as unknown as Loose;
  for (const [name, rest] of Object.entries(onePath)) {
    const calls = rest === undefined
      ? [(path: unknown) => loose[name]?.(path, "/x"), (path: unknown) => loose[name]?.("/x", path)]
      : [(path: unknown) => loose[name]?.(path, ...rest)];
    for (const call of calls) {
      for (const path of noStrings) assert.throws(() => call(path), TypeError, name);
      for (const path of noPaths) assert.throws(() => call(path), RangeError, name);
    }
  }
  for (const mode of [-1, 0o10000, 1.5, NaN, Infinity]) {
    assert.throws(() => fs.chmod("/x", mode), RangeError);
    assert.throws(() => fs.mkdir("/x", mode), RangeError);
    assert.throws(() => fs.open("/x", { mode }), RangeError);
  }
  for (const mode of ["644", {}, 1n, true]) {
    assert.throws(() => fs.chmod("/x", mode as never), TypeError);
    assert.throws(() => fs.open("/x", { mode: mode as never, create: true }), TypeError);
  }
  for (const id of [-1, 2 ** 32 - 1, 2 ** 32, 0.5, NaN]) {
    assert.throws(() => fs.chown("/x", { uid: id }), RangeError);
    assert.throws(() => fs.lchown("/x", { gid: id }), RangeError);
  }
  for (const time of [-1, NaN, Infinity, -Infinity, 8.65e15, new Date(NaN), new Date(-1)]) {
    assert.throws(() => fs.utime("/x", { accessed: time, modified: 0 }), RangeError);
    assert.throws(() => fs.lutime("/x", { accessed: 0, modified: time }), RangeError);
  }
  for (const time of [undefined, null, "now", 1n, {}]) {
    assert.throws(() => fs.utime("/x", { accessed: 0, modified: time as never }), TypeError);
  }
  for (const options of [null, 1, "r", true]) {
    assert.throws(() => fs.open("/x", options as never), TypeError);
    assert.throws(() => fs.access("/x", options as never), TypeError);
    assert.throws(() => fs.copyfile("/x", "/y", options as never), TypeError);
    assert.throws(() => fs.chown("/x", options as never), TypeError);
    assert.throws(() => fs.utime("/x", options as never), TypeError);
  }
  openRefusals(fs);
}

function openRefusals(fs: FileSystem | SyncFileSystem): void {
  const nonsense: OpenOptions[] = [
    { read: false },
    { truncate: true },
    { exclusive: true },
    { exclusive: true, write: true },
    { sync: "some" as never },
  ];
  for (const options of nonsense) assert.throws(() => fs.open("/x", options), RangeError);
  const switches = ["read", "write", "append", "create", "exclusive", "truncate", "direct"];
  for (const name of [...switches, "directory", "noFollow", "noAccessTime", "nonBlocking"]) {
    for (const value of [1, "yes", {}]) {
      assert.throws(() => fs.open("/x", { [name]: value }), TypeError, name);
    }
  }
  assert.throws(() => fs.open("/x", { sync: true as never }), TypeError);
  assert.throws(() => fs.access("/x", { read: 1 as never }), TypeError);
  assert.throws(() => fs.copyfile("/x", "/y", { exclusive: 1 as never }), TypeError);
}

testLoop("bad arguments are refused before anything is asked of libuv", (t) => {
  play(t, ({ fs }) => {
    refusals(fs);
    assert.equal(t.loop.metrics().requests, 0);
    fs.stat("/");
    return { fs: () => done() };
  });
  run(t);
});

test("bad arguments are refused at once too", () => refusals(fileSystem));

testLoop("a file refuses what libuv would cut off, and what cannot be", (t) => {
  inFolder(({ at }) => {
    runSteps(t, function* (scope) {
      const file = yield* answer(
        scope.fs.open(at("file"), { read: true, write: true, create: true }),
      );
      const held = scope.leaseBlock() ?? assert.fail("no block");
      const bytes = new Uint8Array(10);
      for (const position of [-1, 1.5, NaN, Infinity, 2 ** 53]) {
        assert.throws(() => file.read(held, { position }), RangeError);
        assert.throws(() => file.write(held, { position }), RangeError);
        assert.throws(() => file.truncate(position), RangeError);
      }
      for (const position of ["0", null, 1n, {}]) {
        assert.throws(() => file.read(bytes, { position: position as never }), TypeError);
        assert.throws(() => file.write("x", { position: position as never }), TypeError);
      }
      for (const length of [-1, 2 ** 31, 0.5]) {
        assert.throws(() => file.read(bytes, { length }), RangeError);
      }
      for (const use of [() => file.read([]), () => file.write([])]) assert.throws(use, RangeError);
      const many = Array.from({ length: 1025 }, () => bytes);
      assert.throws(() => file.read(many), RangeError);
      assert.throws(() => file.write(many), RangeError);
      const huge = Array.from({ length: 3 }, () => new Uint8Array(new SharedArrayBuffer(2 ** 30)));
      assert.throws(() => file.read(huge), RangeError);
      assert.throws(() => file.write([held, ...huge]), RangeError);
      for (
        const target of [
          undefined,
          null,
          10,
          "text",
          {},
          [1],
          [[bytes]],
          new DataView(bytes.buffer),
        ]
      ) {
        assert.throws(() => file.read(target as never), TypeError);
      }
      for (const data of [undefined, null, 10, {}, [1], [["x"]], new ArrayBuffer(1)]) {
        assert.throws(() => file.write(data as never), TypeError);
      }
      for (const mode of [-1, 0o10000]) assert.throws(() => file.chmod(mode), RangeError);
      assert.throws(() => file.chown({ uid: -1 }), RangeError);
      assert.throws(() => file.utime({ accessed: -1, modified: 0 }), RangeError);
      assert.equal(t.loop.metrics().requests, 0);
      assert.equal(held.holders, 1, "nothing was kept");
      held.release();
      assert.equal((yield* answer(file.stat())).size, 0);
    });
  });
});

test("a file that was closed at once takes nothing any more", () => {
  const before = openFds();
  const file = fileSystem.open("/proc/self/status");
  file.close();
  assert.equal(file.state, "closed");
  const uses = [
    () => file.read(new Uint8Array(1)),
    () => file.write("x"),
    () => file.stat(),
    () => file.sync(),
    () => file.datasync(),
    () => file.truncate(0),
    () => file.chmod(0),
    () => file.chown({}),
    () => file.utime({ accessed: 0, modified: 0 }),
    () => file.sendfile(file),
    () => file.close(),
  ];
  for (const use of uses) throwsClosed(use);
  file[Symbol.dispose]();
  assertNoMoreDescriptors(before);
});

test("errors at once leave nothing open, and no memory held", () => {
  const before = openFds();
  for (let i = 0; i < 100; i++) {
    assert.throws(() => fileSystem.open("/none"), { code: "ENOENT" });
    assert.throws(() => fileSystem.mkstemp("/none/XXXXXX"), { code: "ENOENT" });
    assert.throws(() => fileSystem.opendir("/none"), { code: "ENOENT" });
  }
  assertNoMoreDescriptors(before);
});

testLoop("F10: what came of a request stays as it is when its memory is another's", (t) => {
  runSteps(t, function* ({ fs }) {
    const scan = fs.scandir("/proc/self/task/..");
    const names = (yield* answer(scan)).map(({ name }) => name);
    const status = fs.stat("/");
    const first = { ...yield* answer(status) };
    for (let i = 0; i < 10; i++) {
      yield* answer(fs.stat("/proc"));
      yield* answer(fs.realpath("/proc/../proc/sys"));
    }
    assert.deepEqual(status.result, first);
    assert.deepEqual(scan.result.map(({ name }) => name), names);
    assert.ok(names.includes("status"));
  });
});

testLoop("F10: a thousand requests take no more memory than a few", (t) => {
  let bytes = 0;
  play(t, ({ fs }) => {
    let left = 1000;
    fs.stat("/");
    return {
      fs: (): ReturnType<typeof done> | void => {
        bytes ||= t.loop.metrics().arenaBytes;
        if (--left === 0) return done();
        if (left % 2 === 0) fs.stat("/none");
        else fs.readlink("/proc/self/exe");
      },
      fsFailed: () => void fs.scandir("/proc/self/fdinfo"),
    };
  });
  run(t);
  assert.equal(t.loop.metrics().arenaBytes, bytes);
});

testLoop("F10: libuv frees its copies of paths", (t) => {
  const path = "€".repeat(5000); // 15 kB each
  const growth = (): number => {
    const before = process.memoryUsage().rss;
    play(t, ({ fs }) => {
      let left = 10_000;
      for (let i = 0; i < 10; i++) fs.stat(path);
      return {
        fsFailed: ({ error }) => {
          assert.equal(error.code, "ENAMETOOLONG");
          if (--left === 0) return done();
          if (left >= 10) fs.stat(path);
        },
      };
    });
    run(t);
    return process.memoryUsage().rss - before;
  };
  // 150 MB would be lost each time; what the runtime has not collected yet grows only at first.
  const grown = [growth()];
  while (grown.at(-1)! >= 75e6 && grown.length < 5) grown.push(growth());
  assert.ok(grown.at(-1)! < 75e6, grown.join());
});

testLoop("an event has a request, which is done, and no handle", (t) => {
  const seen: unknown[] = [];
  const note = (event: IoEvent): ReturnType<typeof done> | void => {
    if (event.kind !== "fs" && event.kind !== "fsFailed") return;
    const { kind, handle, request } = event;
    seen.push([kind, handle, request.kind, request.operation, request.path, request.state]);
    if (seen.length === 2) return done();
  };
  play(t, ({ fs }) => {
    assert.equal(fs.stat("/").state, "pending");
    assert.throws(() => fs.rename("/none", "/none2").result, { name: "StateError" });
    return { fs: note, fsFailed: note };
  });
  run(t);
  assert.deepEqual(seen.sort(), [
    ["fs", undefined, "fs", "stat", "/", "done"],
    ["fsFailed", undefined, "fs", "rename", "/none to /none2", "done"],
  ]);
});
