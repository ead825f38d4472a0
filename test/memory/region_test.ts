import assert from "node:assert/strict";
import { Region } from "../../ffi/memory/region.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { test } from "../harness.ts";

const PAGE_BYTES = 4096;

test("a region is zeroed memory of whole pages, at a page's start", () => {
  const region = new Region(PAGE_BYTES + 1);
  assert.equal(region.byteLength, 2 * PAGE_BYTES);
  assert.equal(region.address % PAGE_BYTES, 0);
  assert.ok(region.u8.every((byte) => byte === 0));
  region.free();
});

test("the views of a region show the same bytes", () => {
  const region = new Region(64);
  region.u8.set([1, 2, 3, 0x80], 8);
  assert.equal(region.u32[2], 0x80030201);
  assert.equal(region.i32[2], 0x80030201 | 0);
  region.f64[0] = 1;
  assert.deepEqual([...region.u8.subarray(0, 8)], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  region.free();
});

test("words and text are read back as they were written", () => {
  const region = new Region(64);
  for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 0x7fff_1234_5678, 2 ** 53 - 1]) {
    region.setWord(8, value);
    assert.equal(region.word(8), value);
    assert.equal(runtime().word(region.pointer, 8), value);
  }
  region.setText(16, "grün 🚀");
  assert.equal(region.text(16), "grün 🚀");
  region.setText(16, "");
  assert.equal(region.text(16), "");
  region.free();
});

test("pointers into a region have its addresses", () => {
  const region = new Region(64);
  assert.equal(runtime().address(region.pointer), region.address);
  assert.equal(runtime().address(region.pointerTo(48)), region.address + 48);
  region.free();
});

test("views of a region that was freed are empty, and using them does no harm", () => {
  const region = new Region(PAGE_BYTES);
  const kept = region.u8.subarray(100, 200);
  const other = new DataView(region.u8.buffer, 8, 8);
  region.free();
  region.free();
  for (const view of [region.u8, region.i32, region.u32, region.f64, kept]) {
    assert.equal(view.length, 0);
    assert.equal(view.byteLength, 0);
    assert.equal(view[0], undefined);
    view[0] = 1;
    assert.equal(view[0], undefined);
  }
  assert.throws(() => other.getUint8(0), TypeError);
  assert.throws(() => kept.set([1]));
  region.setWord(0, 5); // lands nowhere
});

test("a region that the system cannot map throws a RangeError", () => {
  assert.throws(() => new Region(2 ** 47), RangeError);
});

test("thousands of regions are mapped and unmapped without a trace", () => {
  for (let i = 0; i < 5000; i++) {
    const region = new Region(PAGE_BYTES);
    region.u8[i % PAGE_BYTES] = 1;
    region.free();
  }
});
