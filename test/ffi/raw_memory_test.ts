import assert from "node:assert/strict";
import { NativeMemory, runtime, textAt } from "../../ffi/mod.ts";
import { test } from "../harness.ts";

test("memory is zeroed and aligned, also when it is allocated again", () => {
  using memory = new NativeMemory();
  const first = memory.allocate(100);
  assert.equal(first.address % 64, 0);
  assert.equal(first.byteLength, 100);
  assert.equal(runtime().address(first.pointer), first.address);
  first.u8.fill(255);
  first.free();
  const second = memory.allocate(100);
  assert.equal(second.address, first.address, "the same piece");
  assert.ok(second.u8.every((byte) => byte === 0));
});

test("pieces are counted, and freed once", () => {
  using memory = new NativeMemory();
  const piece = memory.allocate(8);
  memory.allocate("uv_buf_t", 3);
  assert.equal(memory.live, 2);
  piece.free();
  piece.free();
  assert.equal(memory.live, 1);
});

test("sizes that are none are refused", () => {
  using memory = new NativeMemory();
  for (const size of [0, -1, 1.5, NaN, Infinity, 2 ** 60]) {
    assert.throws(() => memory.allocate(size), RangeError, `${size}`);
  }
  assert.throws(() => memory.allocate(8, 0), RangeError);
  assert.throws(() => memory.allocate("uv_none_t" as "uv_buf_t"), TypeError);
});

test("after free nothing can be allocated, and views are empty", () => {
  const memory = new NativeMemory();
  const piece = memory.allocate(64);
  memory.free();
  memory.free();
  assert.equal(piece.u8.length, 0);
  assert.throws(() => memory.allocate(1), /freed/);
  assert.throws(() => piece.view.getUint8(0));
});

test("texts end with NUL; one with a NUL inside is refused", () => {
  using memory = new NativeMemory();
  const text = memory.text("añ");
  assert.deepEqual([...text.u8], [0x61, 0xc3, 0xb1, 0]);
  assert.equal(textAt(text.pointer), "añ");
  assert.equal(textAt(memory.text("").pointer), "");
  assert.throws(() => memory.text("a\0b"), TypeError);
});

test("an array of texts ends with a null pointer", () => {
  using memory = new NativeMemory();
  const array = memory.textArray(["one", "two"]);
  assert.equal(textAt(array.pointerAt(0)), "one");
  assert.equal(textAt(array.pointerAt(8)), "two");
  assert.equal(array.pointerAt(16), null);
  assert.equal(memory.textArray([]).pointerAt(0), null);
});

test("pointers into a piece stay inside it", () => {
  using memory = new NativeMemory();
  const piece = memory.allocate(16);
  assert.equal(runtime().address(piece.pointerTo(15)), piece.address + 15);
  for (const offset of [-1, 16, 0.5]) assert.throws(() => piece.pointerTo(offset), RangeError);
  assert.throws(() => piece.pointerAt(9), RangeError);
  assert.throws(() => piece.setPointer(9, null), RangeError);
  piece.setPointer(8, piece);
  assert.equal(runtime().address(piece.pointerAt(8)), piece.address);
});

test("large memory is mapped as a whole", () => {
  using memory = new NativeMemory();
  const piece = memory.allocate(32 * 1024 * 1024);
  piece.u8[piece.byteLength - 1] = 1;
  assert.equal(piece.view.getUint8(piece.byteLength - 1), 1);
});
