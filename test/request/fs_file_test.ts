import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { fileSystem } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { answer, ask, runSteps } from "../fixtures/fs_script.ts";
import { testLoop } from "../harness.ts";

const GIB = 2 ** 30;
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

testLoop("reads and writes without a position go on from the last one", (t) => {
  inFolder(({ at }) => {
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true, create: true }));
      for (const part of ["one ", "two ", "three"]) yield* answer(file.write(part));
      assert.equal(readFileSync(at("file"), "utf8"), "one two three");
      const buffer = new Uint8Array(4);
      assert.equal(yield* answer(file.read(buffer)), 0, "at the end");
      const other = yield* answer(fs.open(at("file")));
      const parts: string[] = [];
      for (let count; (count = yield* answer(other.read(buffer))) > 0;) {
        parts.push(text(buffer.subarray(0, count)));
      }
      assert.deepEqual(parts, ["one ", "two ", "thre", "e"]);
    });
  });
});

testLoop("F9: operations at a position leave the file's own as it is", (t) => {
  inFolder(({ at }) => {
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true, create: true }));
      yield* answer(file.write("0123456789"));
      yield* answer(file.write("ab", { position: 2 }));
      yield* answer(file.write("x", { position: 0 }));
      const buffer = new Uint8Array(3);
      yield* answer(file.read(buffer, { position: 1 }));
      assert.equal(text(buffer), "1ab");
      yield* answer(file.write("!"));
      assert.equal(readFileSync(at("file"), "utf8"), "x1ab456789!");
    });
  });
});

testLoop("F9: a file that is appended to is written at its end, whatever the position", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "start ");
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { append: true }));
      yield* answer(file.write("one "));
      yield* answer(file.write("two", { position: 0 }));
      const both = yield* answer(fs.open(at("file"), { append: true, read: true }));
      const buffer = new Uint8Array(5);
      yield* answer(both.read(buffer, { position: 0 }));
      assert.equal(text(buffer), "start");
    });
    assert.equal(readFileSync(at("file"), "utf8"), "start one two");
    using file = fileSystem.open(at("file"), { append: true });
    file.write("!");
    assert.equal(file.stat().size, 14);
  });
});

testLoop("positions beyond 4 GiB are exact", (t) => {
  inFolder(({ at }) => {
    const end = 5 * GIB + 3;
    const options = { read: true, write: true, create: true };
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("sparse"), options));
      yield* answer(file.truncate(end));
      assert.equal((yield* answer(file.stat())).size, end);
      assert.equal(yield* answer(file.write("end", { position: end - 3 })), 3);
      assert.equal(yield* answer(file.write(["a", "b"], { position: end })), 2);
      const buffer = new Uint8Array(8);
      assert.equal(yield* answer(file.read(buffer, { position: end - 4 })), 6);
      assert.equal(text(buffer), "\0endab\0\0");
      assert.equal(yield* answer(file.read(buffer, { position: end + 2 })), 0);
      const low = new Uint8Array(6);
      assert.equal(yield* answer(file.read(low, { position: end % 2 ** 32 - 3 })), 6);
      assert.deepEqual(low, new Uint8Array(6), "nothing came to where 32 bits would lead");
      const { size, blocks } = yield* answer(file.stat());
      assert.equal(size, end + 2);
      assert.ok(blocks * 512 < GIB, "the file has holes");
    });
    using file = fileSystem.open(at("sparse"), options);
    const last = new Uint8Array(2);
    assert.equal(file.read(last, { position: end }), 2);
    assert.equal(text(last), "ab");
    file.truncate(6 * GIB);
    assert.equal(file.stat().size, 6 * GIB);
    assert.throws(() => file.write("x", { position: Number.MAX_SAFE_INTEGER }), {
      code: "EFBIG",
    });
  });
});

testLoop("vectored: several pieces are one read, and one write", (t) => {
  inFolder(({ at }) => {
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true, create: true }));
      const pieces = ["one", new Uint8Array([32]), "", "two", new SharedArrayBuffer(1)];
      assert.equal(yield* answer(file.write(pieces)), 8);
      assert.equal(readFileSync(at("file"), "utf8"), "one two\0");
      const buffers = [2, 0, 4, 10].map((length) => new Uint8Array(length));
      assert.equal(yield* answer(file.read(buffers, { position: 0 })), 8);
      assert.deepEqual(buffers.map(text), ["on", "", "e tw", "o".padEnd(10, "\0")]);
      const first = new Uint8Array(4).fill(46);
      assert.equal(yield* answer(file.read([first, buffers[2]!], { position: 0, length: 3 })), 3);
      assert.equal(text(first), "one.");
    });
  });
});

testLoop("vectored: as many pieces as libuv takes", (t) => {
  inFolder(({ at }) => {
    const pieces = Array.from({ length: 1024 }, (_, i) => `${i},`);
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true, create: true }));
      assert.equal(yield* answer(file.write(pieces)), pieces.join("").length);
      assert.throws(() => file.write([...pieces, "one more"]), RangeError);
      const buffers = pieces.map(({ length }) => new Uint8Array(length));
      yield* answer(file.read(buffers, { position: 0 }));
      assert.deepEqual(buffers.map(text), pieces);
    });
    assert.equal(readFileSync(at("file"), "utf8"), pieces.join(""));
  });
});

testLoop("nothing can be read, and nothing written", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "content");
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true }));
      assert.equal(yield* answer(file.read(new Uint8Array(0))), 0);
      assert.equal(yield* answer(file.read(new Uint8Array(4), { length: 0 })), 0);
      assert.equal(yield* answer(file.write("")), 0);
      assert.equal(yield* answer(file.write([new Uint8Array(0), ""])), 0);
    });
    assert.equal(readFileSync(at("file"), "utf8"), "content");
  });
});

testLoop("truncate cuts off, and fills with zeros", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "content");
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { write: true }));
      yield* answer(file.truncate(3));
      yield* answer(file.truncate(5));
      assert.equal(readFileSync(at("file"), "utf8"), "con\0\0");
      yield* answer(file.truncate());
      assert.equal(readFileSync(at("file"), "utf8"), "");
    });
  });
});

testLoop("a file is opened as it was asked for", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "content");
    runSteps(t, function* ({ fs }) {
      const forReading = yield* answer(fs.open(at("file")));
      const refused = forReading.write("x");
      yield refused;
      assert.throws(() => refused.result, { code: "EBADF", syscall: "write" });
      const emptied = yield* answer(fs.open(at("file"), { write: true, truncate: true }));
      const unread = emptied.read(new Uint8Array(1));
      yield unread;
      assert.throws(() => unread.result, { code: "EBADF" });
      for (const sync of ["data", "all"] as const) {
        yield* answer((yield* answer(fs.open(at("file"), { append: true, sync }))).write(sync));
      }
      const options = { write: true, create: true, mode: 0o604, exclusive: true } as const;
      const made = yield* answer(fs.open(at("new"), options));
      assert.equal((yield* answer(made.stat())).mode & 0o707, 0o604);
      yield* answer(fs.open(at("new"), { noAccessTime: true, nonBlocking: true, noFollow: true }));
      yield* answer(fs.open(at("."), { directory: true }));
    });
    assert.equal(readFileSync(at("file"), "utf8"), "dataall");
  });
});

testLoop("requests of one file run at the same time, and each is answered once", (t) => {
  inFolder(({ at }) => {
    const content = Array.from({ length: 200 }, (_, i) => `${i}`.padStart(4)).join("");
    writeFileSync(at("file"), content);
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file")));
      const buffers = Array.from({ length: 200 }, () => new Uint8Array(4));
      const requests = buffers.map((buffer, i) => file.read(buffer, { position: i * 4 }));
      for (const request of requests) if (request.state === "pending") yield request;
      assert.equal(buffers.map(text).join(""), content);
    });
    assert.equal(ask(t, (fs) => fs.stat(at("file"))).size, 800);
  });
});
