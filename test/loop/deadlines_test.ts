import assert from "node:assert/strict";
import { Deadlines } from "../../src/loop/deadlines.ts";
import { test } from "../harness.ts";

/** Deadlines for as many nodes as there are times, set in that order. */
function deadlinesAt(...timesMs: number[]): Deadlines {
  const deadlines = new Deadlines();
  for (const timeMs of timesMs) deadlines.set(deadlines.allocate(), timeMs);
  return deadlines;
}

/** Takes all that is due. */
function takeAll(deadlines: Deadlines, nowMs = Number.MAX_VALUE): number[] {
  const taken: number[] = [];
  for (let node; (node = deadlines.takeDue(nowMs)) >= 0;) taken.push(node);
  return taken;
}

/** Random numbers that are the same every time (mulberry32). */
function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

test("deadlines are due in the order of their times", () => {
  const deadlines = deadlinesAt(30, 10, 20);
  assert.equal(deadlines.earliestMs, 10);
  assert.deepEqual(takeAll(deadlines), [1, 2, 0]);
  assert.equal(deadlines.earliestMs, Infinity);
});

test("deadlines of the same time are due in the order they were set", () => {
  const deadlines = deadlinesAt(...Array<number>(100).fill(7));
  assert.deepEqual(takeAll(deadlines), Array.from({ length: 100 }, (_, node) => node));
});

test("a deadline that is set again goes behind those of the same time", () => {
  const deadlines = deadlinesAt(7, 7, 7);
  deadlines.set(0, 7);
  assert.deepEqual(takeAll(deadlines), [1, 2, 0]);
});

test("a deadline is due at its time and not before", () => {
  const deadlines = deadlinesAt(10);
  assert.equal(deadlines.takeDue(9.999), -1);
  assert.equal(deadlines.size, 1);
  assert.equal(deadlines.takeDue(10), 0);
  assert.equal(deadlines.size, 0);
  assert.equal(deadlines.takeDue(10), -1);
});

test("a deadline can be moved forwards and backwards", () => {
  const deadlines = deadlinesAt(10, 20, 30);
  deadlines.set(2, 5);
  deadlines.set(0, 25);
  assert.equal(deadlines.size, 3);
  assert.deepEqual(takeAll(deadlines), [2, 1, 0]);
});

test("a cleared deadline is never due; clearing it again does nothing", () => {
  const deadlines = deadlinesAt(10, 20, 30);
  for (const node of [1, 1]) deadlines.clear(node);
  assert.equal(deadlines.isSet(1), false);
  assert.equal(deadlines.isSet(0), true);
  assert.equal(deadlines.size, 2);
  assert.deepEqual(takeAll(deadlines), [0, 2]);
});

test("a deadline at Infinity is none", () => {
  const deadlines = deadlinesAt(10, Infinity);
  assert.equal(deadlines.size, 1);
  deadlines.set(0, Infinity);
  assert.equal(deadlines.size, 0);
  assert.equal(deadlines.takeDue(Infinity), -1);
});

test("times before zero and -Infinity are due before all others", () => {
  const deadlines = deadlinesAt(0, -1, -Infinity);
  assert.equal(deadlines.earliestMs, -Infinity);
  assert.deepEqual(takeAll(deadlines, 0), [2, 1, 0]);
});

test("a node that was given back is cleared, and used again", () => {
  const deadlines = deadlinesAt(10, 20);
  deadlines.free(0);
  assert.equal(deadlines.earliestMs, 20);
  const node = deadlines.allocate();
  assert.equal(node, 0);
  assert.equal(deadlines.isSet(node), false);
  deadlines.set(node, 5);
  assert.deepEqual(takeAll(deadlines), [0, 1]);
});

test("deadlines keep their times and order when there are more than fit at first", () => {
  const count = 10_000;
  const random = seededRandom(1);
  const timesMs = Array.from({ length: count }, () => random(500));
  const deadlines = deadlinesAt(...timesMs);
  const expected = timesMs
    .map((timeMs, node) => ({ timeMs, node }))
    .sort((a, b) => a.timeMs - b.timeMs) // stable: equal times stay in the order they were set
    .map(({ node }) => node);
  assert.deepEqual(takeAll(deadlines), expected);
});

/** The same with a list that is searched: slow, and easy to see through. */
class ListedDeadlines {
  readonly #list: { node: number; timeMs: number; order: number }[] = [];
  #order = 0;

  get size(): number {
    return this.#list.length;
  }

  set(node: number, timeMs: number): void {
    this.clear(node);
    this.#list.push({ node, timeMs, order: this.#order++ });
    this.#list.sort((a, b) => a.timeMs - b.timeMs || a.order - b.order);
  }

  clear(node: number): void {
    const index = this.#list.findIndex((deadline) => deadline.node === node);
    if (index >= 0) this.#list.splice(index, 1);
  }

  takeDue(nowMs: number): number {
    const [first] = this.#list;
    if (first === undefined || first.timeMs > nowMs) return -1;
    this.clear(first.node);
    return first.node;
  }
}

for (const seed of [1, 2, 3]) {
  test(`deadlines agree with a sorted list over random steps, seed ${seed}`, () => {
    const random = seededRandom(seed);
    const deadlines = new Deadlines();
    const expected = new ListedDeadlines();
    const nodes = Array.from({ length: 200 }, () => deadlines.allocate());
    for (let step = 0; step < 20_000; step++) {
      const node = nodes[random(nodes.length)] as number;
      const choice = random(10);
      if (choice < 6) {
        const timeMs = step + random(300) - 20;
        deadlines.set(node, timeMs);
        expected.set(node, timeMs);
      } else if (choice < 8) {
        deadlines.clear(node);
        expected.clear(node);
      } else {
        assert.equal(deadlines.takeDue(step), expected.takeDue(step));
      }
      assert.equal(deadlines.size, expected.size);
    }
  });
}
