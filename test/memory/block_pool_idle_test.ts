import assert from "node:assert/strict";
import { type Block, ClosedError } from "../../src/mod.ts";
import { addressOf, type PoolTest, release, testPool } from "../fixtures/memory_pool.ts";

const IDLE_MS = 100;
const sizes = { largeBlockBytes: 16384, slabIdleMs: IDLE_MS };

/** Leases so many blocks, and returns them. */
function use({ pool }: PoolTest, count: number): void {
  release(Array.from({ length: count }, () => pool.lease() as Block));
}

function slabs({ pool }: PoolTest): number {
  return pool.metrics(0).slabs;
}

testPool("a pool of one slab has nothing to look for", ({ pool }) => {
  assert.equal(pool.idleDueMs, Infinity);
}, sizes);

testPool("slabs that nobody needed for a while are given back, all but one", (t) => {
  const { pool } = t;
  use(t, 100);
  pool.grow(true);
  assert.equal(slabs(t), 5);
  const { byteLength } = pool.metrics(0);
  assert.equal(pool.giveBackIdle(1000), 1000 + IDLE_MS);
  t.turn();
  assert.equal(pool.giveBackIdle(1000 + IDLE_MS - 1), 1000 + IDLE_MS);
  assert.equal(slabs(t), 5, "it is too early");
  assert.equal(pool.giveBackIdle(1000 + IDLE_MS), Infinity);
  const after = pool.metrics(0);
  assert.deepEqual([after.slabs, after.total, after.free, after.large.total], [1, 32, 32, 0]);
  assert.equal(after.slabsGivenBack, 4);
  assert.ok(after.byteLength < byteLength / 4);
  assert.equal(pool.idleDueMs, Infinity, "there is nothing left to look for");
}, sizes);

testPool("blocks that were needed once in the time stay, and go after a time without", (t) => {
  const { pool } = t;
  use(t, 100);
  pool.giveBackIdle(0);
  const blocks = Array.from({ length: 40 }, () => pool.lease() as Block);
  t.turn();
  release(blocks);
  assert.equal(pool.giveBackIdle(IDLE_MS), 2 * IDLE_MS);
  assert.equal(slabs(t), 2);
  t.turn();
  assert.equal(pool.giveBackIdle(2 * IDLE_MS), Infinity);
  assert.equal(slabs(t), 1);
}, sizes);

testPool("a pool that grew in the time gives nothing back yet", (t) => {
  use(t, 64);
  t.pool.giveBackIdle(0);
  use(t, 96); // more than there were
  t.pool.giveBackIdle(IDLE_MS);
  assert.equal(slabs(t), 3);
  t.pool.giveBackIdle(2 * IDLE_MS);
  assert.equal(slabs(t), 1);
}, sizes);

testPool("a slab with a block that is held stays, and nothing wakes the loop for it", (t) => {
  const { pool } = t;
  const blocks = Array.from({ length: 96 }, () => pool.lease() as Block);
  const held = [blocks[0], blocks[40], blocks[80]] as Block[];
  release(blocks.filter((block) => !held.includes(block)));
  pool.giveBackIdle(0);
  t.turn();
  assert.equal(pool.giveBackIdle(IDLE_MS), Infinity, "nothing can be given back");
  assert.equal(slabs(t), 3);
  release(held.splice(1));
  t.turn();
  assert.equal(pool.giveBackIdle(2 * IDLE_MS - 1), 2 * IDLE_MS, "something may have come back");
  pool.giveBackIdle(2 * IDLE_MS);
  assert.equal(slabs(t), 1);
  release(held);
}, sizes);

testPool("a slab with a read that nobody was told of stays", (t) => {
  const { pool, native } = t;
  const blocks = Array.from({ length: 64 }, () => pool.lease() as Block);
  const indices = blocks.map(({ index }) => index);
  release(blocks);
  const unread = Array.from({ length: 64 }, () => native.ring.small.take());
  assert.deepEqual(new Set(unread), new Set(indices));
  for (const index of unread.slice(2)) pool.discard(index);
  pool.giveBackIdle(0);
  t.turn();
  pool.giveBackIdle(IDLE_MS);
  for (const index of unread.slice(0, 2)) {
    assert.ok(native.ring.blockAddress(index) > 0, "a block that native code has taken");
    pool.discard(index);
  }
}, sizes);

testPool("no block of a slab that was given back is ever leased", (t) => {
  const { pool, native } = t;
  const blocks = Array.from({ length: 96 }, () => pool.lease() as Block);
  release(blocks);
  pool.giveBackIdle(0);
  pool.giveBackIdle(IDLE_MS);
  const gone = blocks.filter(({ bytes }) => bytes.length === 0);
  assert.equal(gone.length, 64);
  for (const block of gone) {
    assert.throws(() => block.retain(), ClosedError);
    assert.throws(() => block.release(), ClosedError);
  }
  const again = Array.from({ length: 96 }, () => pool.lease() as Block);
  assert.equal(new Set(again).size, 96);
  for (const [i, block] of again.entries()) {
    assert.ok(!gone.includes(block));
    assert.equal(native.ring.blockAddress(block.index), addressOf(block));
    block.bytes.fill(i);
  }
  assert.ok(again.every(({ bytes }, i) => bytes.every((byte) => byte === i)));
  assert.equal(Math.max(...again.map(({ index }) => index)), 95, "indices are used again");
  release(again);
}, sizes);

testPool("the ring has room for all blocks after slabs were given back and mapped", (t) => {
  const { capacity } = t.native.ring;
  for (let round = 0; round < 50; round++) {
    use(t, 256);
    t.pool.giveBackIdle(round * 10 * IDLE_MS);
    t.pool.giveBackIdle(round * 10 * IDLE_MS + IDLE_MS);
    assert.equal(slabs(t), 1);
  }
  assert.equal(t.native.ring.capacity, capacity, "reservations are given back too");
  assert.equal(t.pool.metrics(0).leases, 50 * 256);
  assert.equal(t.pool.metrics(0).slabsGivenBack, 50 * 7);
}, sizes);

testPool("with slabIdleMs 0 nothing is ever given back", (t) => {
  use(t, 100);
  assert.equal(t.pool.idleDueMs, Infinity);
  assert.equal(slabs(t), 4);
}, { slabIdleMs: 0 });

testPool("the blocks in use draw together, so that slabs run empty", (t) => {
  const { pool } = t;
  const blocks = Array.from({ length: 96 }, () => pool.lease() as Block)
    .sort((one, other) => one.index - other.index);
  const long = [31, 30, 63, 62, 95, 94].map((index) => blocks[index] as Block);
  release(blocks.filter((block) => !long.includes(block)));
  for (let round = 0; round < 6; round++) {
    pool.giveBackIdle(round * IDLE_MS);
    t.turn();
    long.push(pool.lease() as Block);
    (long.shift() as Block).release();
  }
  pool.giveBackIdle(6 * IDLE_MS);
  pool.giveBackIdle(7 * IDLE_MS);
  assert.equal(slabs(t), 1);
  release(long);
}, sizes);
