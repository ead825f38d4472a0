import assert from "node:assert/strict";
import { type NativeFunctions, Ring } from "../../ffi/memory/ring.ts";
import { NO_FREE_BLOCK } from "../../ffi/memory/shelf.ts";
import { test } from "../harness.ts";

/** Nothing of libuv is called here. */
const noFunctions = new Proxy({}, { get: () => 0 }) as NativeFunctions;
const sizes = { blockBytes: 1024, largeBlockBytes: 4096 };

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

test("a shelf is a stack, and tells when it is empty", () => {
  const ring = new Ring(sizes, noFunctions);
  const { small } = ring;
  assert.equal(small.take(), NO_FREE_BLOCK);
  for (const index of [3, 5, 4]) small.give(index);
  assert.deepEqual([...small.indices()], [3, 5, 4]);
  assert.deepEqual([small.take(), small.take(), small.take()], [4, 5, 3]);
  assert.equal(small.take(), NO_FREE_BLOCK);
  assert.equal(small.count, 0);
  ring.free();
});

test("the shelves of a ring keep apart, each with the size of its blocks", () => {
  const ring = new Ring(sizes, noFunctions);
  ring.small.give(1);
  ring.large.give(2);
  assert.deepEqual([ring.small.blockBytes, ring.large.blockBytes], [1024, 4096]);
  assert.deepEqual([ring.small.count, ring.large.count, ring.freeBlocks], [1, 1, 2]);
  assert.deepEqual([ring.large.take(), ring.small.take()], [2, 1]);
  ring.free();
});

test("either shelf has room for all blocks of its ring", () => {
  const ring = new Ring(sizes, noFunctions);
  for (const i of upTo(5000)) ring.addBlock(4096 + i * 64);
  for (const shelf of [ring.small, ring.large]) {
    for (const i of upTo(5000)) shelf.give(i);
    assert.deepEqual([...shelf.indices()], upTo(5000));
  }
  ring.free();
});

test("what lies on a shelf can be replaced by less", () => {
  const ring = new Ring(sizes, noFunctions);
  const { large } = ring;
  for (const i of upTo(10)) large.give(i);
  large.replace(Int32Array.of(7, 1));
  assert.deepEqual([large.take(), large.take(), large.take()], [1, 7, NO_FREE_BLOCK]);
  ring.free();
});

test("a shelf notes its smallest count from a start on", () => {
  const ring = new Ring(sizes, noFunctions);
  const { small } = ring;
  for (const i of upTo(5)) small.give(i);
  small.startLow(small.count);
  small.take();
  small.take();
  small.noteLow();
  small.give(0);
  small.noteLow();
  assert.equal(small.low, 3);
  small.startLow(small.count);
  small.noteLow();
  assert.equal(small.low, 4);
  ring.free();
});

test("the index of a removed block is the next one's", () => {
  const ring = new Ring(sizes, noFunctions);
  for (const i of upTo(3)) ring.addBlock(4096 * (i + 1));
  ring.removeBlock(1);
  assert.equal(ring.blockAddress(1), 0);
  assert.deepEqual([ring.addBlock(8192), ring.addBlock(16384)], [1, 3]);
  assert.equal(ring.blockAddress(1), 8192);
  ring.free();
});
