import assert from "node:assert/strict";
import { type Block, ClosedError } from "../../src/mod.ts";
import { addressOf, PoolTest, release, testPool } from "../fixtures/memory_pool.ts";
import { test } from "../harness.ts";

const CACHE_LINE_BYTES = 64;
const PAGE_BYTES = 4096;

testPool("a pool leases empty blocks of its size, and takes them back", ({ pool }) => {
  const before = pool.free;
  assert.ok(before > 0);
  const block = pool.lease() as Block;
  assert.deepEqual([block.holders, block.length, block.bytes.length], [1, 0, 4096]);
  assert.equal(pool.free, before - 1);
  assert.equal(pool.owns(block), true);
  block.release();
  assert.equal(pool.free, before);
});

testPool("a second return throws and puts no block on the stack twice", (t) => {
  const { pool } = t;
  const block = pool.lease() as Block;
  block.retain();
  block.release();
  block.release();
  const { free } = pool;
  assert.throws(() => block.release(), ClosedError);
  assert.equal(pool.free, free);
  const blocks = t.leaseAll();
  assert.equal(new Set(blocks).size, blocks.length);
  release(blocks);
});

testPool("a pool grows to its ceiling, not beyond, and answers undefined there", (t) => {
  const { pool } = t;
  const blocks = t.leaseAll();
  assert.equal(blocks.length, 100);
  assert.equal(pool.total, 100);
  assert.equal(pool.lease(), undefined);
  assert.equal(pool.grow(), false);
  (blocks.pop() as Block).release();
  const again = pool.lease() as Block;
  assert.equal(pool.lease(), undefined);
  release([...blocks, again]);
}, { poolBytesMax: 100 * 4096 });

testPool("a ceiling below one slab is a ceiling too", (t) => {
  const blocks = t.leaseAll();
  assert.equal(blocks.length, 3);
  release(blocks);
}, { poolBytesMax: 3 * 4096 + 1 });

testPool("a pool has one block at least", ({ pool }) => {
  const block = pool.lease() as Block;
  assert.equal(pool.lease(), undefined);
  block.release();
}, { poolBytesMax: 1024 });

for (const blockBytes of [1024, 1025, 4095, 4096]) {
  testPool(`blocks of ${blockBytes} bytes start at cache lines and do not overlap`, (t) => {
    const blocks = t.leaseAll();
    const addresses = blocks.map(addressOf).sort((a, b) => a - b);
    for (const [i, start] of addresses.entries()) {
      assert.equal(start % CACHE_LINE_BYTES, 0);
      const next = addresses[i + 1] ?? Infinity;
      assert.ok(next - start >= blockBytes, `blocks at ${start} and ${next}`);
    }
    release(blocks);
  }, { blockBytes });
}

testPool("blocks start at different cache lines of their pages", (t) => {
  const blocks = t.leaseAll();
  const lines = new Set(blocks.map((block) => addressOf(block) % PAGE_BYTES / CACHE_LINE_BYTES));
  assert.equal(lines.size, 32);
  release(blocks);
}, { poolBytesMax: 32 * 4096 });

testPool("what is written to a block is at its native address, and in no other block", (t) => {
  const blocks = t.leaseAll();
  for (const [i, block] of blocks.entries()) block.bytes.fill(i % 251);
  assert.ok(blocks.every((block, i) => block.bytes.every((byte) => byte === i % 251)));
  release(blocks);
}, { blockBytes: 1024 });

testPool("native code and TypeScript take from the same stack", ({ pool, native }) => {
  const index = native.ring.takeBlock() as number; // as the alloc callback does
  assert.equal(native.ring.blockAddress(index), addressOf(pool.leased(index, 7)));
  const block = pool.leased(index, 7);
  assert.deepEqual([block.index, block.length], [index, 7]);
  block.release();
  const unread = native.ring.takeBlock() as number;
  pool.discard(unread);
});

testPool("blocks of another pool are told apart, and are not taken back", ({ pool }) => {
  const other = new PoolTest();
  const block = other.pool.lease() as Block;
  assert.equal(pool.owns(block), false);
  const { free } = pool;
  assert.throws(() => pool.take(block), TypeError);
  assert.equal(pool.free, free);
  block.release();
  other.close();
});

test("a block kept beyond the pool's end is empty, and letting go of it does no harm", () => {
  const t = new PoolTest();
  const block = t.pool.lease() as Block;
  block.length = 10;
  block.retain();
  t.close();
  assert.deepEqual([block.bytes.length, block.length, block.holders], [0, 0, 2]);
  block.release();
  block.release();
  assert.equal(block.holders, 0);
  assert.throws(() => block.release(), ClosedError);
});

test("a block kept beyond the pool's end can be neither retained nor given a length", () => {
  const t = new PoolTest();
  const [held, returned] = [t.pool.lease() as Block, t.pool.lease() as Block];
  returned.release();
  t.close();
  for (const block of [held, returned]) {
    assert.throws(() => block.retain(), ClosedError);
    assert.throws(() => block.hold(), ClosedError);
    assert.throws(() => block.length = 0, ClosedError);
  }
});

testPool("a pool counts its leases, its slabs and its memory", ({ pool }) => {
  const blocks = Array.from({ length: 40 }, () => pool.lease() as Block);
  const { total, free, held, slabs, byteLength, byteLengthMax, leases } = pool.metrics(0);
  assert.deepEqual([total, free, held, slabs], [64, 24, 40, 2]);
  assert.ok(byteLength >= 64 * 4096, `${byteLength} bytes for 64 blocks`);
  assert.equal(byteLengthMax, 2 ** 20);
  assert.equal(leases, 40);
  release(blocks);
  (pool.lease() as Block).release();
  assert.deepEqual([pool.metrics(3).leases, pool.metrics(3).held], [41, 0]);
  assert.equal(pool.metrics(3).starvations, 3);
});
