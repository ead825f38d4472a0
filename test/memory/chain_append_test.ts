import assert from "node:assert/strict";
import { Chain, ClosedError, type Memory } from "../../src/mod.ts";
import { OwnMemory, pieces, testChain } from "../fixtures/chain_blocks.ts";

testChain("append holds a block, and consume lets go of it", (t) => {
  const chain = t.chain();
  assert.deepEqual([chain.length, chain.isEmpty, chain.segments], [0, true, 0]);
  const block = t.block("hello");
  chain.append(block);
  assert.equal(block.holders, 2);
  block.release();
  assert.deepEqual([chain.length, chain.isEmpty, chain.segments], [5, false, 1]);
  assert.equal(chain.text(), "hello");
  chain.consume(5);
  assert.equal(block.holders, 0);
  assert.deepEqual([chain.length, chain.isEmpty, chain.segments], [0, true, 0]);
});

testChain("adopt takes over the hold of its caller", (t) => {
  const chain = t.chain();
  const block = t.block("hello");
  chain.adopt(block);
  assert.equal(block.holders, 1);
  chain.clear();
  assert.equal(block.holders, 0);
});

testChain("append and adopt take a range, and add nothing for an empty one", (t) => {
  const chain = t.chain();
  const block = t.block("abcdefgh");
  chain.append(block, 2, 5);
  chain.append(block, 6);
  assert.deepEqual(pieces(chain), ["cde", "gh"]);
  chain.append(block, 3, 3);
  chain.append(block, 8);
  assert.deepEqual([chain.segments, block.holders], [2, 3]);
  chain.adopt(block, 0, 0);
  assert.deepEqual([chain.segments, block.holders], [2, 2]);
});

testChain("a range that goes on where the last one ended is one piece with it", (t) => {
  const chain = t.chain();
  const block = t.block("abcdefgh");
  chain.append(block, 0, 3);
  chain.append(block, 3, 6);
  assert.deepEqual([pieces(chain), block.holders], [["abcdef"], 2]);
  chain.adopt(block, 6, 8);
  assert.deepEqual([pieces(chain), block.holders, chain.copied], [["abcdefgh"], 1, 0]);
});

testChain("memory of every kind can be appended, and is not written to", (t) => {
  const chain = t.chain();
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set([97, 98, 99, 100]);
  const own = [new OwnMemory(new Uint8Array([48, 49])), new OwnMemory(shared)] as const;
  for (const memory of own) chain.append(memory);
  chain.adopt(t.block("x")); // small, but behind memory that is no block
  assert.deepEqual(pieces(chain), ["01", "abcd", "x"]);
  chain.append(new OwnMemory(new Uint8Array([121]))); // packed behind the x
  assert.deepEqual(pieces(chain), ["01", "abcd", "xy"]);
  assert.deepEqual(own.map(({ holders }) => holders), [2, 2]);
  chain.consume(6);
  assert.deepEqual(own.map(({ holders }) => holders), [1, 1]);
});

testChain("ten thousand ranges of one byte hold a few blocks, not ten thousand", (t) => {
  const chain = t.chain();
  for (let i = 0; i < 10_000; i++) {
    const block = t.block(new Uint8Array([i % 251]));
    if (i % 2 === 0) chain.adopt(block);
    else chain.append(block), block.release();
  }
  assert.equal(chain.segments, Math.ceil(10_000 / 64));
  assert.equal(t.blocks.leased, chain.segments);
  assert.equal(chain.copied, 10_000 - chain.segments);
  assert.ok(chain.bytes().every((byte, i) => byte === i % 251));
}, { blockBytes: 64 });

testChain("an eighth of a block is packed, one byte more is held", (t) => {
  const chain = t.chainOf("begin ");
  chain.adopt(t.block("12345678"));
  assert.deepEqual([pieces(chain), chain.copied], [["begin 12345678"], 8]);
  chain.adopt(t.block("123456789"));
  assert.deepEqual([pieces(chain), chain.copied], [["begin 12345678", "123456789"], 8]);
}, { blockBytes: 64 });

testChain("only what fits behind the last range is packed", (t) => {
  const chain = t.chainOf("x".repeat(60));
  chain.adopt(t.block("12345"));
  assert.deepEqual([chain.segments, chain.copied], [2, 0]);
  chain.adopt(t.block("6789"));
  assert.deepEqual(pieces(chain), ["x".repeat(60), "123456789"]);
}, { blockBytes: 64 });

testChain("nothing is packed into an empty chain", (t) => {
  const chain = t.chainOf("a");
  chain.consume(1);
  chain.adopt(t.block("b"));
  assert.deepEqual([pieces(chain), chain.copied], [["b"], 0]);
});

testChain("nothing is packed into a block that somebody else holds", (t) => {
  const chain = t.chain();
  const block = t.block("a");
  chain.append(block);
  chain.adopt(t.block("b"));
  assert.deepEqual([pieces(chain), chain.copied], [["a", "b"], 0]);
  assert.equal(block.length, 1);
  chain.consume(1);
  block.release();
});

testChain("a packed block's length is what lies in it", (t) => {
  const chain = t.chain();
  const block = t.block("abcd");
  chain.append(block, 0, 2);
  block.release();
  chain.adopt(t.block("x")); // over the c, which nobody has any more
  assert.deepEqual([pieces(chain), block.length], [["abx"], 3]);
});

testChain("nothing is packed into memory that is no block, even if nobody else holds it", (t) => {
  const chain = t.chain();
  const memory = new OwnMemory(new Uint8Array([97, 98, 99, 100]));
  chain.adopt(memory, 0, 2);
  chain.adopt(t.block("x"));
  assert.deepEqual(pieces(chain), ["ab", "x"]);
  assert.deepEqual([...memory.bytes], [97, 98, 99, 100]);
});

testChain("a block is not packed into itself", (t) => {
  const chain = t.chain();
  const block = t.block("abc");
  chain.adopt(block);
  chain.append(block, 0, 1);
  assert.deepEqual([pieces(chain), block.holders, chain.copied], [["abc", "a"], 2, 0]);
});

testChain("ranges beyond the length of the memory are refused, and adopt takes nothing", (t) => {
  const chain = t.chainOf("begin");
  const block = t.block("abc");
  const bad = [[0, 4], [-1, 2], [2, 1], [4, 4], [0.5, 2], [0, NaN], [0, Infinity]] as const;
  for (const [start, end] of bad) {
    assert.throws(() => chain.append(block, start, end), RangeError, `${start}..${end}`);
    assert.throws(() => chain.adopt(block, start, end), RangeError, `${start}..${end}`);
  }
  assert.throws(() => chain.append(block, "0" as never), TypeError);
  assert.throws(() => chain.append(block, 0, null as never), TypeError);
  assert.deepEqual([chain.length, block.holders], [5, 1]);
  block.release();
});

testChain("what is no memory is refused", (t) => {
  const chain = t.chain();
  for (const memory of [undefined, null, "abc", 3, {}, new Uint8Array(3), chain]) {
    assert.throws(() => chain.append(memory as unknown as Memory), TypeError);
    assert.throws(() => chain.adopt(memory as unknown as Memory), TypeError);
  }
  assert.equal(chain.isEmpty, true);
});

testChain("memory that nobody holds is refused", (t) => {
  const chain = t.chainOf("x");
  const block = t.block("a");
  block.release();
  assert.throws(() => chain.append(block), ClosedError);
  assert.throws(() => chain.adopt(block), ClosedError);
  assert.throws(() => chain.append(block, 0, 0), ClosedError);
  assert.equal(chain.text(), "x");
});

testChain("memory whose views were detached is refused", (t) => {
  const chain = t.chain();
  const memory = new OwnMemory(new Uint8Array(3));
  Object.defineProperty(memory, "length", { value: 3 });
  (memory.bytes.buffer as ArrayBuffer).transfer();
  assert.throws(() => chain.append(memory), ClosedError);
});

testChain("a chain needs a source", () => {
  for (const source of [undefined, null, {}, 3]) {
    assert.throws(() => new Chain(source as never), TypeError);
  }
});
