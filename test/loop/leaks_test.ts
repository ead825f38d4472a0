import assert from "node:assert/strict";
import { MemoryError } from "../../src/error/memory_error.ts";
import { type Block, ClosedError, Loop, type LoopOptions, type Scope } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";
import { addHandler } from "./machines.ts";

/** Leases blocks and forgets them, in a function that a stack names. */
function forget(scope: Scope, count = 1): Block[] {
  const blocks: Block[] = [];
  while (blocks.length < count) blocks.push(scope.leaseBlock() as Block);
  return blocks;
}

testLoop("a loop that closes tells of blocks that are held, and where they were leased", (t) => {
  addHandler(t.loop, (scope) => void forget(scope, 2));
  t.loop.run();
  t.loop.close();
  const { level, held, places } = t.takeLeak();
  assert.deepEqual([level, held, places.length], ["paranoid", 2, 1]);
  assert.match(places[0] as string, /forget .*leaks_test/);
});

testLoop("a loop tells of the blocks that are held whenever it is asked", ({ loop }) => {
  addHandler(loop, (scope) => {
    const [block] = forget(scope) as [Block];
    const { held, places } = loop.leaks();
    assert.equal(held, 1);
    assert.match(places.join("\n"), /forget/);
    block.release();
    assert.deepEqual(loop.leaks(), { level: "paranoid", held: 0, places: [] });
  });
  loop.run();
  loop.close();
  assert.throws(() => loop.leaks(), ClosedError);
});

testLoop("a block can be let go when its loop is closed, and not more often than held", (t) => {
  let block: Block | undefined;
  addHandler(t.loop, (scope) => void ([block] = forget(scope)));
  t.loop.run();
  t.loop.close();
  assert.equal(t.takeLeak().held, 1);
  assert.equal(block?.bytes.length, 0);
  assert.throws(() => block?.retain(), ClosedError);
  block?.release();
  assert.throws(() => block?.release(), ClosedError);
});

test("a loop at level off tells nobody of blocks that are held", () => {
  let reports = 0;
  const options: LoopOptions = { leakLevel: "off", onLeak: () => void reports++ };
  const loop = Loop.create(options).instantiate(undefined);
  addHandler(loop, (scope) => void forget(scope));
  loop.run();
  assert.deepEqual(loop.leaks(), { level: "off", held: 1, places: [] });
  loop.close();
  assert.equal(reports, 0);
});

test("what onLeak throws does not keep a loop from closing", () => {
  const onLeak = (): void => {
    throw new Error("from onLeak");
  };
  const loop = Loop.create({ onLeak }).instantiate(undefined);
  addHandler(loop, (scope) => void forget(scope));
  loop.run();
  loop.close();
  assert.equal(loop.state, "closed");
});

testLoop("a write through a view that was kept stops no machine, and onError is told", (t) => {
  let isServed = false;
  addHandler(t.loop, (scope) => {
    const [block] = forget(scope) as [Block];
    const { bytes } = block;
    block.release();
    bytes[5] = 1;
  });
  addHandler(t.loop, (scope) => {
    (scope.leaseBlock() as Block).release();
    isServed = true;
  });
  t.loop.run();
  assert.ok(isServed);
  const { error, machine, handler } = t.takeError();
  assert.ok(error instanceof MemoryError);
  assert.deepEqual([machine, handler, error.byteOffset], [undefined, "memory", 5]);
  assert.match(error.place as string, /forget/);
});

testLoop("a write to a returned block that is never leased again is found at the end", (t) => {
  addHandler(t.loop, (scope) => {
    const [block] = forget(scope) as [Block];
    block.release();
    block.bytes[5] = 1;
  });
  t.loop.run();
  assert.deepEqual(t.errors, []);
  t.loop.close();
  assert.ok(t.takeError().error instanceof MemoryError);
});
