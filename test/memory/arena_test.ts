import assert from "node:assert/strict";
import { type Allocation, Arena } from "../../ffi/memory/arena.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { test } from "../harness.ts";

test("an arena gives aligned pieces that do not overlap", () => {
  const arena = new Arena();
  const pieces = [1, 16, 17, 100, 248, 3].map((size) => ({ size, piece: arena.take(size) }));
  for (const [i, { size, piece }] of pieces.entries()) {
    assert.equal(piece.address % 16, 0);
    piece.region.u8.fill(i + 1, piece.offset, piece.offset + size);
  }
  for (const [i, { size, piece }] of pieces.entries()) {
    const bytes = piece.region.u8.subarray(piece.offset, piece.offset + size);
    assert.ok(bytes.every((byte) => byte === i + 1), `piece ${i}`);
  }
  assert.equal(arena.live, pieces.length);
  arena.free();
});

test("a piece's address and pointer name its place in its region", () => {
  const arena = new Arena();
  arena.take(32);
  const piece = arena.take(64, 24);
  assert.equal(piece.address, piece.region.address + piece.offset);
  assert.equal(runtime().address(piece.pointer), piece.address + 24);
  arena.free();
});

test("a piece that was given back is used again for its size and pointer offset only", () => {
  const arena = new Arena();
  const first = arena.take(64);
  arena.give(first);
  assert.equal(arena.live, 0);
  assert.notEqual(arena.take(80), first);
  assert.notEqual(arena.take(64, 8), first);
  assert.equal(arena.take(64), first);
  assert.notEqual(arena.take(64), first);
  assert.equal(arena.live, 4);
  arena.free();
});

test("an arena grows by regions that double; pieces stay where they are", () => {
  const arena = new Arena();
  assert.equal(arena.byteLength, 0);
  const pieces: Allocation[] = [];
  for (let i = 0; i < 3000; i++) {
    const piece = arena.take(100);
    piece.region.u32[piece.offset / 4] = i;
    pieces.push(piece);
  }
  assert.ok(arena.byteLength >= 3000 * 112);
  const sizes = [...new Set(pieces.map(({ region }) => region))].map((region) => region.byteLength);
  assert.ok(sizes.length > 1);
  assert.ok(sizes.every((size, i) => i === 0 || size === 2 * (sizes[i - 1] as number)), `${sizes}`);
  assert.ok(pieces.every(({ region, offset }, i) => region.u32[offset / 4] === i));
  assert.equal(new Set(pieces.map(({ address }) => address)).size, pieces.length);
  arena.free();
});

test("a piece larger than any region gets one of its own", () => {
  const arena = new Arena();
  const large = arena.take(10 * 1024 * 1024);
  assert.ok(large.region.byteLength >= 10 * 1024 * 1024);
  large.region.u8[large.offset + 10 * 1024 * 1024 - 1] = 1;
  const small = arena.take(16);
  assert.ok(small.address !== large.address);
  arena.free();
});

test("steady use of an arena maps nothing more", () => {
  const arena = new Arena();
  for (let i = 0; i < 100; i++) arena.take(128);
  const { byteLength } = arena;
  for (let i = 0; i < 10_000; i++) arena.give(arena.take(64));
  assert.equal(arena.byteLength, byteLength);
  assert.equal(arena.live, 100);
  arena.free();
});
