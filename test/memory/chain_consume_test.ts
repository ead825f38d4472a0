import assert from "node:assert/strict";
import { Chain, ClosedError } from "../../src/mod.ts";
import { OwnMemory, pieces, testChain } from "../fixtures/chain_blocks.ts";
import { pattern } from "../fixtures/handle_bytes.ts";

testChain("consume lets go of blocks as they are used up", (t) => {
  const chain = t.chainOf("abc", "def", "ghi");
  chain.consume(0);
  chain.consume(2);
  assert.deepEqual([pieces(chain), t.blocks.leased], [["c", "def", "ghi"], 3]);
  chain.consume(1);
  assert.deepEqual([pieces(chain), t.blocks.leased], [["def", "ghi"], 2]);
  chain.consume(5);
  assert.deepEqual([pieces(chain), t.blocks.leased], [["i"], 1]);
  chain.consume(1);
  assert.deepEqual([chain.length, t.blocks.leased], [0, 0]);
});

testChain("consume and the others count what has left", (t) => {
  const chain = t.chainOf("abc", "def", "ghi");
  assert.equal(chain.consumed, 0);
  chain.consume(4);
  assert.equal(chain.consumed, 4);
  chain.moveTo(t.chain(), 2);
  assert.equal(chain.consumed, 6);
  chain.clear();
  assert.equal(chain.consumed, 9);
  chain.write("x");
  chain.consume(1);
  assert.equal(chain.consumed, 10);
});

testChain("a chain that is used for a long time stays right", (t) => {
  const chain = t.chain();
  let written = 0;
  for (let round = 0; round < 1000; round++) {
    const byteLength = 5 + round % 40;
    chain.write(pattern(byteLength, written));
    written += byteLength;
    const rest = round % 100 === 99 ? 0 : Math.min(chain.length, 30);
    chain.consume(chain.length - rest);
    assert.deepEqual(chain.bytes(), pattern(rest, written - rest));
  }
});

testChain("a chain of very many pieces is emptied, and can be filled again", (t) => {
  const chain = t.chain();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 300; i++) t.adoptAlone(chain, pattern(7, i * 7));
    assert.equal(chain.segments, 300);
    assert.deepEqual(chain.bytes(), pattern(2100));
    assert.equal(chain.byteAt(2000), pattern(1, 2000)[0]);
    chain.consume(2100);
    assert.equal(t.blocks.leased, 0);
  }
});

testChain("moveTo moves blocks, and splits one by holding it twice", (t) => {
  const from = t.chainOf("abc", "def");
  const to = t.chain();
  from.moveTo(to, 4);
  assert.deepEqual([pieces(to), pieces(from)], [["abc", "d"], ["ef"]]);
  assert.deepEqual([t.blocks.leased, to.copied], [2, 0]);
  from.moveTo(to, 0);
  from.moveTo(to);
  assert.deepEqual([pieces(to), from.length], [["abc", "def"], 0]);
  assert.equal(t.blocks.leased, 2);
});

testChain("moveTo copies nothing, until the target consists of very many pieces", (t) => {
  const to = t.chain();
  for (let i = 0; i < 32; i++) t.chainOf(pattern(1, i)).moveTo(to);
  assert.deepEqual([to.segments, to.copied], [32, 0]);
  for (let i = 32; i < 1000; i++) t.chainOf(pattern(1, i)).moveTo(to);
  assert.equal(to.segments, 32 + Math.ceil((1000 - 32 - 7) / 8));
  assert.equal(t.blocks.leased, to.segments);
  assert.deepEqual(to.bytes(), pattern(1000));
});

testChain("what was moved is the target's: it stays when the source is cleared", (t) => {
  const from = t.chainOf("abcdef");
  const to = t.chain();
  from.moveTo(to, 3);
  from.clear();
  assert.equal(to.text(), "abc");
  to.write("x"); // the block is the target's alone now
  assert.deepEqual(pieces(to), ["abcx"]);
});

testChain("slice shares memory", (t) => {
  const chain = t.chainOf("abc", "def", "ghi");
  const slices = [
    chain.slice(1, 8),
    chain.slice(4, 5),
    chain.slice(),
    chain.slice(9),
    chain.slice(3),
  ];
  assert.deepEqual(slices.map(pieces), [
    ["bc", "def", "gh"],
    ["e"],
    ["abc", "def", "ghi"],
    [],
    ["def", "ghi"],
  ]);
  assert.deepEqual([t.blocks.leased, slices[0]?.copied], [3, 0]);
  chain.clear();
  assert.equal(t.blocks.leased, 3);
  assert.equal(slices[0]?.text(), "bcdefgh");
  for (const slice of slices) slice.clear();
});

testChain("what is written to a chain does not show in a slice of it, nor the reverse", (t) => {
  const chain = t.chainOf("abc");
  using slice = chain.slice(0, 2);
  chain.write("x");
  slice.write("y");
  assert.deepEqual([pieces(chain), pieces(slice)], [["abc", "x"], ["ab", "y"]]);
});

testChain("clear and using let go of all, and the chain can be used again", (t) => {
  const chain = t.chainOf("abc", "def");
  chain.clear();
  assert.deepEqual([chain.length, chain.segments, t.blocks.leased], [0, 0, 0]);
  chain.clear();
  {
    using scoped = new Chain(t.blocks);
    scoped.write("abc");
  }
  assert.equal(t.blocks.leased, 0);
  chain.write("again");
  assert.equal(chain.text(), "again");
});

testChain("ranges beyond the chain are refused, and nothing changes", (t) => {
  const chain = t.chainOf("abc", "def");
  const to = t.chain();
  for (const n of [7, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => chain.consume(n), RangeError);
    assert.throws(() => chain.moveTo(to, n), RangeError);
    assert.throws(() => chain.slice(0, n), RangeError);
    assert.throws(() => chain.slice(n), RangeError);
  }
  assert.throws(() => chain.slice(3, 2), RangeError);
  for (const n of ["1", null, {}]) {
    assert.throws(() => chain.consume(n as never), TypeError);
    assert.throws(() => chain.moveTo(to, n as never), TypeError);
    assert.throws(() => chain.slice(n as never), TypeError);
  }
  assert.throws(() => chain.consume(undefined as never), TypeError);
  assert.deepEqual([chain.text(), to.length, chain.consumed], ["abcdef", 0, 0]);
});

testChain("a chain is moved to another chain only", (t) => {
  const chain = t.chainOf("abc");
  for (const target of [undefined, null, {}, "x", chain]) {
    assert.throws(() => chain.moveTo(target as never), TypeError);
  }
  assert.equal(chain.text(), "abc");
});

testChain("what nobody holds any more is neither consumed, moved nor shared", (t) => {
  const chain = t.chainOf("abc");
  const block = t.block("def");
  chain.adopt(block);
  block.release(); // the chain's hold
  const to = t.chain();
  assert.throws(() => chain.consume(4), ClosedError);
  assert.throws(() => chain.moveTo(to), ClosedError);
  assert.throws(() => chain.slice(2), ClosedError);
  assert.deepEqual([chain.length, to.length, t.blocks.leased], [6, 0, 1]);
  chain.consume(3);
  assert.throws(() => chain.consume(1), ClosedError);
  assert.throws(() => chain.clear(), ClosedError);
  assert.deepEqual([chain.length, chain.segments], [0, 0]);
  chain.clear();
});

testChain("a block that was leased anew is not taken for the chain's", (t) => {
  const chain = t.chain();
  const block = t.block("old");
  chain.adopt(block);
  block.release(); // the chain's hold
  assert.equal(t.block("new"), block);
  assert.throws(() => chain.text(), ClosedError);
  assert.throws(() => chain.consume(1), ClosedError);
  chain.adopt(t.block("x")); // nor is anything packed into it
  assert.deepEqual([chain.segments, block.length], [2, 3]);
  assert.throws(() => chain.clear(), ClosedError);
  assert.equal(block.holders, 1);
  block.release();
});

testChain("what goes on where a block ended that was leased anew since is another piece", (t) => {
  const chain = t.chain();
  const block = t.block("old");
  chain.adopt(block);
  block.release(); // the chain's hold
  assert.equal(t.block("anew"), block);
  chain.append(block, 3);
  assert.equal(chain.segments, 2);
  assert.throws(() => chain.clear(), ClosedError);
  assert.equal(block.holders, 1);
  block.release();
});

testChain("the owner of memory that is let go of finds a chain that is whole", (t) => {
  const chain = t.chain();
  const seen: number[] = [];
  const memory = new OwnMemory(pattern(3));
  memory.release = function () {
    OwnMemory.prototype.release.call(this);
    seen.push(chain.length, chain.segments);
    chain.write("new");
  };
  chain.adopt(memory);
  chain.adopt(t.block("abc"));
  chain.consume(4);
  assert.deepEqual([seen, chain.text()], [[3, 1], "bcnew"]);
});

testChain("clear leaves what an owner adds while it lets go", (t) => {
  const chain = t.chain();
  const memory = new OwnMemory(pattern(3));
  memory.release = function () {
    OwnMemory.prototype.release.call(this);
    chain.write("new");
  };
  chain.adopt(memory);
  chain.clear();
  assert.equal(chain.text(), "new");
});
