import assert from "node:assert/strict";
import { type Block, Chain, ClosedError, done, HeapBlocks, PinnedMemory } from "../../src/mod.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { run } from "../fixtures/handle_machine.ts";
import { connectPair, expectText, waitForEnd } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

testLoop("a chain is written as it is, whatever memory it holds, and keeps all of it", (t) => {
  connectPair(t, {
    server: (stream, scope) => {
      stream.readStart();
      const chain = new Chain(scope.blocks);
      return {
        read({ block, byteLength }) {
          chain.append(block, 1, byteLength - 1); // "ell"
          chain.append(new PinnedMemory(pattern(50_000)), 65, 70); // "ABCDE"
          chain.write("!");
          const { length } = chain;
          stream.write("<");
          stream.write(chain);
          const part = chain.slice(1, 5);
          stream.write(part);
          part.clear();
          assert.equal(chain.length, length);
          chain.clear();
          stream.write(chain); // nothing
          stream.write(">");
        },
        end: () => done(),
      };
    },
    client: (stream, scope) => {
      stream.write("hello");
      return expectText("<ellABCDE!llAB>")(stream, scope);
    },
  });
  run(t);
});

testLoop("a chain with memory that cannot be written is refused whole", (t) => {
  connectPair(t, {
    server: expectText("beforeafter"),
    client: (stream, scope) => {
      const heap = new HeapBlocks();
      const foreign = new Chain(heap);
      const pinned = new PinnedMemory(pattern(5000));
      foreign.append(pinned);
      foreign.write("of no loop");
      stream.write("before");
      assert.throws(() => stream.write(foreign), TypeError);
      assert.throws(() => stream.write(heap.lease() as Block), TypeError);
      foreign.clear();
      assert.equal(pinned.holders, 1);
      const gone = new PinnedMemory(pattern(10));
      gone.release();
      assert.throws(() => stream.write(gone), ClosedError);
      assert.equal(stream.unsentSize, 6);
      stream.write("after");
      return waitForEnd(stream, scope);
    },
  });
  run(t);
});
