import assert from "node:assert/strict";
import type { Block } from "../../src/mod.ts";
import { type PoolTest, release, testPool } from "../fixtures/memory_pool.ts";

/** Leases blocks in a function that a stack names: no call in it is the last thing that it does. */
function forgetful({ pool }: PoolTest, count: number): Block[] {
  const blocks: Block[] = [];
  while (blocks.length < count) blocks.push(pool.lease() as Block);
  return blocks;
}

/** Retains a block in a function that a stack names. */
function clinging(block: Block): void {
  block.retain();
}

/** A block that was read into, on a lease of which holds are noted. */
function readSampled(t: PoolTest): Block {
  for (;;) {
    const block = t.read(10);
    if (block.isSampled) return block;
    block.release();
  }
}

const paranoid = { leakLevel: "paranoid" } as const;
const simple = { leakLevel: "simple" } as const;

testPool("a pool whose blocks are all back reports none", (t) => {
  release(forgetful(t, 10));
  assert.deepEqual(t.pool.leaks(), { level: "paranoid", held: 0, places: [] });
}, paranoid);

testPool("the report of a paranoid pool names the place of a lease", (t) => {
  const blocks = forgetful(t, 3);
  const { held, places } = t.pool.leaks();
  assert.equal(held, 3);
  assert.equal(places.length, 1, "each place once");
  assert.match(places[0] as string, /forgetful/);
  assert.match(places[0] as string, /block_pool_leaks_test/);
  assert.doesNotMatch(places[0] as string, /src.memory/, "the library's own frames are left out");
  release(blocks);
}, paranoid);

testPool("the report of a paranoid pool names the places of all who retained a block", (t) => {
  const block = t.read(10);
  clinging(block);
  block.release();
  const { held, places } = t.pool.leaks();
  assert.equal(held, 1);
  assert.match(places.join("\n"), /clinging/);
  block.release();
}, paranoid);

testPool("holds of a lease that has ended are forgotten", (t) => {
  const [block] = forgetful(t, 1) as [Block];
  clinging(block);
  release([block, block]);
  const again = t.read(10);
  assert.equal(again, block);
  assert.deepEqual(t.pool.leaks(), { level: "paranoid", held: 1, places: [] });
  again.release();
}, paranoid);

testPool("a lease is not reported with the places of the one before", (t) => {
  const [first] = forgetful(t, 1) as [Block];
  first.release();
  const block = t.read(10);
  assert.equal(block, first);
  clinging(block);
  const { places } = t.pool.leaks();
  assert.equal(places.length, 1);
  assert.match(places[0] as string, /clinging/);
  release([block, block]);
}, paranoid);

testPool("a simple pool notes the place of one in 64 leases", (t) => {
  t.native.ring.now = 0;
  const blocks: Block[] = [];
  let noted = 0;
  for (let i = 0; i < 640; i++) {
    t.native.ring.now = i; // or the limit for a millisecond would show
    blocks.push(...forgetful(t, 1));
    noted += (blocks.at(-1) as Block).isSampled ? 1 : 0;
  }
  assert.equal(noted, 10, "blocks that are leased for the first time are no exception");
  const { held, places } = t.pool.leaks();
  assert.equal(held, 640);
  assert.match(places[0] as string, /forgetful/);
  release(blocks);
}, { ...simple, poolBytesMax: 2 ** 24 });

testPool("a simple pool notes the places of retains, too", (t) => {
  const block = readSampled(t);
  clinging(block);
  assert.match(t.pool.leaks().places.join("\n"), /clinging/);
  block.release();
  block.release();
  const after = t.read(10);
  assert.equal(after, block);
  clinging(after); // its turn is only in 63 leases
  assert.deepEqual(t.pool.leaks().places, []);
  release([after, after]);
}, simple);

testPool("a simple pool notes one place in a millisecond", (t) => {
  const [first, second] = [readSampled(t), readSampled(t)];
  t.native.ring.now = 7;
  first.retain();
  clinging(second);
  assert.doesNotMatch(t.pool.leaks().places.join("\n"), /clinging/);
  t.native.ring.now = 8;
  clinging(second);
  assert.match(t.pool.leaks().places.join("\n"), /clinging/);
  release([first, first, second, second, second]);
}, simple);

testPool("hold() is not noted", (t) => {
  const block = readSampled(t);
  block.hold();
  assert.deepEqual(t.pool.leaks().places, []);
  block.unhold();
  block.release();
}, simple);

testPool("a pool at level off notes nothing, and counts all the same", (t) => {
  const blocks = forgetful(t, 200);
  assert.deepEqual(t.pool.leaks(), { level: "off", held: 200, places: [] });
  release(blocks);
}, { leakLevel: "off" });
