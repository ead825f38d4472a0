import assert from "node:assert/strict";
import { done, type Stream } from "../../src/mod.ts";
import { pattern, PatternReader, TextReader } from "../fixtures/handle_bytes.ts";
import { type Handlers, play, throwsUv, run } from "../fixtures/handle_machine.ts";
import { connectPair, echo, type End, transports } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

const ROUNDS = 1000;

/** An end that reads text until it is complete. */
function expectText(expected: string): End {
  return (stream) => {
    const reader = new TextReader();
    stream.readStart();
    return {
      read({ bytes }) {
        const text = reader.take(bytes);
        assert.ok(expected.startsWith(text), `${text} is not the start of ${expected}`);
        if (text.length === expected.length) return done();
      },
    };
  };
}

/** An end that only waits for the other one to go. */
const waitForEnd: End = (stream) => {
  stream.readStart();
  return { end: () => done(), flushed: () => {}, readFailed: () => done() };
};

for (const transport of transports) {
  testLoop(`C1, P2: ${ROUNDS} rounds of ping-pong keep every byte in order: ${transport.name}`, (t) => {
    let round = 0;
    connectPair(t, {
      transport,
      server: echo,
      client: (stream): Handlers => {
        const ping = (): void => {
          if (round % 2 === 0) return stream.write(`PING ${round}\n`);
          for (const part of ["PI", new TextEncoder().encode("NG "), String(round), "\n"]) {
            stream.write(part);
          }
        };
        let reader = new TextReader();
        stream.readStart();
        ping();
        return {
          read({ bytes }) {
            const expected = `PING ${round}\n`;
            const text = reader.take(bytes);
            assert.ok(expected.startsWith(text), text);
            if (text.length < expected.length) return;
            reader = new TextReader();
            if (++round === ROUNDS) stream.shutdown();
            else ping();
          },
          shutdown: () => {},
          end: () => done(),
        };
      },
    });
    run(t);
    assert.equal(round, ROUNDS);
  });

  testLoop(`a peer that does not read makes writes wait, and flushed tells of the end: ${transport.name}`, (t) => {
    const total = 10_000_000;
    let server: Stream | undefined;
    const reader = new PatternReader();
    connectPair(t, {
      transport,
      server: (stream) => {
        server = stream;
        return {
          read({ bytes }) {
            reader.take(bytes);
            if (reader.byteLength === total) t.events.push("all read");
          },
          end: () => done(),
        };
      },
      client: (stream, scope) => {
        stream.write(pattern(total));
        assert.equal(stream.writeQueueSize, 0, "what this turn writes is not refused yet");
        const timer = scope.timer();
        timer.start(30);
        return {
          timer() {
            if (server === undefined) return timer.start(30);
            assert.ok(stream.writeQueueSize > 0, "it is written though nobody reads");
            assert.deepEqual(t.events, []);
            server.readStart();
          },
          flushed({ handle }) {
            assert.equal(handle, stream);
            assert.equal(stream.writeQueueSize, 0);
            t.events.push("flushed");
            stream.shutdown();
          },
          shutdown: () => done(),
        };
      },
    });
    run(t);
    assert.deepEqual(t.events.toSorted(), ["all read", "flushed"]);
  });
}

testLoop("all that one handler writes leaves in one system call", (t) => {
  let before = t.loop.metrics();
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return {
        read({ bytes }) {
          assert.equal(new TextDecoder().decode(bytes), "0123456789");
          return done();
        },
      };
    },
    client: (stream, scope) => {
      scope.timer().start(5); // the server is reading then
      return {
        timer() {
          before = t.loop.metrics();
          for (let i = 0; i < 10; i++) stream.write(String(i));
          stream.readStart();
        },
        end: () => done(),
      };
    },
  });
  run(t);
  const { writes, queuedWrites, bytesWritten } = t.loop.metrics();
  assert.deepEqual(
    [writes - before.writes, queuedWrites, bytesWritten - before.bytesWritten],
    [1, 0, 10],
  );
});

testLoop("text, bytes and blocks that are mixed in one handler arrive in that order", (t) => {
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return {
        read({ block }) {
          stream.write("a");
          stream.write(new TextEncoder().encode("b"));
          stream.write(block);
          stream.write("ü€😀");
          stream.write(block);
          stream.write(block);
          stream.write("");
          stream.write(new Uint8Array(0));
          stream.write("z");
        },
        end: () => done(),
      };
    },
    client: (stream, scope) => {
      stream.write("<>");
      return expectText("ab<>ü€😀<><>z")(stream, scope);
    },
  });
  run(t);
});

testLoop("nothing is sent for an empty text or empty bytes, and the stream goes on", (t) => {
  connectPair(t, {
    server: expectText("after"),
    client: (stream, scope) => {
      stream.write("");
      stream.write(new Uint8Array(0));
      assert.equal(stream.writeQueueSize, 0);
      scope.timer().start(5);
      return {
        timer() {
          stream.write(new Uint8Array(0));
          stream.write("");
          stream.write("after");
          return done();
        },
      };
    },
  });
  run(t);
  assert.equal(t.loop.metrics().bytesWritten, 5);
});

testLoop(
  "characters of several bytes that meet the end of a block stay whole",
  (t) => {
    const text = "aü€😀".repeat(1000);
    connectPair(t, {
      server: expectText(text.repeat(3)),
      client: (stream, scope) => {
        stream.write(text);
        for (const character of text) stream.write(character);
        stream.write(text);
        return waitForEnd(stream, scope);
      },
    });
    run(t);
  },
  { blockBytes: 1024 },
);

testLoop("bytes are copied by write(): changing them afterwards changes nothing", (t) => {
  connectPair(t, {
    server: expectText("before"),
    client: (stream, scope) => {
      const bytes = new TextEncoder().encode("before");
      stream.write(bytes);
      bytes.fill(0);
      return waitForEnd(stream, scope);
    },
  });
  run(t);
});

testLoop(
  "a write of more buffers than one system call takes arrives whole",
  (t) => {
    const total = 3_000_000; // 2930 blocks; IOV_MAX is 1024
    const reader = new PatternReader();
    connectPair(t, {
      server: (stream) => {
        stream.readStart();
        return {
          read({ bytes }) {
            reader.take(bytes);
            if (reader.byteLength === total) return done();
          },
        };
      },
      client: (stream, scope) => {
        stream.write(pattern(total));
        return waitForEnd(stream, scope);
      },
    });
    run(t);
    assert.equal(reader.byteLength, total);
  },
  { blockBytes: 1024 },
);

testLoop("C2: three writes of 41 MB, then shutdown: all is echoed, then the end", (t) => {
  const size = 4096 * 10_024;
  const reader = new PatternReader();
  let echoed: Stream | undefined;
  connectPair(t, {
    server: (stream, scope) => {
      echoed = stream;
      return echo(stream, scope);
    },
    client: (stream) => {
      for (let i = 0; i < 3; i++) stream.write(pattern(size, i * size));
      stream.shutdown();
      stream.readStart();
      return {
        read: ({ bytes }) => reader.take(bytes),
        flushed: () => void t.events.push("flushed"),
        shutdown() {
          assert.equal(stream.writeQueueSize, 0);
          t.events.push("shutdown");
        },
        end() {
          assert.notEqual(echoed, undefined);
          t.events.push("end");
          return done();
        },
      };
    },
  });
  run(t);
  assert.equal(reader.byteLength, 3 * size);
  assert.deepEqual(t.events, ["flushed", "shutdown", "end"]);
}, { poolBytesMax: 2 ** 29 });

testLoop(
  "a write beyond the pool's ceiling is refused whole with ENOBUFS, and the stream goes on",
  (t) => {
    connectPair(t, {
      server: expectText("before,after"),
      client: (stream, scope) => {
        stream.write("before,");
        throwsUv(() => stream.write(new Uint8Array(100_000)), "ENOBUFS");
        throwsUv(() => stream.write("x".repeat(100_000)), "ENOBUFS");
        stream.write("after");
        return waitForEnd(stream, scope);
      },
    });
    run(t);
    assert.equal(t.loop.metrics().bytesWritten, 12);
  },
  { blockBytes: 1024, poolBytesMax: 32 * 1024 },
);

testLoop("flushed is told though handlers of the same turn have written more", (t) => {
  const total = 4_000_000;
  let server: Stream | undefined;
  let ticks = 0;
  let isWritten = false;
  connectPair(t, {
    server: (stream) => {
      server = stream;
      return { read: () => {}, end: () => done() };
    },
    client: (stream, scope) => {
      const timer = scope.timer();
      stream.write(new Uint8Array(total));
      timer.start(0);
      return {
        // Its record comes before the one of the write that completes in the same turn.
        timer() {
          assert.ok(!isWritten, "no flushed in 200 ms, with nothing left to write");
          isWritten = stream.writeQueueSize === 0;
          stream.write("more");
          timer.start(isWritten ? 200 : 0);
          if (++ticks === 3) server?.readStart();
        },
        flushed: () => done(),
      };
    },
  });
  run(t);
});

testLoop("what is written before the connection is there leaves when it is, then flushed", (t) => {
  let port = 0;
  play(t, (scope) => {
    const listener = scope.tcp();
    const reader = new TextReader();
    listener.bind("127.0.0.1", 0);
    listener.listen();
    ({ port } = listener.localAddress());
    return {
      connection: ({ stream }) => stream.readStart(),
      read({ bytes }) {
        if (reader.take(bytes) === "early, late") return done();
      },
    };
  });
  play(t, (scope) => {
    const stream = scope.tcp();
    stream.connect("127.0.0.1", port);
    stream.write("early, ");
    return {
      connected() {
        t.events.push("connected");
        stream.write("late");
        stream.readStart();
      },
      flushed: () => void t.events.push("flushed"),
      end: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["connected", "flushed"]);
});
