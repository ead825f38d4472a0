import assert from "node:assert/strict";
import type { Block } from "../../src/mod.ts";
import { release, testPool } from "../fixtures/memory_pool.ts";

const LARGE_BYTES = 16384;
const sizes = { largeBlockBytes: LARGE_BYTES };

testPool("a pool maps no large block before one was missed", ({ pool, native }) => {
  assert.deepEqual(pool.metrics(0).large, { total: 0, free: 0 });
  assert.equal(native.ring.asksForLarge, true);
}, sizes);

testPool("a read that missed a large block makes the pool grow by some", (t) => {
  const { pool } = t;
  const block = t.read(4096);
  assert.equal(pool.missed(block.index), true, "the first asks for growth");
  assert.equal(pool.missed(block.index), false, "the others need not");
  pool.growMissed();
  assert.equal(pool.missed(block.index), true, "and the next turn's first again");
  const { large, substitutions } = pool.metrics(0);
  assert.ok(large.total > 0 && large.free === large.total);
  assert.equal(substitutions, 3);
  block.release();
}, sizes);

testPool("a large block returns among the large ones", (t) => {
  t.pool.grow(true);
  const { small, large } = t.native.ring;
  const counts = (): number[] => [small.count, large.count];
  const before = counts();
  const block = t.read(10_000, true);
  assert.deepEqual([block.bytes.length, block.isLarge], [LARGE_BYTES, true]);
  assert.deepEqual(counts(), [before[0], (before[1] as number) - 1]);
  block.release();
  assert.deepEqual(counts(), before);
  t.pool.discard(large.take());
  assert.deepEqual(counts(), before);
}, sizes);

testPool("a read that missed a small block makes the pool grow by small ones", (t) => {
  t.pool.grow(true);
  const before = t.pool.metrics(0);
  const block = t.read(100, true);
  t.pool.missed(block.index);
  t.pool.growMissed();
  const after = t.pool.metrics(0);
  assert.deepEqual(after.large.total, before.large.total);
  assert.ok(after.total > before.total);
  block.release();
}, sizes);

testPool("the ceiling counts the blocks of both sizes", (t) => {
  const { pool } = t;
  while (pool.grow(true));
  const { total, large } = pool.metrics(0);
  assert.equal(large.total, Math.floor((100 - 32) * 4096 / LARGE_BYTES));
  assert.equal(total, 32 + large.total);
  while (pool.grow());
  assert.ok((pool.total - large.total) * 4096 + large.total * LARGE_BYTES <= 100 * 4096);
}, { ...sizes, poolBytesMax: 100 * 4096 });

testPool("at the ceiling a large block is leased where no small one is left", (t) => {
  while (t.pool.grow(true));
  const blocks = t.leaseAll();
  assert.equal(t.pool.free, 0);
  const sizesLeased = blocks.map(({ bytes }) => bytes.length);
  assert.ok(sizesLeased.includes(LARGE_BYTES), "large ones too");
  assert.deepEqual(sizesLeased, sizesLeased.toSorted((a, b) => a - b), "but the small ones first");
  release(blocks);
}, { ...sizes, poolBytesMax: 100 * 4096 });

testPool("a pool whose ceiling is below one large block has none", ({ pool, native }) => {
  assert.equal(native.ring.asksForLarge, false, "no read asks for one either");
  assert.equal(pool.grow(true), false);
  assert.equal(pool.metrics(0).large.total, 0);
}, { ...sizes, poolBytesMax: 33 * 4096 });

testPool("small blocks are leased while there are any, however many large ones are free", (t) => {
  t.pool.grow(true);
  const blocks = Array.from({ length: 64 }, () => t.pool.lease() as Block);
  assert.ok(blocks.every(({ bytes }) => bytes.length === 4096));
  release(blocks);
}, sizes);
