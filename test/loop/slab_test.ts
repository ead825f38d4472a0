import assert from "node:assert/strict";
import { Slab, type SlabEntry } from "../../src/loop/slab.ts";
import { test } from "../harness.ts";

interface Named extends SlabEntry {
  readonly name: string;
}

function named(name: string): Named {
  return { name, generation: 0 };
}

/** Puts an object in; there must be a slot. */
function insert(slab: Slab<Named>, name: string): { slot: number; entry: Named } {
  const entry = named(name);
  const slot = slab.insert(entry);
  assert.ok(slot >= 0, `no slot for ${name}`);
  return { slot, entry };
}

test("a slab finds an object by its slot and generation only", () => {
  const slab = new Slab<Named>(4);
  const { slot, entry } = insert(slab, "a");
  assert.notEqual(entry.generation, 0);
  assert.equal(slab.get(slot, entry.generation), entry);
  assert.equal(slab.get(slot, entry.generation + 1), undefined);
  assert.equal(slab.get(slot + 1, entry.generation), undefined);
  assert.equal(slab.get(-1, entry.generation), undefined);
  assert.equal(slab.size, 1);
});

test("a slab answers -1 when all slots are taken, and has room again after a removal", () => {
  const slab = new Slab<Named>(2);
  const { slot } = insert(slab, "a");
  insert(slab, "b");
  assert.equal(slab.insert(named("c")), -1);
  assert.equal(slab.size, 2);
  slab.remove(slot);
  assert.equal(insert(slab, "d").slot, slot);
  assert.equal(slab.insert(named("e")), -1);
});

test("a removed object is not found, nor is its successor by the old generation", () => {
  const slab = new Slab<Named>(1);
  const { slot, entry } = insert(slab, "a");
  const { generation } = entry;
  slab.remove(slot);
  assert.equal(slab.get(slot, generation), undefined);
  const next = insert(slab, "b");
  assert.equal(next.slot, slot);
  assert.equal(slab.get(slot, generation), undefined);
  assert.equal(slab.get(slot, next.entry.generation), next.entry);
});

test("renewing makes earlier numbers of an object stale and keeps the object", () => {
  const slab = new Slab<Named>(1);
  const { slot, entry } = insert(slab, "a");
  const { generation } = entry;
  slab.renew(slot);
  assert.notEqual(entry.generation, generation);
  assert.equal(slab.get(slot, generation), undefined);
  assert.equal(slab.get(slot, entry.generation), entry);
  assert.equal(slab.size, 1);
});

test("a generation that comes round leaves out 0, which stands for nobody", () => {
  const slab = new Slab<Named>(1);
  const { slot, entry } = insert(slab, "a");
  entry.generation = 2 ** 31 - 1;
  slab.renew(slot);
  assert.equal(entry.generation, -(2 ** 31));
  entry.generation = -1;
  slab.renew(slot);
  assert.equal(entry.generation, 1);
});

test("slots are used again in the order they became free", () => {
  const slab = new Slab<Named>(8);
  const slots = ["a", "b", "c"].map((name) => insert(slab, name).slot);
  const [a, b, c] = slots as [number, number, number];
  for (const slot of [b, c, a]) slab.remove(slot);
  assert.deepEqual(["d", "e", "f"].map((name) => insert(slab, name).slot), [b, c, a]);
  assert.ok(!slots.includes(insert(slab, "g").slot));
});

test("a slab lists its objects by slot, and knows how many there are", () => {
  const slab = new Slab<Named>(8);
  insert(slab, "a");
  const { slot } = insert(slab, "b");
  insert(slab, "c");
  slab.remove(slot);
  assert.deepEqual([...slab.values()].map(({ name }) => name), ["a", "c"]);
  assert.equal(slab.size, 2);
});

test("a slab stays right and small over many thousand insertions and removals", () => {
  const slab = new Slab<Named>(100);
  const live: { slot: number; entry: Named }[] = [];
  for (let i = 0; i < 20_000; i++) {
    if (live.length === 100) {
      const { slot, entry } = live.shift() as { slot: number; entry: Named };
      assert.equal(slab.get(slot, entry.generation), entry);
      slab.remove(slot);
    }
    live.push(insert(slab, `entry ${i}`));
  }
  assert.equal(slab.size, 100);
  assert.deepEqual(new Set(live.map(({ slot }) => slot)).size, 100);
  assert.ok(live.every(({ slot }) => slot < 100));
});
