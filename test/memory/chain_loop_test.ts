import assert from "node:assert/strict";
import { Block, Chain, done, HeapBlocks } from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { run } from "../fixtures/handle_machine.ts";
import { connectPair, echo, type End } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

const TOTAL = 500_000;
const PIECE = 10_007;

/** Sends the pattern, and ends. */
const sender: End = (stream) => {
  for (let at = 0; at < TOTAL; at += PIECE) stream.write(pattern(Math.min(PIECE, TOTAL - at), at));
  stream.shutdown();
  stream.readStart();
  return { flushed: () => {}, shutdown: () => {}, end: () => done() };
};

testLoop("what streams read into a loop's blocks is kept in a chain, in order", (t) => {
  const blocks = new HeapBlocks();
  const chain = new Chain(blocks);
  connectPair(t, {
    client: sender,
    server: (stream) => {
      stream.readStart();
      return {
        read: ({ block }) => chain.append(block),
        end: () => {
          assert.equal(chain.length, TOTAL);
          new PatternReader().take(chain.bytes());
          assert.deepEqual(chain.bytes(PIECE, 2 * PIECE), pattern(PIECE, PIECE));
          chain.consume(TOTAL);
          return done();
        },
      };
    },
  });
  run(t);
  assert.equal(blocks.leased, 0);
});

testLoop("blocks of a loop that are consumed piece by piece return to its pool", (t) => {
  const chain = new Chain(new HeapBlocks());
  const reader = new PatternReader();
  connectPair(t, {
    client: sender,
    server: (stream) => {
      stream.readStart();
      return {
        read: ({ block }) => {
          chain.append(block);
          for (; chain.length >= 1000; chain.consume(1000)) reader.take(chain.bytes(0, 1000));
        },
        end: () => done(),
      };
    },
  });
  run(t);
  assert.equal(reader.byteLength, TOTAL);
  assert.equal(chain.length, 0);
});

testLoop("what is written to a chain over a loop's pool is sent as its blocks", (t) => {
  const reader = new PatternReader();
  connectPair(t, {
    client: (stream, scope) => {
      const chain = new Chain(scope.blocks);
      assert.equal(chain.write(pattern(TOTAL)), true);
      assert.equal(chain.copied, TOTAL);
      chain.forEachSegment((memory, start, end) => {
        assert.ok(memory instanceof Block);
        assert.deepEqual([start, end], [0, memory.length]);
        stream.write(memory);
      });
      assert.equal(t.loop.metrics().bytesCopied, 0);
      chain.clear(); // the stream holds what it has to send
      stream.shutdown();
      stream.readStart();
      return {
        read: ({ bytes }) => reader.take(bytes),
        flushed: () => {},
        shutdown: () => {},
        end: () => done(),
      };
    },
    server: echo,
  });
  run(t);
  assert.equal(reader.byteLength, TOTAL);
});
