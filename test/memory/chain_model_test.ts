import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testChain } from "../fixtures/chain_blocks.ts";
import { ChainModel, type Pair } from "../fixtures/chain_model.ts";
import { Random } from "../fixtures/random.ts";

const SCRIPTS = 40;
const STEPS = 300;

/** Each reads a range in some way, and compares with what a flat array answers. */
const reads: readonly ((pair: Pair, start: number, end: number, random: Random) => void)[] = [
  ({ chain, flat }, start, end) => {
    assert.deepEqual(chain.bytes(start, end), flat.slice(start, end));
  },
  ({ chain, flat }, start, end) => {
    assert.deepEqual(new Uint8Array(chain.contiguous(start, end)), flat.slice(start, end));
  },
  ({ chain, flat }, start, end) => {
    const text = new TextDecoder().decode(flat.subarray(start, end));
    assert.equal(chain.text(start, end), text);
  },
  ({ chain, flat }, start, end, random) => {
    const target = new Uint8Array(random.below(30));
    const copied = Math.min(target.length, end - start);
    assert.equal(chain.copyTo(target, start, end), copied);
    assert.deepEqual(target.subarray(0, copied), flat.subarray(start, start + copied));
    assert.ok(target.subarray(copied).every((byte) => byte === 0));
  },
  ({ chain, flat }, start, end) => {
    for (let at = start; at < end; at++) assert.equal(chain.byteAt(at), flat[at]);
    for (let at = end - 1; at >= start; at--) assert.equal(chain.byteAt(at), flat[at]);
  },
  ({ chain, flat }, start, end, random) => {
    if (end - start < 8) return;
    const view = new DataView(flat.buffer, flat.byteOffset);
    const isLittle = random.below(2) === 0;
    assert.equal(chain.peekUint16(start, isLittle), view.getUint16(start, isLittle));
    assert.equal(chain.peekInt32(start, isLittle), view.getInt32(start, isLittle));
    assert.equal(chain.peekBigUint64(start, isLittle), view.getBigUint64(start, isLittle));
  },
  ({ chain, flat }, start, end, random) => {
    const byte = random.below(6);
    const index = flat.subarray(0, end).indexOf(byte, start);
    assert.equal(chain.indexOf(byte, start, end), index);
  },
  ({ chain, flat }, start, end, random) => {
    const needle = flat.slice(end, end + random.below(20));
    const index = Buffer.from(flat).indexOf(needle, start);
    const isWithin = index + needle.length <= end || needle.length === 0;
    assert.equal(chain.indexOf(needle, start, end), isWithin ? index : -1);
    assert.equal(chain.startsWith(needle), needle.every((byte, i) => flat[i] === byte));
  },
  ({ chain, flat }, start, end) => {
    const cursor = chain.cursor(start);
    for (let at = start; at < end; at++) assert.equal(cursor.take(), flat[at]);
    assert.deepEqual([cursor.position, cursor.isEnd], [end, end === flat.length]);
    assert.equal(cursor.peek(), flat[end] ?? -1);
  },
  ({ chain, flat }, start, end, random) => {
    const cursor = chain.cursor(start);
    cursor.skip(end - start);
    const bytes = [random.below(6), random.below(6), random.below(6)] as const;
    const index = flat.findIndex((byte, at) => at >= end && bytes.includes(byte));
    assert.equal(cursor.seek(...bytes), flat[index] ?? -1);
    assert.equal(cursor.position, index < 0 ? flat.length : index);
    const target = new Uint8Array(random.below(20));
    const rest = flat.slice(cursor.position, cursor.position + target.length);
    assert.equal(cursor.copyTo(target), rest.length);
    assert.deepEqual(target.subarray(0, rest.length), rest);
  },
  ({ chain, flat }) => {
    const views = [...chain];
    assert.deepEqual(Uint8Array.from(views.flatMap((view) => [...view])), flat);
    let visited = 0;
    chain.forEachSegment((memory, start, end) => {
      assert.deepEqual(memory.bytes.subarray(start, end), views[visited++]);
      assert.ok(end <= memory.length);
    });
    assert.equal(visited, chain.segments);
  },
  ({ chain, flat }, start, end) => {
    using slice = chain.slice(start, end);
    assert.deepEqual(slice.bytes(), flat.slice(start, end));
  },
];

for (const blockBytes of [8, 16, 64]) {
  for (const blocksMax of [12, 1000]) {
    const sizes = `${blocksMax} blocks of ${blockBytes} bytes`;
    testChain(`chains of ${sizes} hold what flat arrays hold`, (t) => {
      for (let seed = 1; seed <= SCRIPTS; seed++) {
        const random = new Random(seed * blockBytes * blocksMax);
        const model = new ChainModel(t, random);
        for (let step = 0; step < STEPS; step++) {
          try {
            model.step();
            const pair = random.pick(model.pairs);
            const end = random.between(0, pair.flat.length);
            random.pick(reads)(pair, random.between(0, end), end, random);
          } catch (cause) {
            throw new Error(`seed ${seed}, step ${step}`, { cause });
          }
        }
        model.end();
        for (const { chain } of model.pairs) chain.clear();
        assert.equal(t.blocks.leased, 0, `blocks that are left by seed ${seed}`);
      }
    }, { blockBytes, blocksMax });
  }
}
