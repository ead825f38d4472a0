import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import {
  type AnyFsRequest,
  done,
  type File,
  fileSystem,
  type Scope,
  type Stream,
} from "../../src/mod.ts";
import { type Folder, inFolder } from "../fixtures/fs_folder.ts";
import { answer, runSteps } from "../fixtures/fs_script.ts";
import { type Handlers, run, throwsClosed, throwsState } from "../fixtures/handle_machine.ts";
import { connectPair, type End, ipv4, transports } from "../fixtures/handle_transport.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** What the tests of libuv send. */
const SENT_BYTES = 65_545;
/** More than the buffers of a connection hold. */
const LARGE_BYTES = 20_000_000;

/** A file of so many bytes, of which no part is like another. */
function makeFile({ at }: Folder, byteLength: number): string {
  const bytes = new Uint8Array(byteLength);
  const words = new Uint32Array(bytes.buffer, 0, byteLength >>> 2);
  for (let i = 0; i < words.length; i++) words[i] = i;
  writeFileSync(at("source"), bytes);
  return at("source");
}

/** A server that opens a file and sends it; afterwards it is told what came of that. */
function sender(path: string, sent: (request: AnyFsRequest, file: File) => void): End {
  return (stream, { fs }): Handlers => {
    let file: File | undefined;
    fs.open(path);
    return {
      fs: ({ request }) => {
        if (request.operation === "open") {
          file = request.result;
          file.sendfile(stream);
        } else {
          assert.equal(request.operation, "sendfile");
          sent(request, file as File);
          return done();
        }
      },
    };
  };
}

/** A client that gathers what it reads. */
function gatherer(parts: Uint8Array[]): End {
  return (stream) => {
    stream.readStart();
    return {
      read: ({ bytes }) => void parts.push(bytes.slice()),
      end: () => done(),
    };
  };
}

const join = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

testLoop("F4: a file is sent to another, whole and in part", (t) => {
  inFolder((folder) => {
    const source = makeFile(folder, SENT_BYTES);
    const content = readFileSync(source);
    runSteps(t, function* ({ fs }) {
      const from = yield* answer(fs.open(source));
      const to = yield* answer(fs.open(folder.at("copy"), { write: true, create: true }));
      assert.equal(yield* answer(from.sendfile(to)), SENT_BYTES);
      assert.ok(readFileSync(folder.at("copy")).equals(content));
      const part = yield* answer(fs.open(folder.at("part"), { write: true, create: true }));
      assert.equal(yield* answer(from.sendfile(part, { position: 65_000, length: 40 })), 40);
      assert.equal(yield* answer(from.sendfile(part, { position: 65_540 })), 5);
      const expected = [content.subarray(65_000, 65_040), content.subarray(65_540)];
      assert.ok(readFileSync(folder.at("part")).equals(join(expected)));
    });
    using from = fileSystem.open(source);
    using to = fileSystem.open(folder.at("copy"), { write: true, truncate: true });
    assert.equal(from.sendfile(to, { length: 100_000 }), SENT_BYTES);
    assert.ok(readFileSync(folder.at("copy")).equals(content));
  });
});

testLoop("F4: of nothing, and from beyond the end, nothing is sent", (t) => {
  inFolder((folder) => {
    const source = makeFile(folder, 0);
    runSteps(t, function* ({ fs }) {
      const from = yield* answer(fs.open(source));
      const to = yield* answer(fs.open(folder.at("copy"), { write: true, create: true }));
      assert.equal(yield* answer(from.sendfile(to)), 0);
      assert.equal(yield* answer(from.sendfile(to, { position: 5 * 2 ** 30 })), 0);
    });
    assert.equal(statSync(folder.at("copy")).size, 0);
  });
});

testLoop("a file that is sent to is closed when that has ended", (t) => {
  inFolder((folder) => {
    const source = makeFile(folder, SENT_BYTES);
    runSteps(t, function* ({ fs }) {
      const from = yield* answer(fs.open(source));
      const to = yield* answer(fs.open(folder.at("copy"), { write: true, create: true }));
      const sending = from.sendfile(to);
      const closing = to.close();
      throwsClosed(() => from.sendfile(to));
      yield* answer(closing);
      assert.equal(sending.state, "done");
      assert.equal(sending.result, SENT_BYTES);
    });
  });
});

/** Sends a file of so many bytes to a reader, and compares what arrives. */
function sendWhole(t: LoopTest, byteLength: number, transport = ipv4): void {
  inFolder((folder) => {
    const parts: Uint8Array[] = [];
    const path = makeFile(folder, byteLength);
    const server = sender(path, ({ result }) => assert.equal(result, byteLength));
    connectPair(t, { transport, server, client: gatherer(parts) });
    run(t);
    assert.ok(join(parts).equals(readFileSync(path)));
  });
}

for (const transport of transports) {
  testLoop(`F4: a file is sent over a stream (${transport.name})`, (t) => {
    sendWhole(t, SENT_BYTES, transport);
  });
}

testLoop("a file larger than the socket's buffers waits for the reader, the loop goes on", (t) => {
  sendWhole(t, LARGE_BYTES);
});

testLoop("a stream that is closed while a file is sent gets all of it", (t) => {
  inFolder((folder) => {
    const parts: Uint8Array[] = [];
    const path = makeFile(folder, LARGE_BYTES);
    connectPair(t, {
      server: (stream, { fs }) => {
        fs.open(path);
        return {
          fs: ({ request }) => {
            if (request.operation === "sendfile") return done();
            if (request.operation !== "open") return;
            request.result.sendfile(stream);
            stream.close();
            throwsClosed(() => request.result.sendfile(stream));
          },
        };
      },
      client: gatherer(parts),
    });
    run(t);
    assert.ok(join(parts).equals(readFileSync(path)));
  });
});

testLoop("a machine that ends while its peer reads nothing ends the connection", (t) => {
  inFolder((folder) => {
    const path = makeFile(folder, LARGE_BYTES);
    connectPair(t, {
      server: (stream, scope) => {
        scope.fs.open(path);
        return {
          fs: ({ request }) => {
            if (request.operation === "open") request.result.sendfile(stream);
            scope.timer().start(100); // a thread has sent what the peer's system takes, and waits
          },
          timer: () => done(),
        };
      },
      client: (_stream, scope) => {
        const timer = scope.timer();
        timer.start(10, 10);
        let hasBegun = false;
        return {
          // It never reads: only the end of the other machine frees the thread.
          timer: () => {
            const { requests } = t.loop.metrics();
            hasBegun ||= requests > 0;
            if (hasBegun && requests === 0) return done();
          },
        };
      },
    });
    run(t);
  });
});

testLoop("a peer that goes fails what is sent to it", (t) => {
  inFolder((folder) => {
    const path = makeFile(folder, LARGE_BYTES);
    let code = "";
    connectPair(t, {
      server: (stream, { fs }) => {
        fs.open(path);
        return {
          fs: ({ request }) => {
            if (request.operation === "open") request.result.sendfile(stream);
          },
          fsFailed: ({ error }) => {
            code = error.code;
            return done();
          },
        };
      },
      client: (stream) => {
        stream.readStart();
        return { read: () => done(), end: () => done(), readFailed: () => done() };
      },
    });
    run(t);
    assert.match(code, /^(EPIPE|ECONNRESET|EIO)$/);
  });
});

testLoop("what cannot be sent to is refused before", (t) => {
  inFolder((folder) => {
    const path = makeFile(folder, 100);
    connectPair(t, {
      server: (stream, scope) => checkRefusals(stream, scope, path),
      client: gatherer([]),
    });
    run(t);
  });
});

function checkRefusals(stream: Stream, scope: Scope, path: string): Handlers {
  scope.fs.open(path);
  return {
    fs: ({ request }) => {
      if (request.operation === "sendfile") return done();
      if (request.operation !== "open") return;
      const file = request.result;
      for (const to of [undefined, null, 1, {}, file.fd, { fd: 1, path: "", state: "open" }]) {
        assert.throws(() => file.sendfile(to as never), TypeError);
      }
      using other = fileSystem.open("/dev/null", { write: true });
      assert.throws(() => file.sendfile(other), TypeError, "nobody would keep it open");
      assert.throws(() => other.sendfile(stream), TypeError, "it would hold up the thread");
      throwsState(() => file.sendfile(scope.tcp()));
      for (
        const options of [{ length: 2 ** 31 }, { length: -1 }, { position: -1 }, { length: 1.5 }]
      ) {
        assert.throws(() => file.sendfile(stream, options), RangeError);
      }
      stream.write("not sent yet");
      throwsState(() => file.sendfile(stream));
      stream.requestFlushed();
    },
    flushed: () => done(),
  };
}

testLoop("a server sends a head, and then a file", (t: LoopTest) => {
  inFolder((folder) => {
    const path = makeFile(folder, 1000);
    const parts: Uint8Array[] = [];
    connectPair(t, {
      server: (stream, { fs }) => {
        let file: File | undefined;
        fs.open(path);
        return {
          fs: ({ request }) => {
            if (request.operation !== "open") return done();
            file = request.result;
            stream.write("head\n");
            stream.requestFlushed();
          },
          flushed: () => void file?.sendfile(stream),
        };
      },
      client: gatherer(parts),
    });
    run(t);
    const expected = Buffer.concat([Buffer.from("head\n"), readFileSync(path)]);
    assert.ok(expected.equals(join(parts)));
  });
});
