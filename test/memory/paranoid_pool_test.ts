import assert from "node:assert/strict";
import { MemoryError } from "../../src/error/memory_error.ts";
import { POISON } from "../../src/memory/poison.ts";
import type { Block } from "../../src/mod.ts";
import { PoolTest, testPool } from "../fixtures/memory_pool.ts";
import { test } from "../harness.ts";

const paranoid = { leakLevel: "paranoid", largeBlockBytes: 16384 } as const;

/** The one error that was told, taken out. */
function takeDamage(t: PoolTest): MemoryError {
  const [error] = t.damage.splice(0) as [MemoryError];
  assert.ok(error instanceof MemoryError);
  return error;
}

/** Leases a block, returns it, and gives the view that was kept. */
function keepView(t: PoolTest): Uint8Array {
  const block = t.pool.lease() as Block;
  const view = block.bytes.subarray(0, 100);
  view.fill(1);
  block.release();
  return view;
}

function isPoison(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === POISON);
}

testPool("a view that was kept reads poison after the return", (t) => {
  assert.ok(isPoison(keepView(t)));
}, paranoid);

testPool("the block of a read whose reader has gone is poisoned", (t) => {
  const block = t.read(10);
  block.bytes.fill(1);
  block.release();
  const index = t.native.ring.small.take();
  assert.equal(index, block.index);
  block.bytes.fill(1); // as libuv does
  t.pool.discard(index);
  assert.ok(isPoison(block.bytes));
}, paranoid);

testPool("a write through a view that was kept is told at the next lease", (t) => {
  const view = keepView(t);
  view[17] = 0;
  const block = t.pool.lease() as Block;
  const error = takeDamage(t);
  assert.deepEqual([error.byteOffset, error.name], [17, "MemoryError"]);
  assert.match(error.place as string, /keepView/);
  assert.match(error.message, /byte 17 of 4096/);
  assert.match(error.message, /keepView/);
  block.release();
  (t.pool.lease() as Block).release();
  assert.deepEqual(t.damage, [], "it is told once");
}, paranoid);

testPool("a write behind the bytes of a read is told, one that was read over is not", (t) => {
  const view = keepView(t);
  view[17] = 0;
  t.read(18).release();
  assert.deepEqual(t.damage, []);
  view[17] = 0;
  t.read(17).release();
  assert.equal(takeDamage(t).byteOffset, 17);
}, paranoid);

testPool("a block that is held may be written to everywhere", (t) => {
  const block = t.read(5);
  block.bytes.fill(7);
  block.retain();
  block.release();
  block.bytes.fill(8);
  block.release();
  (t.pool.lease() as Block).release();
}, paranoid);

testPool("large blocks are poisoned and verified as well", (t) => {
  t.pool.grow(true);
  const block = t.read(100, true);
  block.release();
  assert.ok(isPoison(block.bytes));
  block.bytes[16383] = 0;
  t.read(16383, true).release();
  assert.equal(takeDamage(t).byteOffset, 16383);
}, paranoid);

testPool("a slab is verified before it is given back", (t) => {
  const blocks = Array.from({ length: 64 }, () => t.pool.lease() as Block);
  for (const block of blocks) block.release();
  const { bytes } = blocks.find(({ index }) => index === 63) as Block;
  bytes[4095] = 0;
  t.pool.giveBackIdle(0);
  t.pool.giveBackIdle(100);
  assert.equal(t.pool.metrics(0).slabs, 1);
  assert.equal(takeDamage(t).byteOffset, 4095);
}, { ...paranoid, slabIdleMs: 100 });

test("all free blocks are verified when a pool closes", () => {
  const t = new PoolTest(paranoid);
  const held = t.pool.lease() as Block;
  const views = [0, 1].map(() => t.pool.lease() as Block).map((block) => {
    const { bytes } = block;
    block.release();
    return bytes;
  });
  assert.equal(views.length, 2);
  held.bytes[3] = 0; // it may: it is held
  (views[1] as Uint8Array)[9] = 0;
  t.close();
  assert.deepEqual(t.damage.map(({ byteOffset }) => byteOffset), [9]);
});

testPool("a pool that is not paranoid leaves returned blocks alone", (t) => {
  const view = keepView(t);
  assert.ok(view.every((byte) => byte === 1));
  view.fill(2);
  (t.pool.lease() as Block).release();
});
