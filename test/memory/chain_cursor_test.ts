import assert from "node:assert/strict";
import { Chain, ChainCursor, StateError } from "../../src/mod.ts";
import { testChain } from "../fixtures/chain_blocks.ts";

const A = 97, C = 99, D = 100, G = 103, X = 120;

testChain("take and peek go through a chain byte by byte", (t) => {
  const chain = t.chainOf("..abc", "d", "efg");
  chain.consume(2);
  const cursor = chain.cursor();
  const taken: number[] = [];
  for (let i = 0; i < 7; i++) {
    assert.deepEqual([cursor.position, cursor.isEnd], [i, false]);
    taken.push(cursor.peek());
    assert.equal(cursor.take(), taken[i]);
  }
  assert.deepEqual(taken, [97, 98, 99, 100, 101, 102, 103]);
  assert.deepEqual([cursor.position, cursor.isEnd, cursor.peek(), cursor.take()], [
    7,
    true,
    -1,
    -1,
  ]);
  assert.equal(chain.length, 7, "nothing is consumed");
});

testChain("a cursor starts anywhere, the end included", (t) => {
  const chain = t.chainOf("abc", "def");
  const peeked = [0, 1, 2, 3, 4, 5, 6].map((at) => chain.cursor(at).peek());
  assert.deepEqual(peeked, [97, 98, 99, 100, 101, 102, -1]);
  assert.deepEqual([0, 3, 6].map((at) => chain.cursor(at).position), [0, 3, 6]);
  for (const at of [7, -1, 0.5, NaN]) assert.throws(() => chain.cursor(at), RangeError);
  assert.throws(() => chain.cursor("0" as never), TypeError);
});

testChain("what is appended comes into a cursor's reach", (t) => {
  const chain = t.chain();
  const cursor = chain.cursor();
  assert.deepEqual([cursor.take(), cursor.isEnd, cursor.position], [-1, true, 0]);
  chain.write("a"); // the first block
  assert.equal(cursor.take(), A);
  assert.equal(cursor.take(), -1);
  chain.write("c"); // packed behind it
  assert.deepEqual([cursor.isEnd, cursor.take(), cursor.take()], [false, C, -1]);
  t.adoptAlone(chain, "d"); // a block of its own
  assert.deepEqual([cursor.peek(), cursor.position, cursor.take()], [D, 2, D]);
  for (let i = 0; i < 100; i++) t.adoptAlone(chain, "g");
  let taken = 0;
  while (cursor.take() === G) taken++;
  assert.equal(taken, 100);
});

testChain("skip moves on, to the end and not beyond", (t) => {
  const cursor = t.chainOf("abc", "def").cursor(1);
  cursor.skip(0);
  cursor.skip(2);
  assert.deepEqual([cursor.position, cursor.peek()], [3, D]);
  for (const n of [4, -1, 1.5, NaN]) assert.throws(() => cursor.skip(n), RangeError);
  assert.throws(() => cursor.skip("1" as never), TypeError);
  assert.equal(cursor.position, 3);
  cursor.skip(3);
  assert.deepEqual([cursor.position, cursor.isEnd], [6, true]);
  cursor.skip(0);
  t.chain().cursor().skip(0);
});

testChain("seek finds the next of up to three bytes", (t) => {
  const chain = t.chainOf("abc", "d", "efg");
  const found = (at: number, ...bytes: [number, number?, number?]) => {
    const cursor = chain.cursor(at);
    return [cursor.seek(...bytes), cursor.position];
  };
  assert.deepEqual(found(0, A), [A, 0]);
  assert.deepEqual(found(1, A), [-1, 7]);
  assert.deepEqual(found(1, G), [G, 6]);
  assert.deepEqual(found(0, G, C), [C, 2]);
  assert.deepEqual(found(3, G, C), [G, 6]);
  assert.deepEqual(found(1, G, X, D), [D, 3]);
  assert.deepEqual(found(4, A, X, D), [-1, 7]);
  assert.deepEqual(found(0, X, undefined, C), [C, 2]);
  assert.deepEqual(found(7, G), [-1, 7]);
  assert.deepEqual(found(7, G, C), [-1, 7]);
});

testChain("seek finds bytes 0 and 255, and goes on behind what it found", (t) => {
  const cursor = t.chainOf(new Uint8Array([1, 0, 255]), new Uint8Array([0])).cursor();
  const found: number[] = [];
  for (let byte = cursor.seek(0, 255); byte >= 0; byte = cursor.seek(0, 255)) {
    found.push(byte, cursor.position);
    cursor.take();
  }
  assert.deepEqual(found, [0, 1, 255, 2, 0, 3]);
});

testChain("seek of nothing finds nothing, and what is no byte is refused", (t) => {
  assert.deepEqual([t.chain().cursor().seek(0), t.chain().cursor().seek(0, 1)], [-1, -1]);
  const cursor = t.chainOf("abc").cursor(1);
  for (const byte of [-1, 256, 0.5, NaN]) {
    assert.throws(() => cursor.seek(byte), RangeError);
    assert.throws(() => cursor.seek(A, byte), RangeError);
    assert.throws(() => cursor.seek(A, A, byte), RangeError);
  }
  assert.throws(() => cursor.seek("a" as never), TypeError);
  assert.throws(() => cursor.seek(A, "a" as never), TypeError);
  assert.throws(() => cursor.seek(A, A, null as never), TypeError);
  assert.equal(cursor.position, 1);
});

testChain("lengthTo counts the bytes between two cursors of a chain", (t) => {
  const chain = t.chainOf("abc", "d", "efg");
  assert.equal(chain.cursor(1).lengthTo(chain.cursor(6)), 5);
  assert.equal(chain.cursor(6).lengthTo(chain.cursor(1)), -5);
  assert.equal(chain.cursor(3).lengthTo(chain.cursor(3)), 0);
  assert.throws(() => chain.cursor().lengthTo(t.chainOf("abc").cursor()), TypeError);
  assert.throws(() => chain.cursor().lengthTo(3 as never), TypeError);
});

testChain("copyTo copies what fits and moves behind it", (t) => {
  const chain = t.chainOf("..abc", "d", "efg");
  chain.consume(2);
  const cursor = chain.cursor(1);
  const target = new Uint8Array(4);
  assert.equal(cursor.copyTo(target), 4);
  assert.equal(new TextDecoder().decode(target), "bcde");
  assert.equal(cursor.position, 5);
  assert.equal(cursor.copyTo(target), 2);
  assert.equal(new TextDecoder().decode(target), "fgde");
  assert.deepEqual([cursor.isEnd, cursor.copyTo(target)], [true, 0]);
  for (const bad of [undefined, [], 3]) assert.throws(() => cursor.copyTo(bad as never), TypeError);
});

testChain("a clone moves on its own", (t) => {
  const cursor = t.chainOf("abc", "def").cursor(2);
  const clone = cursor.clone();
  assert.equal(clone.take(), C);
  assert.deepEqual([clone.position, cursor.position], [3, 2]);
  cursor.skip(4);
  assert.deepEqual([cursor.clone().position, cursor.clone().isEnd], [6, true]);
});

const uses: readonly ((cursor: ChainCursor) => unknown)[] = [
  (cursor) => cursor.position,
  (cursor) => cursor.isEnd,
  (cursor) => cursor.take(),
  (cursor) => cursor.peek(),
  (cursor) => cursor.skip(0),
  (cursor) => cursor.seek(A),
  (cursor) => cursor.seek(A, C),
  (cursor) => cursor.lengthTo(cursor),
  (cursor) => cursor.copyTo(new Uint8Array(1)),
  (cursor) => cursor.clone(),
];

const consumptions: readonly ((chain: Chain, to: Chain) => void)[] = [
  (chain) => chain.consume(1),
  (chain) => chain.consume(6),
  (chain, to) => chain.moveTo(to, 1),
  (chain, to) => chain.moveTo(to),
  (chain) => chain.clear(),
  (chain) => (chain.clear(), chain.write("abcdef")),
];

testChain("a cursor of a chain that was consumed since is refused", (t) => {
  for (const consume of consumptions) {
    const chain = t.chainOf("abc", "def");
    const cursor = chain.cursor(1);
    chain.consume(0);
    assert.equal(cursor.peek(), 98);
    consume(chain, t.chain());
    for (const use of uses) assert.throws(() => use(cursor), StateError);
  }
});

testChain("a cursor at the end of a chain that was consumed is refused too", (t) => {
  const chain = t.chainOf("abc");
  const cursor = chain.cursor(3);
  chain.consume(3);
  assert.throws(() => cursor.take(), StateError);
  assert.equal(chain.cursor().take(), -1);
});
