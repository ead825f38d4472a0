import assert from "node:assert/strict";
import { type Block, done, type Stream } from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { run } from "../fixtures/handle_machine.ts";
import { connectPair, type End, sendPattern, transports } from "../fixtures/handle_transport.ts";
import { HeldBlocks } from "../fixtures/held_blocks.ts";
import { testLoop } from "../harness.ts";

const sizes = { blockBytes: 1024, largeBlockBytes: 8192 };
const TOTAL = 300_000;

/** An end that reads the pattern to its end, and looks at each block. */
function receive(byteLength: number, look: (block: Block, byteLength: number) => void): End {
  return (stream) => {
    const reader = new PatternReader();
    stream.readStart();
    return {
      read({ block, bytes }) {
        reader.take(bytes);
        look(block, bytes.length);
      },
      end() {
        assert.equal(reader.byteLength, byteLength);
        return done();
      },
    };
  };
}

for (const transport of transports) {
  testLoop(`a stream that fills its blocks is given large ones: ${transport.name}`, (t) => {
    const large: number[] = [];
    const look = (block: Block, byteLength: number): void => {
      assert.ok(byteLength <= block.bytes.length);
      if (block.bytes.length === 8192) large.push(byteLength);
    };
    connectPair(t, { transport, client: sendPattern(TOTAL), server: receive(TOTAL, look) });
    run(t);
    const { blocks, bytesRead } = t.loop.metrics();
    assert.equal(bytesRead, TOTAL);
    assert.ok(Math.max(...large) > 1024, "reads of more than a small block");
    assert.ok(blocks.substitutions > 0, "the first ones had to do with a small one");
    assert.ok(blocks.large.total > 0);
    assert.equal(blocks.large.free, blocks.large.total);
  }, sizes);
}

testLoop("a stream that reads little is given small blocks, and no large one is mapped", (t) => {
  connectPair(t, {
    client: (stream) => {
      stream.write("x");
      stream.readStart();
      let sent = 1;
      return {
        read() {
          if (sent++ < 50) stream.write("x".repeat(sent));
          else return done();
        },
      };
    },
    server: (stream) => {
      stream.readStart();
      return {
        read({ block }) {
          assert.equal(block.bytes.length, 1024);
          stream.write(block);
        },
        end: () => done(),
      };
    },
  });
  run(t);
  assert.deepEqual(t.loop.metrics().blocks.large, { total: 0, free: 0 });
}, sizes);

testLoop("with largeBlockBytes 0 all reads are small", (t) => {
  const look = (block: Block): void => assert.equal(block.bytes.length, 1024);
  connectPair(t, { client: sendPattern(TOTAL), server: receive(TOTAL, look) });
  run(t);
  assert.equal(t.loop.metrics().blocks.large.total, 0);
  assert.equal(t.loop.metrics().blocks.substitutions, 0);
}, { ...sizes, largeBlockBytes: 0 });

testLoop("a stream closes with large reads that nobody was told of, and they come back", (t) => {
  connectPair(t, {
    client: (stream) => {
      stream.write(pattern(TOTAL));
      stream.readStart();
      return {
        flushed: () => {},
        readFailed: () => done(),
        end: () => done(),
        writeFailed: () => done(),
      };
    },
    server: (stream, scope) => {
      let reads = 0;
      stream.readStart();
      const timer = scope.timer();
      return {
        read() {
          if (++reads === 1) {
            stream.readStop(); // the rest of this turn's reads waits
            timer.start(1);
          } else stream.close();
        },
        timer: () => (stream as Stream).readStart(),
        closed: () => done(),
      };
    },
  });
  run(t);
  assert.equal(t.loop.metrics().blocks.held, 0);
}, sizes);

/** An end that writes the pattern in pieces of less than a block, as the pool lets it. */
function sendAsCan(byteLength: number): End {
  return (stream, scope) => {
    const timer = scope.timer();
    let sent = 0;
    timer.start(0);
    return {
      timer() {
        for (let pieces = 0; pieces < 8 && sent < byteLength; pieces++) {
          const piece = Math.min(1000, byteLength - sent);
          try {
            stream.write(pattern(piece, sent));
          } catch {
            break; // the pool is at its ceiling: the next turn tries again
          }
          sent += piece;
        }
        if (sent === byteLength) stream.shutdown();
        else timer.start(0);
      },
      flushed: () => {},
      shutdown: () => done(),
    };
  };
}

testLoop("at a ceiling of both sizes reading waits for blocks, and nothing is lost", (t) => {
  const held = new HeldBlocks();
  connectPair(t, {
    client: sendAsCan(TOTAL),
    server: (stream, scope) => {
      const reader = new PatternReader();
      const timer = scope.timer();
      stream.readStart();
      timer.start(1, 1);
      let wasFull = false;
      return {
        read({ block, bytes }) {
          reader.take(bytes);
          held.keep(block);
        },
        timer() {
          const isFull = t.loop.metrics().blocks.free === 0;
          if (isFull && wasFull) held.release(); // for so long that a read had to find nothing
          wasFull = isFull;
        },
        end() {
          held.release();
          assert.equal(reader.byteLength, TOTAL);
          return done();
        },
      };
    },
  });
  run(t);
  const { blocks } = t.loop.metrics();
  assert.ok(blocks.starvations > 0, "the pool never ran out: the test shows nothing");
  assert.ok(blocks.large.total > 0);
}, { ...sizes, poolBytesMax: 64 * 1024 });
