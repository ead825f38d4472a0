import assert from "node:assert/strict";
import { type Block, ClosedError, done, ok, type Scope } from "../../src/mod.ts";
import { run } from "../fixtures/handle_machine.ts";
import { connectPair } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";
import { addHandler } from "./machines.ts";

testLoop("scope.leaseBlock() leases an empty block that its caller releases", ({ loop }) => {
  addHandler(loop, (scope) => {
    const block = scope.leaseBlock() as Block;
    assert.deepEqual([block.holders, block.length, block.bytes.length], [1, 0, 16384]);
    assert.equal(loop.metrics().blocks.held, 1);
    block.release();
    assert.equal(loop.metrics().blocks.held, 0);
  });
  loop.run();
  assert.equal(loop.metrics().blocks.leases, 1);
});

testLoop("a block is leased in one handler and released in another", ({ loop }) => {
  let kept: Block | undefined;
  addHandler(loop, (scope) => void (kept = scope.leaseBlock()));
  addHandler(loop, () => kept?.release());
  loop.run();
  assert.equal(kept?.holders, 0);
});

testLoop("a block can be leased where the loop has no context yet", ({ loop }) => {
  loop.addMachine((scope) => {
    (scope.leaseBlock() as Block).release();
    return ok({ timeout: () => done() }).deadline(scope.now);
  });
  loop.run();
});

testLoop("at the ceiling leaseBlock() answers undefined until a block is back", ({ loop }) => {
  addHandler(loop, (scope) => {
    const blocks: Block[] = [];
    for (let block; (block = scope.leaseBlock()) !== undefined;) blocks.push(block);
    const { held, byteLengthMax } = loop.metrics().blocks;
    assert.deepEqual([blocks.length, held], [40, 40]);
    assert.equal(byteLengthMax, 40 * 1024);
    (blocks.pop() as Block).release();
    blocks.push(scope.leaseBlock() as Block);
    assert.equal(scope.leaseBlock(), undefined);
    for (const block of blocks) block.release();
  });
  loop.run();
}, { blockBytes: 1024, poolBytesMax: 40 * 1024 });

testLoop("a machine that has ended leases no block", ({ loop }) => {
  let ended: Scope | undefined;
  addHandler(loop, (scope) => void (ended = scope));
  loop.run();
  assert.throws(() => ended?.leaseBlock(), ClosedError);
});

testLoop("a block that a machine fills reaches its peer without a copy", (t) => {
  connectPair(t, {
    client: (stream, scope) => {
      const block = scope.leaseBlock() as Block;
      block.length = new TextEncoder().encodeInto("leased", block.bytes).written;
      stream.write(block);
      block.release(); // the write holds it
      stream.shutdown();
      return { shutdown: () => done() };
    },
    server: (stream) => {
      stream.readStart();
      return {
        read: ({ bytes }) => void t.events.push(new TextDecoder().decode(bytes)),
        end: () => done(),
      };
    },
  });
  run(t);
  assert.deepEqual(t.events, ["leased"]);
  assert.equal(t.loop.metrics().bytesCopied, 0);
});
