import assert from "node:assert/strict";
import { done, PinnedMemory, type Scope, type Stream } from "../../src/mod.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { play, run, throwsClosed, throwsState } from "../fixtures/handle_machine.ts";
import {
  asTcp,
  connectPair,
  type End,
  expectText,
  ipv4,
  unixPath,
  waitForEnd,
} from "../fixtures/handle_transport.ts";
import { writeToSlowReader } from "../fixtures/memory_writer.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/**
 * A pair whose server reads all. The client is set up, told of `flushed`, and ends 20 ms after the
 * last that it expects: time for one too many.
 */
function playClient(
  t: LoopTest,
  setUp: (stream: Stream, scope: Scope) => void,
  { expected = 1, note }: { expected?: number; note?: () => void } = {},
): void {
  let left = expected;
  const server: End = (stream) => {
    stream.readStart();
    return { read: () => {}, end: () => done() };
  };
  connectPair(t, {
    server,
    client: (stream, scope) => {
      setUp(stream, scope);
      const endSoon = (): void => void scope.timer().start(20);
      if (left === 0) endSoon();
      return {
        flushed() {
          t.events.push(`flushed, ${stream.unsentSize} left`);
          note?.();
          if (--left === 0) endSoon();
        },
        timer: () => done(),
      };
    },
  });
  run(t);
}

testLoop("nothing is told of writes that need not wait, unless it is asked for", (t) => {
  playClient(t, (stream) => stream.write("hello"), { expected: 0 });
  assert.deepEqual(t.events, []);
});

testLoop("flushed that is asked for comes though nothing was written, in the next turn", (t) => {
  let runs = 0;
  playClient(t, (stream) => {
    stream.requestFlushed();
    runs = t.loop.metrics().runs;
    t.events.push("asked");
  }, { note: () => assert.ok(t.loop.metrics().runs - runs <= 1) });
  assert.deepEqual(t.events, ["asked", "flushed, 0 left"]);
});

const writes: Record<string, (stream: Stream) => void> = {
  "a block's worth of text": (stream) => stream.write("hello"),
  "nothing": (stream) => stream.write(""),
  "several": (stream) => ["a", pattern(100), pattern(20_000)].forEach((x) => stream.write(x)),
  "more than one system call takes": (stream) => {
    for (let i = 0; i < 600; i++) stream.write(new PinnedMemory(pattern(10)));
  },
};

for (const [name, write] of Object.entries(writes)) {
  testLoop(`flushed that is asked for comes once all has left: ${name}`, (t) => {
    playClient(t, (stream) => {
      write(stream);
      stream.requestFlushed();
      stream.requestFlushed();
    });
    assert.deepEqual(t.events, ["flushed, 0 left"]);
  });

  testLoop(`flushed that is asked for before is told again for more: ${name}`, (t) => {
    playClient(t, (stream) => {
      stream.requestFlushed();
      write(stream);
      stream.requestFlushed();
    });
    assert.deepEqual(t.events, ["flushed, 0 left"]);
  });
}

testLoop("a block that one handler echoes is told of when it was asked for", (t) => {
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return {
        read({ block }) {
          stream.write(block);
          assert.equal(stream.unsentSize, 5);
          stream.requestFlushed();
        },
        flushed() {
          t.events.push("flushed");
          assert.equal(stream.unsentSize, 0);
        },
        end: () => done(),
      };
    },
    client: (stream, scope) => {
      stream.write("hello");
      return expectText("hello")(stream, scope);
    },
  });
  run(t);
  assert.deepEqual(t.events, ["flushed"]);
  assert.equal(t.loop.metrics().queuedWrites, 0);
});

testLoop("a loop that is quiet otherwise does not sleep on flushed that is asked for", (t) => {
  connectPair(t, {
    server: () => ({}), // it does not even read
    client(stream, scope) {
      scope.timer().start(20); // by then nothing else is left to do
      return {
        timer() {
          stream.write("hello");
          stream.requestFlushed();
        },
        flushed() {
          t.events.push("flushed");
          t.loop.stop();
        },
      };
    },
  });
  play(t, (scope) => {
    scope.timer().start(2000);
    return { timer: () => assert.fail("the loop slept") };
  });
  t.loop.run();
  assert.deepEqual(t.events, ["flushed"]);
  t.loop.close();
});

testLoop("with a slow reader flushed comes once, whether it was asked for or not", (t) => {
  const total = 8_000_000;
  writeToSlowReader(t, () => total, {
    step(stream) {
      stream.write(pattern(total));
      stream.requestFlushed();
      assert.equal(stream.unsentSize, total);
      return false;
    },
    stalled: (stream) => assert.equal(stream.unsentSize, stream.writeQueueSize),
    handlers: {
      flushed({ handle }) {
        t.events.push(`${handle.unsentSize}`);
      },
    },
  });
  assert.deepEqual(t.events, ["0"]);
});

testLoop("flushed at a mark comes while some is left, and again for all", (t) => {
  const pieces = 20;
  const mark = 10_500_000; // unix domain sockets take little at a time
  const size = 1_000_000;
  const left: number[] = [];
  writeToSlowReader(t, () => pieces * size, {
    transport: unixPath,
    step(stream, turn) {
      stream.write(pattern(size, turn * size));
      if (turn < pieces - 1) return true;
      stream.requestFlushed(mark);
      return false;
    },
    stalled: () => assert.deepEqual(left, []),
    handlers: { flushed: ({ handle }) => void left.push(handle.unsentSize) },
  });
  assert.equal(left.length, 2);
  const [first = 0, last] = left;
  assert.ok(first <= mark && first > 0, `${first} bytes left`);
  assert.equal(last, 0);
});

testLoop("a mark that the writes of the turn stay below is reached at once", (t) => {
  playClient(t, (stream) => {
    stream.write(pattern(100));
    stream.requestFlushed(100);
  });
  assert.equal(t.events.length, 1);
});

testLoop("what was asked for before the connection is there is told when it has left", (t) => {
  let port = 0;
  play(t, (scope) => {
    const { listener } = ipv4.listen(scope);
    ({ port } = asTcp(listener).localAddress());
    return {
      connection: ({ stream }) => stream.readStart(),
      read: () => {},
      end: () => done(),
    };
  });
  play(t, (scope) => {
    const stream = scope.tcp();
    throwsState(() => stream.requestFlushed());
    stream.connect("127.0.0.1", port);
    stream.write("early");
    stream.requestFlushed();
    return {
      connected: () => void t.events.push("connected"),
      flushed() {
        t.events.push(`flushed, ${stream.unsentSize} left`);
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["connected", "flushed, 0 left"]);
});

testLoop("flushed can be asked for after shutdown(), but not on a stream that is closed", (t) => {
  connectPair(t, {
    server: waitForEnd,
    client: (stream) => {
      stream.shutdown();
      stream.requestFlushed();
      return {
        flushed: () => void t.events.push("flushed"),
        shutdown() {
          stream.requestFlushed();
          stream.close();
          throwsClosed(() => stream.requestFlushed());
          assert.equal(stream.unsentSize, 0);
        },
        closed: () => done(),
      };
    },
  });
  run(t);
  assert.deepEqual(t.events, ["flushed"]);
});

testLoop("a mark that is no number of bytes is refused", (t) => {
  playClient(t, (stream) => {
    for (const value of ["1", null, {}, true]) {
      assert.throws(() => stream.requestFlushed(value as number), TypeError);
    }
    for (const value of [-1, 0.5, NaN, Infinity]) {
      assert.throws(() => stream.requestFlushed(value), RangeError);
    }
  }, { expected: 0 });
  assert.deepEqual(t.events, []);
});
