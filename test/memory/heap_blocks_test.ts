import assert from "node:assert/strict";
import { Block, ClosedError, HeapBlocks, PinnedMemory } from "../../src/mod.ts";
import { POISON } from "../../src/memory/poison.ts";
import { test } from "../harness.ts";

function lease(blocks: HeapBlocks): Block {
  return blocks.lease() ?? assert.fail("no block is left");
}

test("heap blocks are leased empty, with one holder, and counted", () => {
  const blocks = new HeapBlocks({ blockBytes: 16 });
  assert.deepEqual([blocks.blockBytes, blocks.total, blocks.leased], [16, 0, 0]);
  const block = lease(blocks);
  assert.deepEqual([block.holders, block.length, block.bytes.length], [1, 0, 16]);
  assert.deepEqual([block.addressLow, block.addressHigh], [0, 0]);
  block.retain();
  block.release();
  assert.deepEqual([blocks.total, blocks.leased], [1, 1]);
  block.release();
  assert.deepEqual([blocks.total, blocks.leased], [1, 0]);
});

test("a heap block that returned is leased again, as another lease", () => {
  const blocks = new HeapBlocks();
  assert.equal(blocks.blockBytes, 4096);
  const block = lease(blocks);
  const { generation } = block;
  block.length = 7;
  block.release();
  assert.equal(lease(blocks), block);
  assert.deepEqual([block.length, blocks.total], [0, 1]);
  assert.notEqual(block.generation, generation);
  block.release();
});

test("a view of a heap block that was kept shows that it returned", () => {
  const block = lease(new HeapBlocks({ blockBytes: 4 }));
  const view = block.bytes.subarray(1, 3);
  view.set([1, 2]);
  block.release();
  assert.deepEqual([...view], [POISON, POISON]);
});

test("heap blocks end at their ceiling, and go on when one returns", () => {
  const blocks = new HeapBlocks({ blockBytes: 4, blocksMax: 2 });
  const held = [lease(blocks), lease(blocks)];
  assert.equal(blocks.lease(), undefined);
  assert.equal(blocks.leased, 2);
  held.pop()?.release();
  held.push(lease(blocks));
  assert.equal(blocks.lease(), undefined);
  for (const block of held) block.release();
  assert.equal(new HeapBlocks({ blocksMax: 0 }).lease(), undefined);
});

test("heap blocks refuse a second return, a block in use and one of another owner", () => {
  const blocks = new HeapBlocks({ blockBytes: 4 });
  const block = lease(blocks);
  assert.throws(() => blocks.take(block), ClosedError);
  assert.throws(() => new HeapBlocks().take(block), TypeError);
  block.release();
  assert.throws(() => block.release(), ClosedError);
  assert.throws(() => blocks.take(block), ClosedError);
  assert.equal(blocks.leased, 0);
  assert.notEqual(lease(blocks), lease(blocks));
});

test("heap blocks refuse sizes that are none", () => {
  for (const size of [0, -1, 1.5, NaN, Infinity, 2 ** 31]) {
    assert.throws(() => new HeapBlocks({ blockBytes: size }), RangeError);
  }
  for (const count of [-1, 0.5, NaN]) {
    assert.throws(() => new HeapBlocks({ blocksMax: count }), RangeError);
  }
  assert.throws(() => new HeapBlocks({ blockBytes: "16" as never }), TypeError);
  assert.throws(() => new HeapBlocks({ blocksMax: null as never }), TypeError);
});

test("HeapBlocks, ForeignMemory and PinnedMemory refuse options that are none", () => {
  assert.throws(() => new HeapBlocks(null as never), TypeError);
  assert.throws(() => new HeapBlocks().take(undefined as never), TypeError);
  assert.throws(() => new PinnedMemory(new Uint8Array(1), null as never), TypeError);
});
