import assert from "node:assert/strict";
import { NOT_PACKED, WriteTail } from "../../src/handle/write_tail.ts";
import { newCounters } from "../../src/loop/counters.ts";
import type { BlockPool } from "../../src/memory/block_pool.ts";
import {
  type Block,
  done,
  HeapBlocks,
  PinnedMemory,
  type Scope,
  type Stream,
} from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { connectPair, type Listening, unixPath } from "../fixtures/handle_transport.ts";
import { writeToSlowReader } from "../fixtures/memory_writer.ts";
import { type LoopTest, test, testLoop } from "../harness.ts";

/** More than sockets take while nobody reads. */
const STALL_BYTES = 8_000_000;
const BLOCK_BYTES = 16384;

function leasedBlocks(t: LoopTest): number {
  const { total, free } = t.loop.metrics().blocks;
  return total - free;
}

/** A block that holds the pattern from a place on. */
function blockOf(scope: Scope, byteLength: number, start: number): Block {
  const block = scope.blocks.lease() ?? assert.fail("the pool is at its ceiling");
  block.bytes.set(pattern(byteLength, start));
  block.length = byteLength;
  return block;
}

type Write = (stream: Stream, scope: Scope, byteLength: number, start: number) => void;

const writeBlock: Write = (stream, scope, byteLength, start) => {
  const block = blockOf(scope, byteLength, start);
  stream.write(block);
  block.release();
};

const writeBytes: Write = (stream, _scope, byteLength, start) => {
  stream.write(pattern(byteLength, start));
};

for (const [name, write] of Object.entries({ blocks: writeBlock, bytes: writeBytes })) {
  testLoop(`messages of 64 bytes that wait do not hold a block each: ${name}`, (t) => {
    const messages = 2000;
    const total = STALL_BYTES + messages * 64;
    let before = 0;
    writeToSlowReader(t, () => total, {
      step(stream, turn, scope) {
        if (turn === 0) stream.write(pattern(STALL_BYTES));
        else write(stream, scope, 64, STALL_BYTES + (turn - 1) * 64);
        if (turn === 1) before = leasedBlocks(t);
        return turn < messages;
      },
      stalled(stream) {
        assert.ok(stream.writeQueueSize >= messages * 64);
        const held = leasedBlocks(t) - before;
        assert.ok(held <= 4 + Math.ceil(messages * 64 / BLOCK_BYTES) + 1, `${held} blocks`);
        const copied = t.loop.metrics().bytesCopied;
        const times = name === "blocks" ? 1 : 2; // bytes are copied into a block before
        assert.ok(copied <= times * messages * 64 && copied > (times - 1) * messages * 64);
      },
    });
  });
}

testLoop("a few small blocks that wait are not copied, and long ones never", (t) => {
  const lengths = [10, 3000, 20, 2048, 30, 16384, 40, 5000, 3000];
  const total = lengths.reduce((sum, length) => sum + length, STALL_BYTES);
  let at = STALL_BYTES;
  writeToSlowReader(t, () => total, {
    step(stream, turn, scope) {
      if (turn === 0) stream.write(pattern(STALL_BYTES));
      else {
        const byteLength = lengths[turn - 1] as number;
        writeBlock(stream, scope, byteLength, at);
        at += byteLength;
      }
      return turn < lengths.length;
    },
  });
  assert.equal(t.loop.metrics().bytesCopied, 0);
});

testLoop("a few small blocks are not copied, however often a few wait", (t) => {
  const rounds = 5;
  const smalls = 4;
  let reading: Stream | undefined;
  const reader = new PatternReader();
  let written = 0;
  connectPair(t, {
    transport: unixPath,
    server: (stream) => {
      reading = stream;
      return { read: ({ bytes }) => reader.take(bytes), end: () => done() };
    },
    client: (stream, scope) => {
      const timer = scope.timer();
      let round = 0;
      let turn = 0;
      timer.start(5);
      return {
        timer(_event, scope) {
          if (reading === undefined) return timer.start(5);
          if (turn === 0) {
            reading.readStop();
            stream.write(pattern(1_000_000, written));
            written += 1_000_000;
          } else {
            writeBlock(stream, scope, 64, written);
            written += 64;
          }
          if (turn++ < smalls) timer.start(0);
          else reading.readStart();
        },
        flushed() {
          turn = 0;
          if (++round < rounds) timer.start(0);
          else stream.shutdown();
        },
        shutdown: () => done(),
      };
    },
  });
  run(t);
  assert.equal(reader.byteLength, rounds * (1_000_000 + smalls * 64));
  assert.equal(t.loop.metrics().bytesCopied, 0);
});

testLoop("small pinned memory that waits is not copied", (t) => {
  const messages = 50;
  let released = 0;
  writeToSlowReader(t, () => STALL_BYTES + messages * 64, {
    step(stream, turn) {
      if (turn === 0) stream.write(pattern(STALL_BYTES));
      else {
        const bytes = pattern(64, STALL_BYTES + (turn - 1) * 64);
        const memory = new PinnedMemory(bytes, { released: () => void released++ });
        stream.write(memory);
        memory.release();
      }
      return turn < messages;
    },
    stalled: () => assert.equal(released, 0),
  });
  assert.deepEqual([released, t.loop.metrics().bytesCopied], [messages, 0]);
});

testLoop(
  "small blocks that wait are held where the pool has no block to pack them in",
  (t) => {
    const messages = 12;
    const blocks: Block[] = [];
    const taken: Block[] = [];
    writeToSlowReader(t, () => STALL_BYTES + messages * 10, {
      step(stream, turn, scope) {
        if (turn === 0) {
          stream.write(pattern(STALL_BYTES));
          for (let i = 0; i < messages; i++) blocks.push(blockOf(scope, 10, STALL_BYTES + i * 10));
          for (let more; (more = scope.blocks.lease()) !== undefined;) taken.push(more);
          return true;
        }
        const block = blocks[turn - 1] as Block;
        stream.write(block);
        block.release();
        return turn < messages;
      },
      stalled: () => taken.splice(0).forEach((block) => block.release()),
    });
    assert.equal(t.loop.metrics().bytesCopied, 0);
  },
  { blockBytes: 1024, poolBytesMax: 32 * 1024 },
);

test("a range that is small for its block, but too long for one of the pool, is not packed", () => {
  const large = new HeapBlocks({ blockBytes: 1000 }).lease() as Block;
  const pool = new HeapBlocks({ blockBytes: 100 });
  const tail = new WriteTail(pool as unknown as BlockPool, newCounters());
  tail.small = 10;
  assert.ok(tail.isSmall(large, 101));
  assert.equal(tail.pack(large, 0, 101), NOT_PACKED);
  assert.equal(tail.pack(large, 0, 99), 0);
  assert.equal(tail.pack(large, 0, 1), 99);
  assert.equal(pool.leased, 1);
  assert.equal(tail.pack(large, 0, 1), 0, "in another block");
});

testLoop("what is sent to everybody stays in one block, and is copied for none", (t) => {
  const peers = 40;
  const messages = 10;
  const streams: Stream[] = [];
  const stall = pattern(2_000_000);
  let listening: Listening | undefined;
  let read = 0;
  play(t, (scope) => {
    listening = unixPath.listen(scope);
    const timer = scope.timer();
    let sent = 0;
    return {
      connection({ stream }) {
        scope.register(stream);
        stream.write(stall);
        if (streams.push(stream) === peers) timer.start(5);
      },
      timer(_event, scope) {
        const block = blockOf(scope, 64, stall.length + sent * 64);
        for (const stream of streams) stream.write(block);
        block.release();
        if (++sent < messages) return timer.start(1);
        for (const stream of streams) stream.shutdown();
        assert.ok(leasedBlocks(t) <= messages, "one for each message");
        read = 1;
      },
      flushed: () => {},
      shutdown: ({ handle }) => handle.close(),
      closed() {
        streams.pop();
        if (streams.length === 0) return done();
      },
    };
  });
  for (let i = 0; i < peers; i++) {
    play(t, (scope) => {
      const { connect } = listening as Listening;
      const stream = connect(scope);
      const reader = new PatternReader();
      const timer = scope.timer();
      timer.start(5);
      return {
        connected: () => {},
        timer: () => read === 0 ? timer.start(5) : stream.readStart(),
        read: ({ bytes }) => reader.take(bytes),
        end() {
          assert.equal(reader.byteLength, stall.length + messages * 64);
          return done();
        },
      };
    });
  }
  run(t);
  assert.equal(t.loop.metrics().bytesCopied, 0);
});
