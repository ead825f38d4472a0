import assert from "node:assert/strict";
import { Block, ClosedError } from "../../src/mod.ts";
import { test } from "../harness.ts";

/** A block and the list of those that came back. */
function newBlock(address = 4096): { block: Block; returned: Block[] } {
  const returned: Block[] = [];
  const owner = { take: (block: Block) => void returned.push(block) };
  return { block: new Block(owner, 3, new Uint8Array(64), address), returned };
}

test("a block returns to its pool when its last holder lets go", () => {
  const { block, returned } = newBlock();
  block.lease(10);
  assert.deepEqual([block.holders, block.length, block.index], [1, 10, 3]);
  assert.equal(block.retain(), block);
  block.retain();
  assert.equal(block.holders, 3);
  block.release();
  block.release();
  assert.deepEqual(returned, []);
  block.release();
  assert.deepEqual(returned, [block]);
  assert.equal(block.holders, 0);
});

test("a block that nobody holds can be neither released nor retained", () => {
  const { block, returned } = newBlock();
  assert.throws(() => block.release(), ClosedError);
  assert.throws(() => block.retain(), ClosedError);
  block.lease(1);
  block.release();
  assert.throws(() => block.release(), ClosedError);
  assert.throws(() => block.retain(), ClosedError);
  assert.equal(returned.length, 1);
});

test("a block can be leased again and again", () => {
  const { block, returned } = newBlock();
  for (let i = 1; i <= 5; i++) {
    assert.equal(block.lease(i), block);
    assert.equal(block.length, i);
    block.release();
    assert.equal(returned.length, i);
  }
});

test("a block knows its address in the halves that uv_buf_t takes", () => {
  for (const address of [4096, 0xffff_f000, 0x8000_0000, 0x7fff_1234_5000]) {
    const { block } = newBlock(address);
    assert.equal((block.addressLow >>> 0) + block.addressHigh * 2 ** 32, address);
  }
});
