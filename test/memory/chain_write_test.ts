import assert from "node:assert/strict";
import { type Block, Chain } from "../../src/mod.ts";
import { ChainTest, pieces, testChain } from "../fixtures/chain_blocks.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { test } from "../harness.ts";

testChain("write copies bytes into blocks of the source", (t) => {
  const chain = t.chain();
  const bytes = pattern(20);
  assert.equal(chain.write(bytes), true);
  bytes.fill(0);
  assert.deepEqual(chain.bytes(), pattern(20));
  assert.deepEqual([chain.segments, chain.copied, t.blocks.leased], [3, 20, 3]);
});

testChain("write fills the last block before it leases another", (t) => {
  const chain = t.chain();
  for (const text of ["abc", "def", "ghi", "", "jklmnop"]) assert.equal(chain.write(text), true);
  assert.deepEqual(pieces(chain), ["abcdefgh", "ijklmnop"]);
  assert.equal(chain.copied, 16);
});

testChain("write leaves a block alone that somebody else holds", (t) => {
  const chain = t.chain();
  const block = t.block("abc");
  chain.append(block);
  chain.write("de");
  chain.write(new Uint8Array([102]));
  assert.deepEqual([pieces(chain), block.length], [["abc", "def"], 3]);
  block.release();
});

testChain("text is written as UTF-8, also across blocks", (t) => {
  const chain = t.chain();
  const text = "é€😀é€😀é€😀";
  assert.equal(chain.write(text), true);
  chain.write("€"); // encoded in place
  assert.equal(chain.text(), `${text}€`);
  assert.equal(chain.length, 30);
});

testChain("half of a character of two units is written as U+FFFD", (t) => {
  const chain = t.chain();
  chain.write("\ud83d");
  chain.write("\ude00");
  assert.equal(chain.text(), "\ufffd\ufffd");
});

testChain("writing nothing leases nothing", (t) => {
  const chain = t.chain();
  assert.equal(chain.write(""), true);
  assert.equal(chain.write(new Uint8Array(0)), true);
  assert.deepEqual([chain.segments, t.blocks.total], [0, 0]);
});

testChain("at the ceiling write answers false and adds nothing, until blocks return", (t) => {
  const chain = t.chain();
  assert.equal(chain.write(pattern(20)), true); // three blocks of four
  assert.equal(chain.write(pattern(13, 20)), false);
  assert.equal(chain.write("x".repeat(13)), false);
  assert.deepEqual([chain.length, chain.copied, t.blocks.leased], [20, 20, 3]);
  assert.equal(chain.write(pattern(12, 20)), true);
  assert.equal(chain.write(new Uint8Array(1)), false);
  assert.equal(chain.write("x"), false);
  assert.equal(chain.write(""), true);
  assert.deepEqual(chain.bytes(), pattern(32));
  chain.consume(8);
  assert.equal(chain.write(pattern(8, 32)), true);
  assert.deepEqual(chain.bytes(), pattern(32, 8));
}, { blocksMax: 4 });

testChain("write takes bytes and text only", (t) => {
  const chain = t.chain();
  const block = t.block("a");
  for (const data of [undefined, null, 3, {}, [1], new Uint16Array(1), new ArrayBuffer(1), block]) {
    assert.throws(() => chain.write(data as never), TypeError);
  }
  assert.equal(chain.isEmpty, true);
  block.release();
});

test("when the source throws, what was leased before returns", () => {
  const t = new ChainTest({ blocksMax: 2 });
  const source = {
    blockBytes: 8,
    lease(): Block | undefined {
      const block = t.blocks.lease();
      if (block === undefined) throw new RangeError("no memory");
      return block;
    },
  };
  const chain = new Chain(source);
  assert.throws(() => chain.write(pattern(24)), /no memory/);
  assert.deepEqual([chain.length, t.blocks.leased], [0, 0]);
  t.end();
});
