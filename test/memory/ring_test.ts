import assert from "node:assert/strict";
import { type NativeFunctions, recordWords, Ring } from "../../ffi/memory/ring.ts";
import { append } from "../../ffi/thunks/runtime_record.ts";
import { NativeLoop } from "../../ffi/native_loop.ts";
import { done, type Machine, ok } from "../../src/mod.ts";
import { test, testLoop } from "../harness.ts";
import { add } from "../loop/machines.ts";

/** Nothing of libuv is called here. */
const noFunctions = new Proxy({}, { get: () => 0 }) as NativeFunctions;

function newRing(): Ring {
  return new Ring(1024, noFunctions);
}

/** Appends records as callbacks do; `a` counts up from `first`. */
function appendRecords(ring: Ring, count: number, first = 0): void {
  const words = new Int32Array(8);
  for (let i = 0; i < count; i++) append({ ring, words, pointer: ring.pointer }, 1, first + i);
}

/** The `a` of all records. */
function recorded(ring: Ring): number[] {
  return Array.from(
    { length: ring.count },
    (_, i) => ring.words[i * recordWords.length + recordWords.a] as number,
  );
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

test("a ring keeps records until they are cleared", () => {
  const ring = newRing();
  appendRecords(ring, 3);
  assert.deepEqual(recorded(ring), [0, 1, 2]);
  ring.clear();
  assert.equal(ring.count, 0);
  appendRecords(ring, 2, 10);
  assert.deepEqual(recorded(ring), [10, 11]);
  ring.free();
});

test("64-bit words of a record keep their value", () => {
  const ring = newRing();
  const words = new Int32Array(8);
  append({ ring, words, pointer: ring.pointer }, 1, -7, 2 ** 40 + 5, -3);
  const { words: record } = ring;
  assert.equal(record[recordWords.a], -7);
  assert.equal(
    (record[recordWords.bHigh] as number) * 2 ** 32 + (record[recordWords.b] as number),
    2 ** 40 + 5,
  );
  assert.deepEqual([record[recordWords.c], record[recordWords.cHigh]], [-3, -1]);
  ring.free();
});

test("a ring grows when more is reserved than fits, and keeps what is pending", () => {
  const ring = newRing();
  const { capacity, words } = ring;
  appendRecords(ring, 700);
  ring.reserve(capacity);
  assert.equal(ring.capacity, capacity);
  ring.reserve(1);
  assert.ok(ring.capacity > capacity);
  assert.notEqual(ring.words, words);
  assert.equal(words.length, 0); // the old view is empty, not dangling
  assert.deepEqual(recorded(ring), upTo(700));
  appendRecords(ring, 600, 700);
  assert.deepEqual(recorded(ring), upTo(1300));
  assert.equal(ring.lost, 0);
  ring.free();
});

test("room that was given back can be reserved again without growth", () => {
  const ring = newRing();
  const { capacity } = ring;
  for (let i = 0; i < 100; i++) {
    ring.reserve(capacity);
    ring.release(capacity);
  }
  assert.equal(ring.capacity, capacity);
  ring.free();
});

test("a record that finds no room is counted as lost and written nowhere", () => {
  const ring = newRing();
  const { capacity } = ring;
  appendRecords(ring, capacity + 5);
  assert.equal(ring.count, capacity);
  assert.equal(ring.lost, 5);
  assert.deepEqual(recorded(ring), upTo(capacity));
  ring.free();
});

test("free blocks are a stack: the last one returned is the next one taken", () => {
  const ring = newRing();
  assert.equal(ring.takeBlock(), undefined);
  const indices = [4096, 8192, 12288].map((address) => ring.addBlock(address));
  assert.deepEqual(indices, [0, 1, 2]);
  assert.equal(ring.freeBlocks, 0);
  for (const index of indices) ring.giveBlock(index);
  assert.deepEqual([ring.takeBlock(), ring.takeBlock()], [2, 1]);
  ring.giveBlock(2);
  assert.deepEqual([ring.takeBlock(), ring.takeBlock(), ring.takeBlock()], [2, 0, undefined]);
  ring.free();
});

test("thousands of blocks keep their addresses and their places on the stack", () => {
  const ring = newRing();
  const count = 5000;
  const address = (index: number): number => 0x7f00_0000_0000 + index * 16448;
  for (let i = 0; i < count; i++) {
    assert.equal(ring.addBlock(address(i)), i);
    if (i % 2 === 0) ring.giveBlock(i);
  }
  assert.equal(ring.freeBlocks, count / 2);
  for (let i = 0; i < count; i++) assert.equal(ring.blockAddress(i), address(i));
  for (let i = count - 2; i >= 0; i -= 2) assert.equal(ring.takeBlock(), i);
  assert.ok(ring.capacity >= count);
  ring.free();
});

testLoop("a ring that grows in a handler loses none of the records behind it", (t) => {
  const { loop, events } = t;
  const before = loop.metrics().ring.capacity;
  const first: Machine = {
    ready(_event, scope) {
      events.push("first");
      for (let i = 0; i < 1000; i++) scope.timer();
      return ok({ timeout: () => done() }).deadline(scope.after(1));
    },
  };
  add(loop, first, (scope) => scope.timer().start(0));
  for (let i = 0; i < 50; i++) {
    add(loop, {
      ready() {
        events.push(`${i}`);
        return done();
      },
    }, (scope) => scope.timer().start(0));
  }
  loop.run();
  assert.deepEqual(events, ["first", ...upTo(50).map(String)]);
  assert.ok(loop.metrics().ring.capacity > before);
});

test("native loops have a ring each, with its own address", () => {
  const loops = [new NativeLoop(1024), new NativeLoop(1024)];
  const [one, other] = loops as [NativeLoop, NativeLoop];
  assert.notEqual(one.ring.address, other.ring.address);
  for (const loop of loops) loop.free(); // never opened
});
