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

test("the length of a block is set by those who hold it, within its size", () => {
  const { block } = newBlock();
  assert.throws(() => block.length = 1, ClosedError);
  block.lease(1);
  block.length = 64;
  assert.equal(block.length, 64);
  for (const length of [-1, 65, 1.5, NaN]) {
    assert.throws(() => block.length = length, RangeError);
  }
  assert.equal(block.length, 64);
  block.release();
  assert.throws(() => block.length = 1, ClosedError);
});

test("one in 64 leases is sampled, at another turn for each block", () => {
  const owner = { take: () => {} };
  const blocks = [0, 5, 64].map((index) => new Block(owner, index, new Uint8Array(1), 0));
  const sampled = blocks.map((block) => {
    const leases: number[] = [];
    for (let lease = 1; lease <= 192; lease++) {
      if (block.lease(0).isSampled) leases.push(lease);
      block.release();
    }
    return leases;
  });
  assert.deepEqual(sampled.map(({ length }) => length), [3, 3, 3]);
  assert.notDeepEqual(sampled[0], sampled[1]);
});

test("a release too many does not take away what the library holds", () => {
  const { block, returned } = newBlock();
  assert.throws(() => block.hold(), ClosedError);
  block.lease(1).hold().retain();
  block.release();
  block.release();
  assert.throws(() => block.release(), ClosedError);
  assert.equal(block.endLease(block.generation), false);
  assert.equal(block.holders, 1);
  block.unhold();
  assert.equal(block.holders, 0);
  assert.deepEqual(returned, [block]);
});

test("when its pool was closed a block is let go of by both, and never returned", () => {
  const { block, returned } = newBlock();
  block.lease(1).hold();
  block.close();
  block.release();
  assert.throws(() => block.release(), ClosedError);
  block.unhold();
  assert.equal(block.holders, 0);
  assert.throws(() => block.release(), ClosedError);
  assert.deepEqual(returned, []);
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
