import assert from "node:assert/strict";
import { type Block, ClosedError, done, PinnedMemory, type Scope } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { connectPair, expectTextToEnd } from "../fixtures/handle_transport.ts";
import { HOST, receiver, textOf } from "../fixtures/handle_udp.ts";
import { LoopTest, testLoop } from "../harness.ts";

testLoop(
  "a write that is refused for its block sends nothing, not even an earlier message",
  (t) => {
    const reader = new TextReader();
    connectPair(t, {
      server: (stream) => {
        const held: Block[] = [];
        stream.readStart();
        return {
          read({ block }) {
            held.push(block);
            if (held.length === 1) return stream.write(block);
            assert.equal(held[0]?.holders, held[0] === block ? 1 : 0);
            if (held[0] === block) {
              block.length = 0; // nothing to write
              stream.write(block);
            } else assert.throws(() => stream.write(held[0] as Block), ClosedError);
          },
          end: () => done(),
        };
      },
      client: (stream, scope) => {
        stream.write("once");
        stream.readStart();
        return {
          read({ bytes }) {
            assert.equal(reader.take(bytes), "once");
            stream.write("again");
            scope.timer().start(20);
          },
          timer: () => done(),
        };
      },
    });
    run(t);
  },
);

for (const length of [-1, 0.5, NaN, Infinity, 16385, 2 ** 31, 2 ** 32 + 3]) {
  testLoop(`a block whose length was made ${length} is not written: RangeError`, (t) => {
    connectPair(t, {
      server: (stream) => {
        stream.readStart();
        return {
          read({ block }) {
            const write = (): void => {
              block.length = length;
              stream.write(block);
            };
            assert.throws(write, RangeError);
            stream.write("then ");
            assert.throws(write, RangeError);
            stream.write("this");
            return done();
          },
        };
      },
      client: (stream, scope) => {
        stream.write("x");
        return expectTextToEnd("then this")(stream, scope);
      },
    });
    run(t);
  });
}

testLoop("a block of another loop is refused with a TypeError", (t) => {
  const other = new LoopTest();
  let foreign: Block | undefined;
  connectPair(other, {
    server: (stream) => {
      stream.readStart();
      return {
        read({ block }) {
          foreign = block.retain();
          return done();
        },
      };
    },
    client: (stream) => {
      stream.write("x");
      stream.readStart();
      return { end: () => done(), readFailed: () => done() };
    },
  });
  run(other);
  connectPair(t, {
    server: expectTextToEnd("y"),
    client: (stream) => {
      assert.throws(() => stream.write(foreign as Block), TypeError);
      stream.write("y");
      assert.throws(() => stream.write(foreign as Block), TypeError);
      stream.shutdown();
      return { shutdown: () => done() };
    },
  });
  run(t);
  foreign?.release();
  other.loop.close();
});

testLoop("bytes of a retained block are gone when its loop is closed", (t) => {
  let kept: Block | undefined;
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return {
        read({ block }) {
          kept = block.retain();
          return done();
        },
      };
    },
    client: (stream) => {
      stream.write("kept");
      stream.readStart();
      return { end: () => done(), readFailed: () => done() };
    },
  });
  run(t);
  t.loop.close();
  assert.equal(kept?.bytes.length, 0, "no view of unmapped memory is left");
  assert.equal(t.takeLeak().held, 1);
});

testLoop("a handler that releases a block it did not retain stops only its own machine", (t) => {
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return { read: ({ block }) => block.release() };
    },
    client: (stream) => {
      stream.write("x");
      stream.readStart();
      return { end: () => done(), readFailed: () => done() };
    },
  });
  t.loop.run();
  assert.ok(t.takeError().error instanceof ClosedError);
});

const HELLO = new TextEncoder().encode("hello");

/** Memory with a greeting, of which the caller is the only holder. */
const greetings: Record<string, (scope: Scope) => Block | PinnedMemory> = {
  "block": (scope) => {
    const block = scope.leaseBlock() ?? assert.fail("no block");
    block.bytes.set(HELLO);
    block.length = HELLO.length;
    return block;
  },
  "pinned memory": () => new PinnedMemory(HELLO.slice()),
};

for (const [kind, greeting] of Object.entries(greetings)) {
  testLoop(`a release too many of a ${kind} that is being written throws, and it arrives`, (t) => {
    connectPair(t, {
      server: (stream, scope) => {
        const memory = greeting(scope);
        stream.write(memory);
        memory.release();
        assert.throws(() => memory.release(), ClosedError);
        stream.requestFlushed();
        return { flushed: () => done() };
      },
      client: expectTextToEnd("hello"),
    });
    run(t);
  });

  testLoop(`a release too many of a ${kind} that is being sent throws, and it arrives`, (t) => {
    play(t, (scope) => {
      const { udp, port } = receiver(scope);
      const memory = greeting(scope);
      udp.send(memory, HOST, port);
      memory.release();
      assert.throws(() => memory.release(), ClosedError);
      return {
        datagram(event) {
          assert.equal(textOf(event), "hello");
          return done();
        },
      };
    });
    run(t);
  });
}
