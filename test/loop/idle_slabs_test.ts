import assert from "node:assert/strict";
import type { Block, LoopOptions } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";
import { Inside } from "./inside.ts";
import { addHandler, addIdle } from "./machines.ts";

/** Registers a test; afterwards the loop must close. */
function testInside(name: string, body: (inside: Inside) => void, options: LoopOptions): void {
  test(name, () => {
    const inside = new Inside(options);
    body(inside);
    inside.close();
  });
}

const IDLE_MS = 5;
const sizes = { blockBytes: 1024, largeBlockBytes: 0, slabIdleMs: IDLE_MS };

testInside("a loop that sleeps wakes up to give back idle slabs, once", (inside) => {
  const { core } = inside;
  for (const block of inside.lease(100)) block.release();
  assert.equal(inside.slabs, 4);
  inside.turn(true); // nothing else would ever end this sleep
  while (inside.slabs > 1) inside.turn(false);
  assert.equal(core.pool.metrics(0).slabsGivenBack, 3);
  const { runs, otherCalls } = core.counters;
  assert.ok(otherCalls <= runs, `${otherCalls} calls beside ${runs} turns`);
  inside.turn(false);
  assert.equal(core.counters.otherCalls, otherCalls, "no timer is started for what is not there");
}, sizes);

testInside("a loop that has nothing to give back does not wake up for it", (inside) => {
  const { core } = inside;
  const blocks = inside.lease(40); // of two slabs
  const spare = blocks.filter((_, i) => i !== 0 && i !== 39);
  for (const block of spare) block.release();
  core.native.ring.now = 1000;
  core.pool.giveBackIdle(1000);
  assert.equal(core.pool.giveBackIdle(1000 + IDLE_MS), Infinity);
  assert.equal(inside.slabs, 2);
  for (const block of blocks) if (block.holders > 0) block.release();
}, sizes);

testInside("a pool of one slab costs a turn no call", (inside) => {
  for (let i = 0; i < 10; i++) inside.turn(false);
  assert.equal(inside.core.counters.otherCalls, 0);
}, sizes);

testInside("a loop that is always busy gives back idle slabs, too", (inside) => {
  for (const block of inside.lease(100)) block.release();
  while (inside.slabs > 1) {
    inside.core.later.push(() => inside.core.later.push(() => {})); // keeps it busy
    inside.turn(true);
  }
}, sizes);

testLoop("slabs that may be given back later do not keep run() from returning", ({ loop }) => {
  addHandler(loop, (scope) => {
    const blocks = Array.from({ length: 100 }, () => scope.leaseBlock() as Block);
    for (const block of blocks) block.release();
  });
  loop.run();
  assert.equal(loop.metrics().blocks.slabs, 4);
}, { ...sizes, slabIdleMs: 2 ** 31 });

testLoop("a machine that waits sees idle slabs given back", ({ loop }) => {
  addHandler(loop, (scope) => {
    const blocks = Array.from({ length: 100 }, () => scope.leaseBlock() as Block);
    for (const block of blocks) block.release();
  });
  addIdle(loop);
  const look = (): void => {
    if (loop.metrics().blocks.slabs === 1) loop.stop();
    else addHandler(loop, look);
  };
  addHandler(loop, look);
  loop.run();
  assert.equal(loop.metrics().blocks.slabsGivenBack, 3);
  loop.close();
}, sizes);
