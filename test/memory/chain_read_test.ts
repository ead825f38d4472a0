import assert from "node:assert/strict";
import { Chain, ClosedError, type Memory, StateError } from "../../src/mod.ts";
import { ChainTest, OwnMemory, testChain } from "../fixtures/chain_blocks.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { Random } from "../fixtures/random.ts";

/** Every way to read a chain, with ranges that are good for three bytes and more. */
const reads: readonly ((chain: Chain) => unknown)[] = [
  (chain) => chain.byteAt(1),
  (chain) => chain.peekUint16(0),
  (chain) => chain.peekInt8(1),
  (chain) => chain.indexOf(0xff),
  (chain) => chain.indexOf(new Uint8Array([97, 98, 100])),
  (chain) => chain.startsWith(new Uint8Array([97, 98, 100])),
  (chain) => chain.copyTo(new Uint8Array(3)),
  (chain) => chain.bytes(),
  (chain) => chain.contiguous(0, 2),
  (chain) => chain.text(),
  (chain) => [...chain],
  (chain) => chain.forEachSegment(() => {}),
  (chain) => chain.cursor().take(),
  (chain) => chain.cursor().peek(),
  (chain) => chain.cursor().seek(0xff),
  (chain) => chain.cursor().seek(0xff, 0xfe),
  (chain) => chain.cursor().copyTo(new Uint8Array(3)),
];

/** Bytes in pieces of a few bytes each, behind something that was consumed. */
function scattered(t: ChainTest, bytes: Uint8Array, random: Random): Chain {
  const chain = t.chainOf("..");
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(at + random.between(1, 4), bytes.length);
    t.adoptAlone(chain, bytes.subarray(at, end));
    at = end;
  }
  chain.consume(2);
  return chain;
}

testChain("byteAt reads each byte, in any order", (t) => {
  const chain = t.chainOf("..abc", "d", "efg");
  chain.consume(2);
  const forward = [0, 1, 2, 3, 4, 5, 6].map((i) => chain.byteAt(i));
  assert.deepEqual(forward, [97, 98, 99, 100, 101, 102, 103]);
  assert.deepEqual([6, 0, 3, 5, 1, 4, 2].map((i) => chain.byteAt(i) - 97), [6, 0, 3, 5, 1, 4, 2]);
  for (const offset of [-1, 7, 0.5, NaN]) assert.throws(() => chain.byteAt(offset), RangeError);
  assert.throws(() => chain.byteAt("1" as never), TypeError);
  assert.throws(() => t.chain().byteAt(0), RangeError);
});

testChain("integers and numbers are read in both byte orders, across borders", (t) => {
  const random = new Random(1);
  const bytes = new Uint8Array(100).map(() => random.below(256));
  const view = new DataView(bytes.buffer);
  for (let round = 0; round < 20; round++) {
    const chain = scattered(t, bytes, random);
    for (let at = 0; at <= 92; at++) {
      assert.equal(chain.peekUint8(at), view.getUint8(at));
      assert.equal(chain.peekInt8(at), view.getInt8(at));
      for (const little of [false, true]) {
        assert.equal(chain.peekUint16(at, little), view.getUint16(at, little));
        assert.equal(chain.peekInt16(at, little), view.getInt16(at, little));
        assert.equal(chain.peekUint32(at, little), view.getUint32(at, little));
        assert.equal(chain.peekInt32(at, little), view.getInt32(at, little));
        assert.equal(chain.peekBigUint64(at, little), view.getBigUint64(at, little));
        assert.equal(chain.peekBigInt64(at, little), view.getBigInt64(at, little));
        assert.equal(chain.peekFloat32(at, little), view.getFloat32(at, little));
        assert.equal(chain.peekFloat64(at, little), view.getFloat64(at, little));
      }
      assert.equal(chain.peekUint32(at), view.getUint32(at), "the most significant byte first");
    }
  }
});

testChain("numbers that are not there as a whole are refused", (t) => {
  const chain = t.chainOf("abcd", "efgh");
  const peeks = [
    [1, (at: number) => chain.peekUint8(at), (at: number) => chain.peekInt8(at)],
    [2, (at: number) => chain.peekUint16(at), (at: number) => chain.peekInt16(at)],
    [4, (at: number) => chain.peekUint32(at), (at: number) => chain.peekInt32(at)],
    [8, (at: number) => chain.peekBigUint64(at), (at: number) => chain.peekBigInt64(at)],
    [4, (at: number) => chain.peekFloat32(at), (at: number) => chain.peekUint32(at, true)],
    [8, (at: number) => chain.peekFloat64(at), (at: number) => chain.peekBigInt64(at, true)],
  ] as const;
  for (const [size, ...both] of peeks) {
    for (const peek of both) {
      peek(8 - size);
      for (const at of [9 - size, -1, 0.5, NaN]) assert.throws(() => peek(at), RangeError);
      assert.throws(() => peek("0" as never), TypeError);
    }
  }
  assert.throws(() => t.chainOf("abc").peekUint32(0), RangeError);
  assert.throws(() => t.chain().peekUint16(0), RangeError);
});

testChain("copyTo copies a range, or as much as fits", (t) => {
  const chain = t.chainOf("..abc", "def", "ghi");
  chain.consume(2);
  const target = new Uint8Array(12);
  assert.equal(chain.copyTo(target), 9);
  assert.equal(new TextDecoder().decode(target), "abcdefghi\0\0\0");
  assert.equal(chain.copyTo(target, 2, 7), 5);
  assert.equal(new TextDecoder().decode(target.subarray(0, 6)), "cdefgf");
  const small = new Uint8Array(4);
  assert.equal(chain.copyTo(small, 2), 4);
  assert.equal(new TextDecoder().decode(small), "cdef");
  assert.equal(chain.copyTo(small, 9), 0);
  assert.equal(chain.copyTo(new Uint8Array(0)), 0);
  for (const bad of [undefined, [], new Uint16Array(2), 3]) {
    assert.throws(() => chain.copyTo(bad as never), TypeError);
  }
});

testChain("bytes are a copy that outlives the chain", (t) => {
  const chain = t.chainOf("abc", "def");
  const copies = [chain.bytes(0, 2), chain.bytes(2, 5), chain.bytes(6), chain.bytes()];
  chain.clear();
  const texts = copies.map((copy) => new TextDecoder().decode(copy));
  assert.deepEqual(texts, ["ab", "cde", "", "abcdef"]);
});

testChain("large ranges are copied as small ones are", (t) => {
  const chain = t.chainOf(pattern(1000), pattern(1000, 1000), pattern(500, 2000));
  assert.deepEqual(chain.bytes(), pattern(2500));
  assert.deepEqual(chain.bytes(990, 2010), pattern(1020, 990));
}, { blockBytes: 1024 });

testChain("contiguous is a view within a block, and a copy across blocks", (t) => {
  const block = t.block("..abc");
  const chain = t.chain();
  chain.adopt(block, 1);
  t.adoptAlone(chain, "def");
  chain.consume(1);
  const view = chain.contiguous(1, 3);
  assert.equal(view.buffer, block.bytes.buffer);
  assert.equal(new TextDecoder().decode(view), "bc");
  assert.equal(chain.contiguous(0, 3).buffer, block.bytes.buffer);
  const copy = chain.contiguous(2, 4);
  assert.notEqual(copy.buffer, block.bytes.buffer);
  assert.equal(new TextDecoder().decode(copy), "cd");
  assert.equal(chain.contiguous(3).length, 3);
  assert.equal(chain.contiguous(6).length, 0);
  assert.equal(t.chain().contiguous().length, 0);
});

testChain("text is decoded across borders that cut characters", (t) => {
  const text = "a é € 😀 \ufeff end";
  const bytes = new TextEncoder().encode(text);
  const random = new Random(2);
  for (let round = 0; round < 50; round++) {
    assert.equal(scattered(t, bytes, random).text(), text);
  }
  const chain = scattered(t, bytes, random);
  assert.equal(chain.text(2, 4), "é");
  assert.equal(chain.text(2, 3), "\ufffd");
  assert.equal(chain.text(3, 3), "");
  assert.equal(chain.text(0, 4), "a é", "nothing is left of what was cut before");
});

testChain("text of other encodings, and text that is none", (t) => {
  const latin = t.chainOf(new Uint8Array([0xe9]), new Uint8Array([0xe8]));
  assert.equal(latin.text(0, 2, "latin1"), "éè");
  assert.equal(latin.text(), "\ufffd\ufffd");
  const wide = t.chainOf(new Uint8Array([0x3d, 0xd8, 0x00]), new Uint8Array([0xde, 0x41, 0x00]));
  assert.equal(wide.text(0, 6, "utf-16le", { fatal: true }), "😀A");
  assert.throws(() => latin.text(0, 2, "utf-8", { fatal: true }), TypeError);
  assert.equal(t.chainOf("ok").text(0, 2, "utf-8", { fatal: true }), "ok");
  assert.equal(latin.text(0, 2, "utf-8", { fatal: false }), "\ufffd\ufffd");
  assert.equal(t.chainOf(new Uint8Array([0xef, 0xbb]), new Uint8Array([0xbf, 97])).text(), "a");
});

testChain("text refuses encodings that are unknown, and options that are none", (t) => {
  const chain = t.chainOf("abc");
  for (let i = 0; i < 2; i++) assert.throws(() => chain.text(0, 3, "klingon"), RangeError);
  assert.throws(() => chain.text(0, 3, 8 as never), TypeError);
  assert.throws(() => chain.text(0, 3, "utf-8", { fatal: 1 as never }), TypeError);
  assert.equal(chain.text(0, 3, "UTF8"), "abc");
});

testChain("text of shared memory is decoded", (t) => {
  const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(97);
  const chain = t.chain();
  chain.append(new OwnMemory(shared));
  assert.equal(chain.text(), "aaa");
});

testChain("forEachSegment visits the ranges in order", (t) => {
  const block = t.block("..abc");
  const chain = t.chain();
  chain.adopt(block, 1);
  t.adoptAlone(chain, "def");
  chain.consume(1);
  const seen: [Memory, number, number][] = [];
  chain.forEachSegment((...range) => seen.push(range));
  assert.deepEqual(seen.map(([, ...range]) => range), [[2, 5], [0, 3]]);
  assert.equal(seen[0]?.[0], block);
  t.chain().forEachSegment(() => assert.fail("an empty chain has no segment"));
});

testChain("a chain is iterated as views", (t) => {
  const chain = t.chainOf("..abc", "def");
  chain.consume(2);
  const views = [...chain];
  assert.deepEqual(views, [new Uint8Array([97, 98, 99]), new Uint8Array([100, 101, 102])]);
  (views[0] as Uint8Array)[0] = 65;
  assert.equal(chain.text(), "Abcdef");
  assert.deepEqual([...t.chain()], []);
});

testChain("what consumes while it visits is refused, unless it was the last", (t) => {
  const chain = t.chainOf("abc", "def", "ghi");
  assert.throws(() => chain.forEachSegment(() => chain.consume(1)), StateError);
  assert.equal(chain.length, 8);
  assert.throws(() => {
    for (const _ of chain) chain.consume(1);
  }, StateError);
  assert.equal(chain.length, 7);
  chain.consume(4);
  chain.forEachSegment(() => chain.consume(3));
  assert.equal(chain.length, 0);
});

testChain("what is appended during a visit is not visited", (t) => {
  const chain = t.chainOf("abc", "def");
  let visited = 0;
  chain.forEachSegment(() => {
    visited++;
    t.adoptAlone(chain, "xyz");
  });
  assert.deepEqual([visited, chain.segments], [2, 4]);
});

testChain("ranges beyond the chain are refused by all that read a range", (t) => {
  const chain = t.chainOf("abc", "def");
  const ranged: readonly ((start?: number, end?: number) => unknown)[] = [
    (...range) => chain.bytes(...range),
    (...range) => chain.contiguous(...range),
    (...range) => chain.text(...range),
    (...range) => chain.copyTo(new Uint8Array(9), ...range),
    (...range) => chain.indexOf(97, ...range),
    (...range) => chain.indexOf(new Uint8Array(1), ...range),
  ];
  for (const read of ranged) {
    for (const range of [[0, 7], [7], [-1], [3, 2], [0.5], [0, 1.5], [NaN], [0, -1]]) {
      assert.throws(() => read(...range), RangeError, `${range}`);
    }
    assert.throws(() => read("0" as never), TypeError);
    assert.throws(() => read(0, null as never), TypeError);
  }
});

testChain("memory that somebody let go of is detected by all that read", (t) => {
  for (const [i, read] of reads.entries()) {
    const block = t.block("abc");
    const chain = t.chain();
    chain.adopt(block);
    read(chain);
    block.release(); // the chain's hold
    assert.throws(() => read(chain), ClosedError, `read ${i}`);
    const again = t.block("new");
    assert.equal(again, block);
    assert.throws(() => read(chain), ClosedError, `read ${i} of another lease`);
    again.release();
    assert.throws(() => chain.clear(), ClosedError);
  }
});

testChain("memory that was detached is detected by all that read", (t) => {
  for (const [i, read] of reads.entries()) {
    const memory = new OwnMemory(new Uint8Array([97, 98, 99]));
    const chain = t.chain();
    chain.adopt(memory);
    (memory.bytes.buffer as ArrayBuffer).transfer(); // as the pool's when its loop is closed
    assert.throws(() => read(chain), ClosedError, `read ${i}`);
    chain.clear();
    assert.equal(memory.holders, 0);
  }
});
