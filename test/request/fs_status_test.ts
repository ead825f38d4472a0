import assert from "node:assert/strict";
import { linkSync, mkdirSync, statfsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { fileSystem } from "../../src/mod.ts";
import { runFixture } from "../ffi/child.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { answer, ask, failsBothWays, runSteps } from "../fixtures/fs_script.ts";
import { test, testLoop } from "../harness.ts";

testLoop("the status of a file is what the runtime says of it", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "12345", { mode: 0o741 });
    linkSync(at("file"), at("other"));
    const expected = statSync(at("file"), { bigint: true });
    for (const status of [ask(t, (fs) => fs.stat(at("file"))), fileSystem.stat(at("file"))]) {
      assert.equal(status.type, "file");
      assert.equal(status.mode, 0o741);
      assert.deepEqual([status.size, status.links], [5, 2]);
      assert.deepEqual([status.inode, status.device], [expected.ino, expected.dev]);
      assert.deepEqual([BigInt(status.uid), BigInt(status.gid)], [expected.uid, expected.gid]);
      // Deno's are cut off, the first to milliseconds, the second to seconds.
      assert.equal(status.modifiedNs / 10n ** 6n, expected.mtimeNs / 10n ** 6n);
      assert.equal(status.changedNs / 10n ** 9n, expected.ctimeNs / 10n ** 9n);
      assert.equal(status.accessedNs / 10n ** 6n, expected.atimeNs / 10n ** 6n);
      assert.equal(Math.floor(status.modifiedMs), Number(status.modifiedNs / 10n ** 6n));
      assert.equal(BigInt(status.blocks), expected.blocks);
      assert.ok(status.blockBytes >= 512);
      assert.ok(status.bornNs > 0n);
    }
  });
});

testLoop("types: directories, links, devices, FIFOs", (t) => {
  inFolder(({ path, at }) => {
    symlinkSync("nowhere", at("link"));
    assert.equal(ask(t, (fs) => fs.stat(path)).type, "directory");
    assert.equal(ask(t, (fs) => fs.lstat(at("link"))).type, "link");
    const { type, specialDevice } = ask(t, (fs) => fs.stat("/dev/null"));
    assert.deepEqual([type, specialDevice], ["character", 0x103n]);
  });
});

testLoop("the status of an open file is that of its path", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "12345");
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true }));
      assert.deepEqual(yield* answer(file.stat()), fileSystem.stat(at("file")));
      yield* answer(file.chmod(0o600));
      yield* answer(file.utime({ accessed: 1000, modified: new Date(2000) }));
      yield* answer(file.chown({}));
      const { mode, accessedMs, modifiedMs } = yield* answer(file.stat());
      assert.deepEqual([mode, accessedMs, modifiedMs], [0o600, 1000, 2000]);
    });
  });
});

testLoop("statfs says what the runtime says of the file system", (t) => {
  const { type, bsize, blocks, files } = statfsSync("/");
  for (const status of [ask(t, (fs) => fs.statfs("/")), fileSystem.statfs("/")]) {
    assert.deepEqual([status.type, status.blockBytes], [type, bsize]);
    assert.deepEqual([status.blocks, status.inodes], [blocks, files]);
    assert.ok(status.blocksAvailable <= status.blocksFree && status.blocksFree <= blocks);
  }
});

testLoop("access tells what may be done", (t) => {
  inFolder(({ path, at }) => {
    writeFileSync(at("file"), "", { mode: 0o644 });
    ask(t, (fs) => fs.access(at("file")));
    ask(t, (fs) => fs.access(at("file"), { read: true, write: true }));
    fileSystem.access(path, { execute: true });
    failsBothWays(t, "EACCES", (fs) => fs.access(at("file"), { execute: true })); // root's too
    failsBothWays(t, "ENOENT", (fs) => fs.access(at("none")));
  });
});

test("F8: what others may not touch fails with EACCES", () => {
  inFolder(({ path, at }) => {
    mkdirSync(at("closed"), { mode: 0o700 });
    writeFileSync(at("closed/file"), "");
    const printed = runFixture("fs_stranger.ts", { args: [path, at("closed/file")] });
    assert.deepEqual(printed, ["open EACCES", "stat EACCES", "mkdir EACCES", "unlink EACCES"]);
  });
});
