import assert from "node:assert/strict";
import { NativeLoop } from "../../ffi/native_loop.ts";
import { type Block, ClosedError } from "../../src/mod.ts";
import { BlockPool, type BlockPoolOptions } from "../../src/memory/block_pool.ts";
import { test } from "../harness.ts";

const CACHE_LINE_BYTES = 64;
const PAGE_BYTES = 4096;

/** Registers a test with a pool of its own; afterwards all blocks must be back. */
function testPool(
  name: string,
  body: (pool: BlockPool, native: NativeLoop) => void,
  options: Partial<BlockPoolOptions> = {},
): void {
  test(name, () => {
    const settings = { blockBytes: 4096, poolBytesMax: 2 ** 20, ...options };
    const native = new NativeLoop(settings.blockBytes);
    const pool = new BlockPool(native.ring, settings);
    try {
      body(pool, native);
      assert.equal(pool.free, pool.total, "free blocks");
    } finally {
      pool.close();
      native.free(); // never opened
    }
  });
}

/** Leases all that there is. */
function leaseAll(pool: BlockPool): Block[] {
  const blocks: Block[] = [];
  for (let block; (block = pool.lease()) !== undefined;) blocks.push(block);
  return blocks;
}

function address({ addressLow, addressHigh }: Block): number {
  return (addressLow >>> 0) + addressHigh * 2 ** 32;
}

testPool("a pool leases empty blocks of its size, and takes them back", (pool) => {
  const before = pool.free;
  assert.ok(before > 0);
  const block = pool.lease() as Block;
  assert.deepEqual([block.holders, block.length, block.bytes.length], [1, 0, 4096]);
  assert.equal(pool.free, before - 1);
  assert.equal(pool.owns(block), true);
  block.release();
  assert.equal(pool.free, before);
});

testPool("a second return throws and puts no block on the stack twice", (pool) => {
  const block = pool.lease() as Block;
  block.retain();
  block.release();
  block.release();
  const { free } = pool;
  assert.throws(() => block.release(), ClosedError);
  assert.equal(pool.free, free);
  const blocks = leaseAll(pool);
  assert.equal(new Set(blocks).size, blocks.length);
  for (const each of blocks) each.release();
});

testPool("a pool grows to its ceiling, not beyond, and answers undefined there", (pool) => {
  const blocks = leaseAll(pool);
  assert.equal(blocks.length, 100);
  assert.equal(pool.total, 100);
  assert.equal(pool.lease(), undefined);
  assert.equal(pool.grow(), false);
  (blocks.pop() as Block).release();
  const again = pool.lease() as Block;
  assert.equal(pool.lease(), undefined);
  for (const block of [...blocks, again]) block.release();
}, { poolBytesMax: 100 * 4096 });

testPool("a ceiling below one slab is a ceiling too", (pool) => {
  const blocks = leaseAll(pool);
  assert.equal(blocks.length, 3);
  for (const block of blocks) block.release();
}, { poolBytesMax: 3 * 4096 + 1 });

testPool("a pool has one block at least", (pool) => {
  const block = pool.lease() as Block;
  assert.equal(pool.lease(), undefined);
  block.release();
}, { poolBytesMax: 1024 });

testPool("blocks have addresses of their own, a block's length apart and more", (pool) => {
  const blocks = leaseAll(pool);
  const addresses = blocks.map(address).sort((a, b) => a - b);
  for (const [i, start] of addresses.entries()) {
    const next = addresses[i + 1] ?? Infinity;
    assert.ok(next - start >= pool.blockBytes, `blocks at ${start} and ${next}`);
  }
  for (const block of blocks) block.release();
});

testPool("blocks start at different cache lines of their pages", (pool) => {
  const blocks = leaseAll(pool);
  const lines = new Set(blocks.map((block) => address(block) % PAGE_BYTES / CACHE_LINE_BYTES));
  assert.equal(lines.size, 32);
  for (const block of blocks) block.release();
}, { poolBytesMax: 32 * 4096 });

testPool("what is written to a block is at its native address, and in no other block", (pool) => {
  const blocks = leaseAll(pool);
  for (const [i, block] of blocks.entries()) block.bytes.fill(i % 251);
  assert.ok(blocks.every((block, i) => block.bytes.every((byte) => byte === i % 251)));
  for (const block of blocks) block.release();
}, { blockBytes: 1024 });

testPool("native code and TypeScript take from the same stack", (pool, native) => {
  const index = native.ring.takeBlock() as number; // as the alloc callback does
  assert.equal(native.ring.blockAddress(index), address(pool.leased(index, 7)));
  const block = pool.leased(index, 7);
  assert.deepEqual([block.index, block.length], [index, 7]);
  block.release();
  const unread = native.ring.takeBlock() as number;
  pool.discard(unread);
});

testPool("blocks of another pool are told apart", (pool) => {
  const native = new NativeLoop(4096);
  const other = new BlockPool(native.ring, { blockBytes: 4096, poolBytesMax: 2 ** 20 });
  const block = other.lease() as Block;
  assert.equal(pool.owns(block), false);
  block.release();
  other.close();
  native.free();
});

testPool("a block kept beyond the pool's end is empty, and letting go of it does no harm", () => {
  const native = new NativeLoop(4096);
  const pool = new BlockPool(native.ring, { blockBytes: 4096, poolBytesMax: 2 ** 20 });
  const block = pool.lease() as Block;
  pool.close();
  native.free();
  assert.equal(block.bytes.length, 0);
  block.retain();
  block.release();
  block.release();
  assert.throws(() => block.release(), ClosedError);
});
