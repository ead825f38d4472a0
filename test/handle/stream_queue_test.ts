import assert from "node:assert/strict";
import { done, type Stream } from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { play, run, throwsUv } from "../fixtures/handle_machine.ts";
import {
  connectPair,
  echo,
  expectPattern,
  expectText,
  listenOnce,
  transports,
  waitForEnd,
} from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

for (const transport of transports) {
  testLoop(
    `a peer that does not read makes writes wait, and flushed tells of the end: ${transport.name}`,
    (t) => {
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
    },
  );
}

testLoop(
  "a write of more buffers than one system call takes arrives whole",
  (t) => {
    const total = 3_000_000; // 2930 blocks; IOV_MAX is 1024
    connectPair(t, {
      server: expectPattern(total),
      client: (stream, scope) => {
        stream.write(pattern(total));
        return waitForEnd(stream, scope);
      },
    });
    run(t);
    assert.equal(t.loop.metrics().bytesRead, total);
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
        throwsUv(() => stream.write(new Uint8Array(10_000)), "ENOBUFS");
        throwsUv(() => stream.write("x".repeat(10_000)), "ENOBUFS");
        stream.write("after");
        return waitForEnd(stream, scope);
      },
    });
    run(t);
    assert.equal(t.loop.metrics().bytesWritten, 12);
  },
  { blockBytes: 1024, poolBytesMax: 8 * 1024 },
);

testLoop("flushed is told though handlers of the same turn have written more", (t) => {
  const total = 10_000_000; // sockets take up to 4 MiB at once
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
  const port = listenOnce(t, expectText("early, late"));
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
