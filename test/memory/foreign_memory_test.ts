import assert from "node:assert/strict";
import { NativeSpan } from "../../ffi/mod.ts";
import { Region } from "../../ffi/memory/region.ts";
import { BufList } from "../../ffi/memory/buf_list.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { Outgoing } from "../../src/handle/outgoing.ts";
import type { LoopCore } from "../../src/loop/loop_core.ts";
import { ClosedError, ForeignMemory } from "../../src/mod.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { test } from "../harness.ts";

test("foreign memory is what lies at the pointer", () => {
  const region = new Region(4096);
  region.u8.set(pattern(1000), 10);
  const pointer = runtime().pointer(region.address + 10);
  assert.ok(pointer !== null);
  for (const start of [pointer, region.address + 10, BigInt(region.address + 10)]) {
    const memory = new ForeignMemory(new NativeSpan(start, 1000));
    assert.equal(memory.length, 1000);
    assert.deepEqual(memory.bytes, pattern(1000));
    assert.equal(memory.bytes, memory.bytes, "the view is made once");
    memory.release();
  }
  assert.equal(region.u8[10], 0, "the memory itself stays");
  region.free();
});

test("the view of foreign memory is empty when its last holder has let go", () => {
  const region = new Region(4096);
  let released = 0;
  const span = new NativeSpan(region.pointer, 100);
  const memory = new ForeignMemory(span, { released: () => void released++ });
  const { bytes } = memory;
  memory.release();
  assert.deepEqual([bytes.length, memory.bytes.length, released], [0, 0, 1]);
  assert.equal(region.u8.length, 4096);
  assert.throws(() => memory.retain(), ClosedError);
  region.free();
});

test("nothing looks at foreign memory that is only described", () => {
  const memory = new ForeignMemory(new NativeSpan(4096, 1000)); // nothing is mapped there
  memory.retain().release();
  memory.release();
});

test("a span that no process can have is refused", () => {
  for (const address of [0, -1, 0.5, NaN, Infinity, 2 ** 53, 0n, -8n, 2n ** 64n]) {
    assert.throws(() => new NativeSpan(address, 1), RangeError, String(address));
  }
  for (const byteLength of [-1, 0.5, NaN, Infinity, 2 ** 53 - 4096]) {
    assert.throws(() => new NativeSpan(4096, byteLength), RangeError, String(byteLength));
  }
  for (const start of [undefined, null, "4096", {}, () => 1, new Uint8Array(8)]) {
    assert.throws(() => new NativeSpan(start as number, 1), TypeError, String(start));
  }
  assert.throws(() => new NativeSpan(4096, "1" as unknown as number), TypeError);
  assert.throws(() => new ForeignMemory({ address: 4096, byteLength: 1 } as NativeSpan), TypeError);
});

test("memory of more than 4 GiB is described in buffers that follow each other", () => {
  const address = 5 * 2 ** 32 - 4096; // the upper half changes on the way
  const length = 5 * 2 ** 30 + 3;
  const { outgoing, bufs, free } = described();
  const memory = new ForeignMemory(new NativeSpan(address, length));
  outgoing.add(memory);
  assert.equal(outgoing.byteLength, length);
  assert.equal(memory.holders, 7);
  const count = outgoing.fill(bufs, 0);
  const words = new BigUint64Array(new NativeSpan(bufs.address(0), count * 16).view().buffer);
  let next = address;
  for (let i = 0; i < count; i++) {
    assert.equal(Number(words[2 * i]), next);
    next += Number(words[2 * i + 1]);
  }
  assert.equal(next, address + length);
  outgoing.clear({ letGo: (memory) => memory.unhold() });
  assert.equal(memory.holders, 1);
  free();
});

/** What a stream would gather in, without a stream. */
function described(): { outgoing: Outgoing; bufs: BufList; free: () => void } {
  const bufs = new BufList();
  const pool = { blockBytes: 16384, owns: () => true, lease: () => undefined };
  return {
    outgoing: new Outgoing(pool as unknown as LoopCore["pool"]),
    bufs,
    free: () => bufs.free(),
  };
}
