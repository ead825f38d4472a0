import assert from "node:assert/strict";
import { readlinkSync, writeFileSync } from "node:fs";
import { type AnyFsRequest, done, type File, fileSystem, Loop, type Scope } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { addSteps, answer, runSteps } from "../fixtures/fs_script.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { closeFd, pipePair } from "../fixtures/handle_system.ts";
import { type LoopTest, openFds, testLoop } from "../harness.ts";
import { passPoolQueue, withBusyThreadPool } from "./thread_pool.ts";

const FILE = "/proc/self/status";

/** The file of an answer to `open`. */
function opened(request: AnyFsRequest): File {
  return request.operation === "open" ? request.result : assert.fail(request.operation);
}

/** Gives a test a path that can be read from only after `write`. */
function withPipe(body: (path: string, write: () => void) => void): void {
  const [readable, writable] = pipePair();
  const write = (): void => {
    using file = fileSystem.open(`/proc/self/fd/${writable}`, { write: true });
    file.write("content");
  };
  try {
    body(`/proc/self/fd/${readable}`, write);
  } finally {
    closeFd(readable);
    closeFd(writable);
  }
}

testLoop("a machine that ends closes its files", (t) => {
  const files: File[] = [];
  const before = openFds();
  play(t, (scope) => {
    for (let i = 0; i < 10; i++) scope.fs.open(FILE);
    return {
      fs: ({ request }) => {
        files.push(opened(request));
        if (files.length < 10) return;
        assert.equal(openFds(), before + 10);
        return done();
      },
    };
  });
  run(t);
  assert.equal(openFds(), before);
  assert.deepEqual([...new Set(files.map(({ state, fd }) => `${state} ${fd}`))], ["closed -1"]);
  for (const file of files) throwsClosed(() => file.stat());
});

testLoop("what is opened after its machine has ended is closed", (t) => {
  inFolder(({ at }) => {
    play(t, ({ fs }) => {
      for (let i = 0; i < 20; i++) {
        fs.open(FILE);
        fs.opendir("/");
        fs.mkstemp(at("XXXXXX"));
      }
      passPoolQueue();
      return { fs: () => done() };
    });
    run(t);
  });
});

testLoop("close() waits for what is under way, and takes nothing new", (t) => {
  withPipe((path, write) => {
    const events: string[] = [];
    play(t, (scope) => {
      scope.fs.open(path);
      return {
        fs: ({ request }) => {
          events.push(request.operation);
          if (request.operation === "close") return done();
          if (request.operation !== "open") return;
          const file = request.result;
          file.read(new Uint8Array(10));
          passPoolQueue(); // a thread reads now
          const closing = file.close();
          assert.deepEqual([file.state, closing.state], ["closing", "pending"]);
          assert.equal(closing.cancel(), false);
          for (const use of [() => file.stat(), () => file.read(new Uint8Array(1))]) {
            throwsClosed(use);
          }
          throwsClosed(() => file.close());
          throwsClosed(() => scope.register(file));
          assert.match(readlinkSync(`/proc/self/fd/${file.fd}`), /^pipe:/);
          write();
        },
      };
    });
    run(t);
    assert.deepEqual(events, ["open", "read", "close"]);
  });
});

testLoop("a machine that ends leaves a file open as long as a thread works on it", (t) => {
  for (const closes of [false, true]) {
    withPipe((path, write) => {
      let file: File | undefined;
      play(t, (scope) => {
        scope.fs.open(path);
        return {
          fs: ({ request }) => {
            file = opened(request);
            file.read(new Uint8Array(10));
            passPoolQueue();
            if (closes) file.close();
            return done();
          },
          dispose: () => {
            assert.equal(file?.state, "closing");
            assert.match(readlinkSync(`/proc/self/fd/${file?.fd}`), /^pipe:/);
            write();
          },
        };
      });
      run(t);
      assert.equal(file?.state, "closed");
    });
  }
});

testLoop("a file is handed over to another machine, which closes it at its own end", (t) => {
  let file: File | undefined;
  const events: string[] = [];
  let other: Scope | undefined;
  play(t, (scope) => {
    other = scope;
    return {
      fs: ({ request }) => {
        events.push(`other ${request.operation}`);
        assert.equal(file?.state, "open");
        return done();
      },
    };
  });
  play(t, (scope) => {
    scope.fs.open(FILE);
    return {
      fs: ({ request }) => {
        events.push(request.operation);
        file = opened(request);
        other?.register(file);
        file.stat();
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(events, ["open", "other fstat"]);
  assert.equal(file?.state, "closed");
});

testLoop("a file of another loop, and one that is closed, are not registered", (t) => {
  using other = Loop.create().instantiate(undefined);
  runSteps(t, function* (scope) {
    const file = yield* answer(scope.fs.open(FILE));
    other.addMachine((stranger) => {
      assert.throws(() => stranger.register(file), TypeError);
      return done();
    });
    using mine = fileSystem.open(FILE);
    assert.throws(() => scope.register(mine as never), TypeError);
    const directory = yield* answer(scope.fs.opendir("/"));
    scope.register(directory);
    yield* answer(file.close());
    throwsClosed(() => scope.register(file));
    assert.equal(file.state, "closed");
  });
});

testLoop("requests that wait for a thread can be cancelled, and give memory back", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "content");
    runSteps(t, function* (scope) {
      const file = yield* answer(scope.fs.open(at("file"), { read: true, write: true }));
      const directory = yield* answer(scope.fs.opendir("/"));
      const block = scope.leaseBlock() ?? assert.fail("no block");
      const requests = withBusyThreadPool(() => {
        const requests = [
          scope.fs.open(at("file")),
          scope.fs.opendir("/"),
          scope.fs.mkdtemp(at("XXXXXX")),
          scope.fs.scandir("/"),
          scope.fs.rename(at("file"), at("other")),
          file.read(block),
          file.write(["a", "b", "c", "d", "e", "f"]),
          file.truncate(3),
          directory.read(),
        ];
        for (const request of requests) assert.equal(request.cancel(), true);
        return requests;
      });
      for (const request of requests) {
        if (request.state === "pending") yield request;
        assert.throws(() => request.result, { code: "ECANCELED" }, request.operation);
      }
      assert.equal(block.holders, 1);
      block.release();
      assert.ok((yield* answer(directory.read(1))).length === 1, "the directory can be read on");
    });
    assert.equal(fileSystem.stat(at("file")).size, 7);
  });
});

testLoop("close() cannot be cancelled, not even while it waits for a thread", (t) => {
  runSteps(t, function* ({ fs }) {
    const file = yield* answer(fs.open(FILE));
    const closing = withBusyThreadPool(() => {
      const request = file.close();
      assert.equal(request.cancel(), false);
      return request;
    });
    yield* answer(closing);
    assert.equal(file.state, "closed");
  });
});

testLoop("a machine that ends while its files are closing waits for nobody", (t) => {
  withBusyThreadPool(() => {
    using file = fileSystem.open(FILE);
    assert.equal(file.state, "open");
  });
  runSteps(t, function* ({ fs }) {
    const files = [yield* answer(fs.open(FILE)), yield* answer(fs.open(FILE))];
    for (const file of files) file.close();
  });
});

testLoop("a loop with open files and requests under way can be closed", (t: LoopTest) => {
  addSteps(t, function* (scope) {
    const file = yield* answer(scope.fs.open(FILE));
    const directory = yield* answer(scope.fs.opendir("/"));
    for (let i = 0; i < 20; i++) {
      file.read(new Uint8Array(100), { position: 0 });
      scope.fs.open(FILE);
    }
    directory.read();
    t.loop.stop();
    yield file.close();
  });
  run(t);
  t.loop.close();
});

testLoop("a handler that throws closes the files of its machine", (t) => {
  const failure = new Error("not that one");
  play(t, ({ fs }) => {
    fs.open(FILE);
    return {
      fs: ({ request }) => {
        opened(request).read(new Uint8Array(10));
        throw failure;
      },
    };
  });
  t.loop.run();
  assert.equal(t.takeError().error, failure);
});

testLoop("a machine that has ended can use no files", (t) => {
  play(t, (scope) => {
    const { fs } = scope;
    scope.timer().start(0);
    return {
      timer: () => done(),
      dispose: () => {
        throwsClosed(() => fs.open(FILE));
        throwsClosed(() => scope.fs.stat("/"));
      },
    };
  });
  run(t);
});
