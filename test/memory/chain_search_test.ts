import assert from "node:assert/strict";
import { type ChainTest, testChain } from "../fixtures/chain_blocks.ts";
import { Random } from "../fixtures/random.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

testChain("indexOf finds a byte, from an offset on and before another", (t) => {
  const chain = t.chainOf("..abc", "abc", "abd");
  chain.consume(2);
  const b = 98;
  assert.deepEqual([0, 1, 2, 4, 5, 8].map((from) => chain.indexOf(b, from)), [1, 1, 4, 4, 7, -1]);
  assert.deepEqual([chain.indexOf(b, 2, 4), chain.indexOf(b, 2, 5)], [-1, 4]);
  assert.deepEqual([chain.indexOf(100), chain.indexOf(120), chain.indexOf(46)], [8, -1, -1]);
  assert.deepEqual([chain.indexOf(b, 9), chain.indexOf(b, 4, 4)], [-1, -1]);
});

testChain("indexOf does not find what lies around the range in the same block", (t) => {
  for (const size of [4, 20, 50, 62]) {
    const block = t.block(new Uint8Array(64).fill(7));
    block.bytes.fill(0, 1, 1 + size);
    const chain = t.chain();
    chain.adopt(block, 1, 1 + size);
    assert.equal(chain.indexOf(7), -1, `${size} bytes`);
    block.bytes[size] = 7;
    assert.equal(chain.indexOf(7), size - 1, `${size} bytes`);
    assert.equal(chain.indexOf(7, 0, size - 1), -1, `${size} bytes`);
  }
}, { blockBytes: 64 });

testChain("indexOf finds a sequence that straddles borders", (t) => {
  const chain = t.chainOf("ab\r", "\n", "cd\r\n", "\r", "\n", "\r\n\r", "x");
  assert.equal(chain.indexOf(encode("\r\n")), 2);
  assert.equal(chain.indexOf(encode("\r\n"), 3), 6);
  assert.equal(chain.indexOf(encode("\r\n\r\n")), 6);
  assert.equal(chain.indexOf(encode("\r\n\r\n"), 7), 8);
  assert.equal(chain.indexOf(encode("\r\n\r\n\r\n\rx")), 6);
  assert.equal(chain.indexOf(encode("\r\n\r\n\r\n\ry")), -1);
});

testChain("indexOf goes back after a partial match that failed", (t) => {
  const chain = t.chainOf("aa", "a", "ab", "aaa", "c");
  assert.equal(chain.indexOf(encode("aab")), 2);
  assert.equal(chain.indexOf(encode("aac")), 6);
  assert.equal(chain.indexOf(encode("aaab")), 1);
  assert.equal(chain.indexOf(encode("abaaac")), 3);
});

testChain("indexOf finds needles longer than segments, and the whole chain", (t) => {
  const text = "the quick brown fox jumps over the lazy dog";
  const chain = t.chainOf(...text.match(/.{1,3}/g) ?? [text]);
  assert.equal(chain.indexOf(encode(text)), 0);
  assert.equal(chain.indexOf(encode(text.slice(1))), 1);
  assert.equal(chain.indexOf(encode("fox jumps over")), 16);
  assert.equal(chain.indexOf(encode(`${text}s`)), -1);
});

testChain("a sequence must end before `to`", (t) => {
  const chain = t.chainOf("ab", "cd", "ef");
  assert.equal(chain.indexOf(encode("cde"), 0, 5), 2);
  assert.equal(chain.indexOf(encode("cde"), 0, 4), -1);
  assert.equal(chain.indexOf(encode("cde"), 3), -1);
});

testChain("an empty sequence is found where the search begins", (t) => {
  const chain = t.chainOf("ab", "cd");
  assert.equal(chain.indexOf(encode("")), 0);
  assert.equal(chain.indexOf(encode(""), 3), 3);
  assert.equal(chain.indexOf(encode(""), 4), 4);
  assert.equal(t.chain().indexOf(encode("")), 0);
  assert.equal(t.chain().indexOf(97), -1);
  assert.equal(t.chain().indexOf(encode("a")), -1);
});

testChain("startsWith compares across borders", (t) => {
  const chain = t.chainOf("..ab", "cd", "ef");
  chain.consume(2);
  for (const text of ["", "a", "ab", "abc", "abcdef"]) {
    assert.equal(chain.startsWith(encode(text)), true);
  }
  for (const text of ["b", "ac", "abd", "abcdf", "abcdefg"]) {
    assert.equal(chain.startsWith(encode(text)), false);
  }
  assert.equal(t.chain().startsWith(encode("")), true);
  assert.equal(t.chain().startsWith(encode("a")), false);
});

testChain("indexOf and startsWith refuse needles that are none", (t) => {
  const chain = t.chainOf("abc");
  for (const needle of [undefined, null, "a", [97], new Uint16Array(1)]) {
    assert.throws(() => chain.indexOf(needle as never), TypeError);
    assert.throws(() => chain.startsWith(needle as never), TypeError);
  }
  assert.throws(() => chain.startsWith(97 as never), TypeError);
  for (const byte of [-1, 256, 1.5, NaN]) assert.throws(() => chain.indexOf(byte), RangeError);
});

/** A chain of few different bytes in pieces of up to 40, and the same bytes in one piece. */
function randomChain(t: ChainTest, random: Random) {
  const flat: number[] = [];
  const chain = t.chain();
  for (let pieces = random.between(1, 12); pieces > 0; pieces--) {
    const bytes = random.bytes(random.between(1, 40), 3);
    const block = t.block(bytes);
    block.bytes.fill(1, bytes.length); // must not be found
    const start = random.below(bytes.length);
    chain.adopt(block, start);
    flat.push(...bytes.subarray(start));
  }
  return { chain, flat: new Uint8Array(flat) };
}

/** What indexOf shall answer: Buffer's knows no end. */
function expected(flat: Uint8Array, needle: Uint8Array, from: number, to: number): number {
  for (let at = from; at + needle.length <= to; at++) {
    if (needle.every((byte, i) => flat[at + i] === byte)) return at;
  }
  return -1;
}

testChain("indexOf finds what a search in flat memory finds", (t) => {
  const random = new Random(3);
  for (let round = 0; round < 500; round++) {
    const { chain, flat } = randomChain(t, random);
    assert.equal(chain.length, flat.length);
    for (let i = 0; i < 10; i++) {
      const from = random.between(0, flat.length);
      const to = random.between(from, flat.length);
      const cut = random.between(0, flat.length);
      const needle = random.below(2) === 0
        ? random.bytes(random.between(1, 5), 3)
        : flat.slice(cut, cut + random.between(1, 60));
      assert.equal(chain.indexOf(needle, from, to), expected(flat, needle, from, to));
      const byte = random.below(4);
      assert.equal(
        chain.indexOf(byte, from, to),
        expected(flat, new Uint8Array([byte]), from, to),
      );
    }
    chain.clear();
  }
}, { blockBytes: 64 });
