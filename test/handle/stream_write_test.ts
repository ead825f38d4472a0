import assert from "node:assert/strict";
import { done } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { type Handlers, run } from "../fixtures/handle_machine.ts";
import {
  connectPair,
  echo,
  expectText,
  transports,
  waitForEnd,
} from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

const ROUNDS = 1000;

for (const transport of transports) {
  testLoop(
    `C1, P2: ${ROUNDS} rounds of ping-pong keep every byte in order: ${transport.name}`,
    (t) => {
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
    },
  );
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
