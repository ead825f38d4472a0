import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileSystem } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { answer, ask, failsBothWays, runSteps } from "../fixtures/fs_script.ts";
import { testLoop } from "../harness.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

testLoop("F1: open, write, read, truncate, rename, close, unlink, one after the other", (t) => {
  inFolder((folder) => {
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(
        fs.open(folder.at("a"), { read: true, write: true, create: true, exclusive: true }),
      );
      assert.equal(yield* answer(file.write("test-buffer\n")), 12);
      const buffer = new Uint8Array(32);
      assert.equal(yield* answer(file.read(buffer, { position: 0 })), 12);
      assert.equal(text(buffer.subarray(0, 12)), "test-buffer\n");
      yield* answer(file.truncate(7));
      assert.equal((yield* answer(file.stat())).size, 7);
      yield* answer(fs.rename(folder.at("a"), folder.at("b")));
      yield* answer(file.sync());
      yield* answer(file.datasync());
      yield* answer(file.close());
      assert.equal(readFileSync(folder.at("b"), "utf8"), "test-bu");
      yield* answer(fs.unlink(folder.at("b")));
    });
    assert.deepEqual(ask(t, (fs) => fs.scandir(folder.path)), []);
  });
});

testLoop("F1: the same at once", () => {
  inFolder((folder) => {
    {
      using file = fileSystem.open(folder.at("a"), { read: true, write: true, create: true });
      assert.equal(file.write(bytes("test-buffer\n")), 12);
      const buffer = new Uint8Array(32);
      assert.equal(file.read(buffer, { position: 0 }), 12);
      assert.equal(text(buffer.subarray(0, 12)), "test-buffer\n");
      file.truncate(7);
      assert.equal(file.stat().size, 7);
      fileSystem.rename(folder.at("a"), folder.at("b"));
      file.sync();
      file.datasync();
    }
    assert.equal(readFileSync(folder.at("b"), "utf8"), "test-bu");
    fileSystem.unlink(folder.at("b"));
    assert.deepEqual(fileSystem.scandir(folder.path), []);
  });
});

testLoop("F2: errors have libuv's names, as events and thrown", (t) => {
  inFolder((folder) => {
    const { at } = folder;
    mkdirSync(at("directory"));
    writeFileSync(at("file"), "");
    symlinkSync("loop", at("loop"));
    failsBothWays(t, "ENOENT", (fs) => fs.open(at("none")));
    failsBothWays(t, "ENOENT", (fs) => fs.stat(at("none")));
    failsBothWays(t, "ENOENT", (fs) => fs.unlink(at("none")));
    failsBothWays(t, "ENOENT", (fs) => fs.scandir(at("none")));
    failsBothWays(t, "ENOENT", (fs) => fs.opendir(at("none")));
    failsBothWays(t, "ENOENT", (fs) => fs.rename(at("none"), at("other")));
    failsBothWays(t, "ENAMETOOLONG", (fs) => fs.open(at("a".repeat(256))));
    failsBothWays(t, "ENAMETOOLONG", (fs) => fs.stat("/a".repeat(100_000)));
    failsBothWays(t, "ENAMETOOLONG", (fs) => fs.mkdtemp(`${"ü/".repeat(9000)}XXXXXX`));
    failsBothWays(t, "ENAMETOOLONG", (fs) => fs.symlink("a".repeat(5001), at("long")));
    failsBothWays(t, "ELOOP", (fs) => fs.open(at("loop")));
    failsBothWays(t, "ELOOP", (fs) => fs.open(at("loop"), { noFollow: true }));
    failsBothWays(t, "EISDIR", (fs) => fs.open(at("directory"), { write: true }));
    failsBothWays(t, "EEXIST", (fs) => fs.mkdir(at("directory")));
    failsBothWays(
      t,
      "EEXIST",
      (fs) => fs.open(at("file"), { write: true, create: true, exclusive: true }),
    );
    failsBothWays(t, "ENOTDIR", (fs) => fs.scandir(at("file")));
    failsBothWays(t, "ENOTDIR", (fs) => fs.opendir(at("file")));
    failsBothWays(t, "ENOTDIR", (fs) => fs.stat(at("file/below")));
    failsBothWays(t, "ENOTDIR", (fs) => fs.open(at("file"), { directory: true }));
    failsBothWays(t, "ENOTEMPTY", (fs) => fs.rmdir(folder.path));
    failsBothWays(t, "EINVAL", (fs) => fs.readlink(at("file")));
  });
});

testLoop("F2: a directory can be opened, and not be read as a file", (t) => {
  inFolder((folder) => {
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(folder.path));
      const request = file.read(new Uint8Array(10));
      yield request;
      assert.throws(() => request.result, { code: "EISDIR", syscall: "read" });
    });
    using file = fileSystem.open(folder.path);
    assert.throws(() => file.read(new Uint8Array(10)), { code: "EISDIR" });
  });
});

testLoop("F7: mkdtemp and mkstemp find new names; a template without its end is refused", (t) => {
  inFolder(({ at }) => {
    const template = at("temporary-XXXXXX");
    const [one, two] = [ask(t, (fs) => fs.mkdtemp(template)), fileSystem.mkdtemp(template)];
    assert.notEqual(one, two);
    for (const path of [one, two]) {
      assert.match(path, /temporary-[0-9A-Za-z]{6}$/);
      assert.deepEqual([statSync(path).isDirectory(), statSync(path).mode & 0o777], [true, 0o700]);
    }
    runSteps(t, function* ({ fs }) {
      const first = yield* answer(fs.mkstemp(template));
      const second = yield* answer(fs.mkstemp(template));
      assert.notEqual(first.path, second.path);
      assert.equal(first.file.path, first.path);
      yield* answer(first.file.write("first"));
      assert.equal(readFileSync(first.path, "utf8"), "first");
      assert.equal(statSync(first.path).mode & 0o777, 0o600);
    });
    const { path, file } = fileSystem.mkstemp(template);
    file.close();
    assert.equal(statSync(path).size, 0);
    failsBothWays(t, "EINVAL", (fs) => fs.mkdtemp(at("no-template")));
    failsBothWays(t, "EINVAL", (fs) => fs.mkstemp(at("no-template")));
    failsBothWays(t, "EINVAL", (fs) => fs.mkdtemp(at("XXXXXXbehind")));
  });
});

testLoop("F8: links of both kinds, and what they lead to", (t) => {
  inFolder(({ path, at }) => {
    writeFileSync(at("file"), "content");
    for (const [index, fs] of [fileSystem, undefined].entries()) {
      const [symbolic, hard] = [at(`symbolic${index}`), at(`hard${index}`)];
      if (fs !== undefined) {
        fs.symlink("file", symbolic);
        fs.link(at("file"), hard);
        assert.equal(fs.readlink(symbolic), "file");
        assert.equal(fs.realpath(symbolic), at("file"));
      } else {
        ask(t, (fs) => fs.symlink("file", symbolic));
        ask(t, (fs) => fs.link(at("file"), hard));
        assert.equal(ask(t, (fs) => fs.readlink(symbolic)), "file");
        assert.equal(ask(t, (fs) => fs.realpath(symbolic)), at("file"));
      }
      assert.equal(readlinkSync(symbolic), "file");
      assert.equal(statSync(hard).ino, statSync(at("file")).ino);
      assert.equal(ask(t, (fs) => fs.lstat(symbolic)).type, "link");
      assert.equal(fileSystem.stat(symbolic).type, "file");
    }
    assert.equal(ask(t, (fs) => fs.realpath(`${path}/./..`)), fileSystem.realpath(`${path}/..`));
  });
});

testLoop("F8: rename replaces a file of the new name", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("one"), "1");
    writeFileSync(at("two"), "2");
    ask(t, (fs) => fs.rename(at("one"), at("two")));
    assert.equal(readFileSync(at("two"), "utf8"), "1");
    failsBothWays(t, "ENOENT", (fs) => fs.stat(at("one")));
  });
});

testLoop("F8: copyfile copies bytes and permissions, and replaces nothing if so told", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("one"), "content", { mode: 0o640 });
    ask(t, (fs) => fs.copyfile(at("one"), at("two")));
    assert.equal(readFileSync(at("two"), "utf8"), "content");
    assert.equal(statSync(at("two")).mode & 0o777, 0o640);
    const options = { exclusive: true };
    failsBothWays(t, "EEXIST", (fs) => fs.copyfile(at("one"), at("two"), options));
    fileSystem.copyfile(at("one"), at("three"), { ficlone: true, exclusive: true });
    assert.equal(readFileSync(at("three"), "utf8"), "content");
    writeFileSync(at("one"), "new");
    ask(t, (fs) => fs.copyfile(at("one"), at("three"), { ficlone: true }));
    assert.equal(readFileSync(at("three"), "utf8"), "new");
  });
});

testLoop("F8: copyfile that must share blocks fails where the file system cannot", (t) => {
  const from = "/proc/self/status"; // no file system of its kind can
  inFolder(({ at }) => {
    const options = { ficloneForce: true };
    const copies = [
      () => fileSystem.copyfile(from, at("copy"), options),
      () => ask(t, (fs) => fs.copyfile(from, at("copy"), options)),
    ];
    for (const copy of copies) {
      assert.throws(copy, ({ code }) => ["ENOTSUP", "EXDEV", "ENOTTY", "EINVAL"].includes(code));
      assert.throws(() => lstatSync(at("copy")), { code: "ENOENT" });
    }
  });
});

testLoop("permissions, times and owners are set on what a link leads to, or on the link", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "");
    symlinkSync("file", at("link"));
    const [accessed, modified] = [new Date(1e12), 1_234_567_890_123.25];
    ask(t, (fs) => fs.utime(at("link"), { accessed, modified }));
    const status = ask(t, (fs) => fs.stat(at("link")));
    assert.deepEqual([status.accessedMs, status.accessedNs], [1e12, 10n ** 18n]);
    assert.equal(status.modifiedMs, modified);
    assert.equal(status.modifiedNs, 1_234_567_890_123_250_000n);
    fileSystem.lutime(at("link"), { accessed: 0, modified: 1000 });
    assert.equal(fileSystem.lstat(at("link")).modifiedNs, 10n ** 9n);
    assert.equal(fileSystem.stat(at("link")).modifiedMs, modified);
    ask(t, (fs) => fs.chmod(at("link"), 0o1604));
    assert.equal(fileSystem.stat(at("file")).mode, 0o1604);
    const { uid, gid } = statSync(at("file"));
    ask(t, (fs) => fs.chown(at("link"), { uid, gid }));
    ask(t, (fs) => fs.lchown(at("link"), { uid }));
    ask(t, (fs) => fs.chown(at("file"), {}));
    if (process.getuid?.() === 0) {
      fileSystem.chown(at("link"), { uid: 1234 });
      fileSystem.lchown(at("link"), { gid: 4321 });
      const owners = [statSync(at("file")), lstatSync(at("link"))].map((s) => [s.uid, s.gid]);
      assert.deepEqual(owners, [[1234, gid], [uid, 4321]]);
    }
  });
});
