import assert from "node:assert/strict";
import { done } from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { run } from "../fixtures/handle_machine.ts";
import { connectPair, type End, transports } from "../fixtures/handle_transport.ts";
import { HeldBlocks } from "../fixtures/held_blocks.ts";
import { LoopTest, testLoop } from "../harness.ts";

/** A pool of the 32 blocks that are the least there is. */
const smallPool = { blockBytes: 1024, poolBytesMax: 32 * 1024 };
const POOL_BLOCKS = 32;

/** An end that writes the pattern in small pieces, as the pool lets it, then ends its half. */
function sendSlowly(byteLength: number, pieceBytes = 700): End {
  return (stream, scope) => {
    const timer = scope.timer();
    let sent = 0;
    timer.start(0);
    return {
      timer() {
        const piece = Math.min(pieceBytes, byteLength - sent);
        try {
          stream.write(pattern(piece, sent));
          sent += piece;
        } catch {
          // The pool is at its ceiling: the next turn tries again.
        }
        if (sent === byteLength) stream.shutdown();
        else timer.start(0);
      },
      flushed: () => {},
      shutdown: () => done(),
    };
  };
}

/** An end that keeps every block it reads, and lets go of them only when nothing comes any more. */
function hoard(t: LoopTest, total: number): End {
  return (stream, scope) => {
    const held = new HeldBlocks();
    const reader = new PatternReader();
    const timer = scope.timer();
    stream.readStart();
    timer.start(5, 5);
    return {
      read({ block, bytes }) {
        reader.take(bytes);
        held.keep(block);
      },
      timer() {
        const wasFull = held.count > 0 && t.loop.metrics().blocks.free === 0;
        held.release();
        if (wasFull) t.events.push("full");
      },
      end() {
        held.release();
        assert.equal(reader.byteLength, total);
        return done();
      },
    };
  };
}

for (const transport of transports) {
  testLoop(
    `reading stops without blocks and goes on when they are back: ${transport.name}`,
    (t) => {
      const total = 200_000;
      connectPair(t, { transport, client: sendSlowly(total), server: hoard(t, total) });
      run(t);
      const { starvations, blocks, bytesRead } = t.loop.metrics();
      assert.ok(starvations > 0, "the pool never ran out: the test shows nothing");
      assert.ok(t.events.length > 0);
      assert.equal(blocks.total, POOL_BLOCKS);
      assert.equal(bytesRead, total);
    },
    smallPool,
  );
}

testLoop("several streams that starve at once all go on, and nothing is lost", (t) => {
  const total = 50_000;
  for (let i = 0; i < 5; i++) {
    connectPair(t, { client: sendSlowly(total), server: hoard(t, total) });
  }
  run(t);
  const { starvations, bytesRead } = t.loop.metrics();
  assert.ok(starvations > 0);
  assert.equal(bytesRead, 5 * total);
}, smallPool);

for (const act of ["close", "readStop", "toggle"] as const) {
  testLoop(`a starved stream that is told ${act} obeys`, (t) => {
    const held = new HeldBlocks();
    let isTold = false;
    connectPair(t, {
      client: (stream) => {
        for (let i = 0; i < 31; i++) stream.write(pattern(1024, i * 1024));
        stream.readStart();
        return {
          read: () => {},
          flushed() {},
          end: () => done(),
          readFailed: () => done(),
        };
      },
      server: (stream, scope) => {
        const timer = scope.timer();
        stream.readStart();
        return {
          read({ block }) {
            assert.ok(act === "toggle" || !isTold, "read though told not to");
            held.keep(block);
            if (held.count === 31) {
              stream.write("more"); // the last block of the pool
              timer.start(5);
            }
          },
          timer() {
            if (isTold) return done();
            isTold = true;
            assert.ok(t.loop.metrics().starvations > 0, "it never starved");
            if (act === "close") stream.close();
            else stream.readStop();
            if (act === "toggle") stream.readStart();
            held.release();
            timer.start(20);
          },
        };
      },
    });
    run(t);
  }, smallPool);
}

testLoop("a stream that is stopped and started in the turn in which it starves reads on", (t) => {
  const total = 100_000;
  connectPair(t, {
    client: sendSlowly(total, 1024), // a full block makes libuv ask for another one at once
    server: (stream, scope) => {
      const held = new HeldBlocks();
      const reader = new PatternReader();
      const timer = scope.timer();
      stream.readStart();
      timer.start(5, 5);
      return {
        read({ block, bytes }) {
          reader.take(bytes);
          if (t.loop.metrics().blocks.free === 0) held.release();
          held.keep(block);
          stream.readStop(); // the record of the starvation is behind this one
          stream.readStart();
        },
        timer: () => held.release(),
        end() {
          held.release();
          assert.equal(reader.byteLength, total);
          return done();
        },
      };
    },
  });
  run(t);
  assert.ok(t.loop.metrics().starvations > 0);
}, smallPool);
