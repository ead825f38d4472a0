import assert from "node:assert/strict";
import { done, type Stream } from "../../src/mod.ts";
import { pattern, PatternReader, TextReader } from "../fixtures/handle_bytes.ts";
import { run } from "../fixtures/handle_machine.ts";
import { connectPair, sendPattern, transports } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

for (const transport of transports) {
  testLoop(
    `reading that stops and starts at every event loses no byte, nor the end: ${transport.name}`,
    (t) => {
      const total = 300_000;
      const reader = new PatternReader();
      connectPair(t, {
        transport,
        client: sendPattern(total),
        server: (stream, scope) => {
          const timer = scope.timer();
          let isStopped = false;
          stream.readStart();
          return {
            read({ bytes }) {
              assert.ok(!isStopped, "a read event after readStop()");
              reader.take(bytes);
              stream.readStop();
              isStopped = true;
              timer.start(0);
            },
            timer() {
              isStopped = false;
              stream.readStart();
            },
            end() {
              assert.ok(!isStopped, "an end event after readStop()");
              assert.equal(reader.byteLength, total);
              return done();
            },
          };
        },
      });
      run(t);
    },
    { blockBytes: 4096 },
  );

  testLoop(
    `what comes before readStart() waits for it, and the end too: ${transport.name}`,
    (t) => {
      const reader = new PatternReader();
      connectPair(t, {
        transport,
        client: sendPattern(10_000),
        server: (stream, scope) => {
          scope.timer().start(20);
          return {
            timer: () => stream.readStart(),
            read: ({ bytes }) => reader.take(bytes),
            end: () => done(),
          };
        },
      });
      run(t);
      assert.equal(reader.byteLength, 10_000);
    },
  );

  testLoop(`P10: after the end readStart() tells of the end again: ${transport.name}`, (t) => {
    connectPair(t, {
      transport,
      client: sendPattern(1),
      server: (stream) => {
        stream.readStart();
        return {
          read: () => {},
          end() {
            t.events.push("end");
            if (t.events.length === 3) return done();
            stream.readStart();
          },
        };
      },
    });
    run(t);
    assert.equal(t.events.length, 3);
  });
}

testLoop("readStart() twice and readStop() twice are as good as once", (t) => {
  connectPair(t, {
    client: sendPattern(10),
    server: (stream, scope) => {
      stream.readStop();
      stream.readStart();
      stream.readStart();
      stream.readStop();
      stream.readStop();
      scope.timer().start(10);
      return {
        timer() {
          stream.readStart();
          stream.readStart();
        },
        read: () => {},
        end: () => done(),
      };
    },
  });
  run(t);
});

testLoop("a stream that is closed in its read event reads no more, whatever has come", (t) => {
  connectPair(t, {
    server: (stream, scope) => {
      stream.readStart();
      return {
        read() {
          t.events.push("read");
          stream.close();
          scope.timer().start(10);
        },
        timer: () => done(),
      };
    },
    client: (stream) => {
      stream.write(pattern(60_000));
      stream.readStart();
      return { flushed: () => {}, readFailed: () => done(), end: () => done() };
    },
  });
  run(t);
  assert.deepEqual(t.events, ["read"]);
}, { blockBytes: 1024 });

testLoop("a stream that another machine closes in the same turn reads no more", (t) => {
  const servers: Stream[] = [];
  for (let i = 0; i < 2; i++) {
    connectPair(t, {
      server: (stream) => {
        servers.push(stream);
        stream.readStart();
        return {
          read() {
            t.events.push("read");
            for (const server of servers.splice(0)) if (server !== stream) server.close();
            return done();
          },
          closed: () => done(),
        };
      },
      client: (stream) => {
        stream.readStart();
        stream.write("x");
        return { end: () => done(), readFailed: () => done() };
      },
    });
  }
  run(t);
  assert.ok(t.events.length >= 1);
});

testLoop("C19: unread data does not make the loop spin", (t) => {
  connectPair(t, {
    server: (stream, scope) => {
      stream.readStart();
      stream.readStop();
      const { iterations } = t.loop.metrics();
      scope.timer().start(500);
      return {
        timer() {
          const turns = t.loop.metrics().iterations - iterations;
          assert.ok(turns <= 20, `${turns} turns in 500 ms`);
          return done();
        },
      };
    },
    client: (stream) => {
      stream.write("unwanted");
      stream.readStart();
      return { end: () => done(), readFailed: () => done() };
    },
  });
  run(t);
});

testLoop("C20: reading that is toggled on a half-closed stream still tells of the end", (t) => {
  const reader = new TextReader();
  connectPair(t, {
    server: (stream, scope) => {
      stream.shutdown();
      const timer = scope.timer();
      let toggles = 0;
      timer.start(1);
      return {
        shutdown: () => {},
        timer() {
          if (toggles++ % 2 === 0) stream.readStart();
          else stream.readStop();
          if (toggles < 11) timer.start(1);
        },
        read: ({ bytes }) => void reader.take(bytes),
        end() {
          assert.equal(reader.text, "half open");
          return done();
        },
      };
    },
    client: (stream, scope) => {
      stream.readStart();
      scope.timer().start(5);
      return {
        end: () => void t.events.push("end"),
        timer() {
          stream.write("half open");
          stream.shutdown();
        },
        shutdown: () => done(),
      };
    },
  });
  run(t);
  assert.deepEqual(t.events, ["end"]);
});

for (const act of ["close", "end of the machine", "end of the loop"] as const) {
  testLoop(
    `reads that wait for readStart() give their blocks back: ${act}`,
    (t) => {
      connectPair(t, {
        server: (stream, scope) => {
          stream.readStart();
          return {
            read() {
              assert.ok(t.events.length < 2, "a read event after readStop()");
              t.events.push("read");
              if (t.events.length === 1) return; // what filled its block is read on at once
              stream.readStop();
              scope.timer().start(5);
            },
            timer() {
              const { total, free } = t.loop.metrics().blocks;
              assert.ok(free < total, "no read was under way: the test shows nothing");
              if (act === "end of the machine") return done();
              if (act === "end of the loop") return scope.shutdownLoop();
              stream.close();
            },
            closed: ({ handle }) => handle === stream ? done() : undefined,
          };
        },
        client: (stream) => {
          stream.write(pattern(20_000));
          stream.readStart();
          return { flushed: () => {}, readFailed: () => done(), end: () => done() };
        },
      });
      run(t);
      if (act === "end of the loop") t.loop.close();
      else assert.equal(t.loop.metrics().blocks.free, t.loop.metrics().blocks.total);
    },
    { blockBytes: 1024 },
  );
}
