import assert from "node:assert/strict";
import { done, type Stream } from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { once, run, throwsState } from "../fixtures/handle_machine.ts";
import {
  connectPair,
  type End,
  expectTextToEnd,
  transports,
} from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

for (const transport of transports) {
  const { name } = transport;

  testLoop(`C12: after shutdown and the peer's end the stream stays open: ${name}`, (t) => {
    connectPair(t, {
      transport,
      server: (stream) => {
        stream.readStart();
        return { end: () => done() };
      },
      client: (stream, scope) => {
        stream.readStart();
        stream.shutdown();
        return {
          shutdown: () => void t.events.push("shutdown"),
          end() {
            t.events.push("end");
            scope.timer().start(20);
          },
          timer() {
            assert.equal(stream.state, "open");
            stream.close();
          },
          closed: ({ handle }) => handle === stream ? done() : undefined,
        };
      },
    });
    run(t);
    assert.deepEqual(t.events, ["shutdown", "end"]);
  });

  testLoop(`C13: both ends shut down at once: data, then the end, no hang: ${name}`, (t) => {
    const both: End = (stream) => {
      const reader = new PatternReader();
      stream.write(pattern(100_000));
      stream.shutdown();
      stream.readStart();
      return {
        read: ({ bytes }) => reader.take(bytes),
        flushed: () => {},
        shutdown: () => {},
        end() {
          assert.equal(reader.byteLength, 100_000);
          t.events.push("end");
          return done();
        },
      };
    };
    connectPair(t, { transport, server: both, client: both });
    run(t);
    assert.deepEqual(t.events, ["end", "end"]);
  });

  testLoop(`C14: a second shutdown and a write after it are refused: ${name}`, (t) => {
    connectPair(t, {
      transport,
      server: expectTextToEnd("before"),
      client: (stream) => {
        stream.write("before");
        stream.shutdown();
        throwsState(() => stream.shutdown());
        throwsState(() => stream.write("after"));
        return {
          shutdown() {
            t.events.push("shutdown");
            throwsState(() => stream.shutdown());
            throwsState(() => stream.write("after"));
            return done();
          },
        };
      },
    });
    run(t);
    assert.deepEqual(t.events, ["shutdown"]);
  });

  testLoop(`C15: shutdown that is followed by close tells of nothing more: ${name}`, (t) => {
    connectPair(t, {
      transport,
      server: expectTextToEnd("last words"),
      client: (stream) => {
        stream.write("last words");
        stream.shutdown();
        stream.close();
        return { closed: () => done() }; // a shutdown event would be unexpected
      },
    });
    run(t);
    assert.equal(t.loop.metrics().requests, 0);
  });

  testLoop(`half-closed, a stream still carries data the other way: ${name}`, (t) => {
    connectPair(t, {
      transport,
      server: (stream) => {
        stream.readStart();
        return {
          end() {
            assert.deepEqual([stream.isReadable, stream.isWritable], [true, true]);
            stream.write(pattern(300_000));
            stream.shutdown();
          },
          flushed: () => {},
          shutdown: () => done(),
        };
      },
      client: (stream) => {
        const reader = new PatternReader();
        stream.shutdown();
        stream.readStart();
        return {
          shutdown: () => void t.events.push("shutdown"),
          read: ({ bytes }) => reader.take(bytes),
          end() {
            assert.equal(reader.byteLength, 300_000);
            return done();
          },
        };
      },
    });
    run(t);
    assert.deepEqual(t.events, ["shutdown"]);
  });

  testLoop(`shutdown waits until all that was queued is written: ${name}`, (t) => {
    const total = 12_000_000; // more than the system keeps for a connection
    let server: Stream | undefined;
    connectPair(t, {
      transport,
      server: (stream) => {
        const reader = new PatternReader();
        server = stream;
        return {
          read: ({ bytes }) => reader.take(bytes),
          end() {
            assert.equal(reader.byteLength, total);
            return done();
          },
        };
      },
      client: (stream, scope) => {
        const timer = scope.timer();
        stream.write(pattern(total));
        stream.shutdown();
        timer.start(20);
        return {
          timer() {
            if (server === undefined) return timer.start(20);
            assert.deepEqual(t.events, [], "shut down before all was written");
            server.readStart();
          },
          flushed: () => void t.events.push("flushed"),
          shutdown() {
            t.events.push("shutdown");
            assert.equal(stream.writeQueueSize, 0);
            return done();
          },
        };
      },
    });
    run(t);
    assert.deepEqual(t.events, ["flushed", "shutdown"]);
  });
}

testLoop(
  "C29: a stream is not writable after shutdown, and neither way after it was closed",
  (t) => {
    const flags = (stream: Stream): boolean[] => [stream.isReadable, stream.isWritable];
    connectPair(t, {
      server: (stream) => {
        stream.readStart();
        return { end: () => done() };
      },
      client: (stream) => {
        assert.deepEqual(flags(stream), [true, true]);
        stream.shutdown();
        assert.deepEqual(flags(stream), [true, false]);
        return {
          shutdown() {
            assert.deepEqual(flags(stream), [true, false]);
            stream.close();
            assert.deepEqual(flags(stream), [false, false]);
            assert.equal(stream.writeQueueSize, 0);
            return done();
          },
        };
      },
    });
    run(t);
  },
);

for (const kind of ["tcp", "pipe"] as const) {
  testLoop(`a ${kind} that is not connected is not shut down, read or written`, (t) => {
    once(t, (scope) => {
      const stream = scope[kind]();
      throwsState(() => stream.shutdown());
      throwsState(() => stream.readStart());
      throwsState(() => stream.write("x"));
      stream.readStop(); // never fails on an open stream
      assert.deepEqual([stream.isReadable, stream.isWritable], [false, false]);
      assert.equal(stream.writeQueueSize, 0);
    });
  });
}
