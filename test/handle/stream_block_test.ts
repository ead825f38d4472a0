import assert from "node:assert/strict";
import { type Block, done, type Stream } from "../../src/mod.ts";
import { pattern, PatternReader, TextReader } from "../fixtures/handle_bytes.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import {
  connectPair,
  echo,
  expectTextToEnd,
  ipv4,
  type Listening,
} from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

testLoop("an echo of blocks copies no byte", (t) => {
  const total = 1_000_000;
  const reader = new PatternReader();
  let copied = 0;
  connectPair(t, {
    server: echo,
    client: (stream) => {
      for (let at = 0; at < total; at += 10_000) stream.write(pattern(10_000, at));
      stream.shutdown();
      copied = t.loop.metrics().bytesCopied;
      stream.readStart();
      return {
        read: ({ bytes }) => reader.take(bytes),
        flushed: () => {},
        shutdown: () => {},
        end: () => done(),
      };
    },
  });
  run(t);
  assert.equal(reader.byteLength, total);
  assert.equal(copied, total, "the client's bytes are copied");
  assert.equal(t.loop.metrics().bytesCopied, total, "the server's blocks are not");
});

testLoop("a block that one stream read is written to many without a copy", (t) => {
  const sinks = 8;
  const message = "to all of you";
  const streams: Stream[] = [];
  let connect: Listening["connect"] | undefined;
  play(t, (scope) => {
    let listener: Stream;
    ({ listener, connect } = ipv4.listen(scope));
    let from: Stream | undefined;
    return {
      connection({ stream }) {
        streams.push(stream);
        stream.readStart();
        if (streams.length === sinks) listener.close();
      },
      read({ handle, block }) {
        from = handle;
        for (const stream of streams) stream.write(block);
      },
      end({ handle }) {
        handle.close();
        streams.splice(streams.indexOf(handle), 1);
        assert.notEqual(from, undefined);
        if (streams.length === 0) return done();
      },
    };
  });
  let connected = 0;
  for (let i = 0; i < sinks; i++) {
    play(t, (scope) => {
      const stream = (connect as Listening["connect"])(scope);
      const reader = new TextReader();
      return {
        connected() {
          stream.readStart();
          if (++connected === sinks) scope.timer().start(5);
        },
        timer: () => stream.write(message),
        read({ bytes }) {
          if (reader.take(bytes) !== message) return;
          t.events.push("message");
          return done();
        },
      };
    });
  }
  run(t);
  assert.equal(t.events.length, sinks);
  assert.equal(t.loop.metrics().bytesCopied, message.length);
});

testLoop("a retained block keeps its bytes until it is released, in a later turn", (t) => {
  let kept: Block | undefined;
  connectPair(t, {
    server: (stream, scope) => {
      stream.readStart();
      return {
        read({ block }) {
          if (kept === undefined) {
            kept = block.retain();
            scope.timer().start(20);
          } else assert.notEqual(block, kept, "a block that is held is read into");
        },
        timer() {
          const block = kept as Block;
          assert.equal(new TextDecoder().decode(block.bytes.subarray(0, block.length)), "first");
          assert.equal(block.holders, 1);
          block.release();
          throwsClosed(() => block.release());
          throwsClosed(() => block.retain());
          throwsClosed(() => stream.write(block));
          return done();
        },
      };
    },
    client: (stream, scope) => {
      stream.write("first");
      stream.readStart();
      const timer = scope.timer();
      timer.start(2);
      let rounds = 0;
      return {
        timer() {
          stream.write(`later ${rounds}`);
          if (++rounds < 5) timer.start(1);
        },
        end: () => done(),
        readFailed: () => done(),
      };
    },
  });
  run(t);
});

testLoop("a block whose length was made smaller is written up to there", (t) => {
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return {
        read({ block }) {
          block.length = 3;
          stream.write(block);
          return done();
        },
      };
    },
    client: (stream, scope) => {
      stream.write("abcdef");
      return expectTextToEnd("abc")(stream, scope);
    },
  });
  run(t);
});
