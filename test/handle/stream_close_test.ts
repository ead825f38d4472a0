import assert from "node:assert/strict";
import { done, type Stream } from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { play, run, throwsClosed, throwsUv } from "../fixtures/handle_machine.ts";
import {
  asTcp,
  connectPair,
  type End,
  expectTextToEnd,
  localListener,
  transports,
} from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

for (const transport of transports) {
  const { name } = transport;

  testLoop(`C4: 32 writes that are followed by close() in one handler arrive: ${name}`, (t) => {
    connectPair(t, {
      transport,
      server: expectTextToEnd(Array.from({ length: 32 }, (_, i) => `write ${i};`).join("")),
      client: (stream) => {
        for (let i = 0; i < 32; i++) stream.write(`write ${i};`);
        stream.close();
        return { closed: () => done() };
      },
    });
    run(t);
  });

  testLoop(`what a machine wrote before it was done arrives: ${name}`, (t) => {
    connectPair(t, {
      transport,
      server: expectTextToEnd("last words"),
      client: (stream, scope) => {
        scope.timer().start(0);
        return {
          timer() {
            stream.write("last words");
            return done();
          },
        };
      },
    });
    run(t);
  });

  testLoop(`C4: close() with writes in flight drops them, and tells of nothing: ${name}`, (t) => {
    const total = 10_000_000;
    let server: Stream | undefined;
    connectPair(t, {
      transport,
      server: (stream) => {
        const reader = new PatternReader();
        server = stream;
        const finish = (): ReturnType<typeof done> => {
          assert.ok(reader.byteLength < total, "all has arrived though it was dropped");
          return done();
        };
        return {
          read: ({ bytes }) => reader.take(bytes),
          end: finish,
          readFailed: finish,
        };
      },
      client: (stream, scope) => {
        const timer = scope.timer();
        stream.write(pattern(total / 2));
        timer.start(1);
        return {
          timer() {
            if (server === undefined) return timer.start(1);
            stream.write(pattern(total / 2, total / 2));
            assert.ok(t.loop.metrics().requests > 0);
            stream.close();
            server.readStart();
          },
          closed({ handle }) {
            if (handle !== stream) return;
            assert.equal(t.loop.metrics().requests, 0);
            return done();
          },
        };
      },
    });
    run(t);
  });

  testLoop(`a stream can be closed in each of its events: ${name}`, (t) => {
    const closeIn = (wanted: string): End => (stream) => {
      const act = (kind: string) => (): ReturnType<typeof done> | void => {
        t.events.push(kind);
        if (kind !== wanted) return;
        stream.close();
        throwsClosed(() => stream.close());
      };
      stream.readStart();
      stream.write("x");
      stream.shutdown();
      return {
        read: act("read"),
        end: act("end"),
        shutdown: act("shutdown"),
        readFailed: act(wanted),
        writeFailed: act(wanted),
        shutdownFailed: act(wanted),
        closed: () => done(),
      };
    };
    const both = ["read", "end", "shutdown"];
    for (const first of both) {
      connectPair(t, { transport, server: closeIn(first), client: closeIn("end") });
      connectPair(t, { transport, server: closeIn("read"), client: closeIn(first) });
    }
    // An end that never sees its event is closed by a machine that waits for the others.
    run(t);
    assert.equal(t.loop.metrics().handles, 0);
  });
}

testLoop("a stream is open, then closing, then closed, and libuv lets go of it in between", (t) => {
  connectPair(t, {
    server: expectTextToEnd(""),
    client: (stream) => {
      assert.equal(stream.state, "open");
      stream.close();
      assert.equal(stream.state, "closing");
      return {
        closed({ handle }) {
          assert.equal(handle, stream);
          assert.equal(stream.state, "closed");
          throwsClosed(() => stream.close());
          return done();
        },
      };
    },
  });
  run(t);
});

testLoop("C10: closeReset() reaches the peer as one ECONNRESET, and its stream stays open", (t) => {
  connectPair(t, {
    server: (stream, scope) => {
      stream.readStart();
      return {
        readFailed({ error }) {
          t.events.push(error.code);
          assert.equal(stream.state, "open");
          assert.equal(asTcp(stream).localAddress().address, "127.0.0.1");
          assert.deepEqual([stream.isReadable, stream.isWritable], [false, false]);
          stream.write("into the void");
          scope.timer().start(20);
        },
        writeFailed({ error }) {
          t.events.push(error.code);
        },
        timer() {
          stream.close();
        },
        closed: ({ handle }) => handle === stream ? done() : undefined,
      };
    },
    client: (stream, scope) => {
      stream.readStart();
      scope.timer().start(5);
      return {
        timer() {
          asTcp(stream).closeReset();
          assert.equal(stream.state, "closing");
          throwsClosed(() => asTcp(stream).closeReset());
        },
        closed: ({ handle }) => handle === stream ? done() : undefined,
      };
    },
  });
  run(t);
  assert.deepEqual(t.events, ["ECONNRESET", "EPIPE"]);
});

testLoop("C17: writing to a peer that is gone fails once, and the queue is empty", (t) => {
  connectPair(t, {
    server: (_stream, scope) => {
      scope.timer().start(0);
      return { timer: () => done() };
    },
    client: (stream, scope) => {
      const timer = scope.timer();
      timer.start(1, 1);
      return {
        timer: () => stream.write("x"),
        writeFailed({ error }) {
          t.events.push(error.code);
          scope.setDeadline("later", scope.after(50));
          timer.stop();
          stream.write("dropped");
        },
        timeout() {
          assert.equal(stream.writeQueueSize, 0);
          return done();
        },
      };
    },
  });
  run(t);
  assert.equal(t.events.length, 1);
  assert.match(t.events[0] ?? "", /^(EPIPE|ECONNRESET|ECONNABORTED)$/);
});

testLoop("a loop that is closed while streams are busy gives everything back", (t) => {
  connectPair(t, {
    server: () => ({}),
    client: (stream, scope) => {
      stream.write(new Uint8Array(5_000_000));
      stream.readStart();
      scope.timer().start(5);
      return { timer: () => scope.shutdownLoop() };
    },
  });
  play(t, (scope) => {
    const listener = localListener(scope);
    const connecting = scope.tcp();
    connecting.connect("127.0.0.1", listener.localAddress().port);
    return { connection: () => {}, connected: () => {} };
  });
  run(t);
  assert.ok(t.loop.machines > 0);
  t.loop.close();
});

testLoop("C9: closeReset() while a shutdown is pending is EINVAL, and close() works then", (t) => {
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return { end: () => done() };
    },
    client: (stream) => {
      stream.shutdown();
      throwsUv(() => asTcp(stream).closeReset(), "EINVAL");
      assert.equal(stream.state, "open");
      stream.close();
      return { closed: () => done() };
    },
  });
  run(t);
});

testLoop("closeReset() of a handle without a socket is EBADF, and close() works then", (t) => {
  play(t, (scope) => {
    const tcp = scope.tcp();
    throwsUv(() => tcp.closeReset(), "EBADF");
    assert.equal(tcp.state, "open");
    tcp.close();
    return { closed: () => done() };
  });
  run(t);
});

testLoop("closeReset() drops what its handler wrote, and what waits", (t) => {
  const reader = new PatternReader();
  connectPair(t, {
    server: (stream, scope) => {
      scope.timer().start(20);
      return {
        timer: () => stream.readStart(),
        read: ({ bytes }) => reader.take(bytes),
        // libuv takes a hang-up behind unread data for the end.
        end: () => done(),
        readFailed: () => done(),
      };
    },
    client: (stream, scope) => {
      stream.write(pattern(10_000_000));
      scope.timer().start(1);
      return {
        timer() {
          stream.write(pattern(1000, 10_000_000));
          asTcp(stream).closeReset();
        },
        closed: ({ handle }) => handle === stream ? done() : undefined,
      };
    },
  });
  run(t);
  assert.ok(reader.byteLength < 10_000_000);
  assert.equal(t.loop.metrics().requests, 0);
});
