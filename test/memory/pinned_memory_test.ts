import assert from "node:assert/strict";
import { NativeSpan } from "../../ffi/mod.ts";
import { ClosedError, type Memory, PinnedMemory } from "../../src/mod.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { collectGarbage } from "../fixtures/garbage.ts";
import { test } from "../harness.ts";

/** Until its buffer is asked for, Bun keeps an array of up to 1000 bytes in its heap, V8 of 64. */
const sizes = [1, 2, 16, 63, 64, 65, 999, 1000, 1001, 4096, 65536, 2 ** 20];

/** What native code sees at the place of a memory. */
function nativeView(memory: Memory): Uint8Array {
  const address = (memory.addressLow >>> 0) + memory.addressHigh * 2 ** 32;
  return new NativeSpan(address, memory.length).view();
}

const makers: Record<string, (byteLength: number) => Uint8Array> = {
  "an array that was just made": (byteLength) => new Uint8Array(byteLength),
  "a view into a buffer": (byteLength) =>
    new Uint8Array(new ArrayBuffer(byteLength + 9), 7, byteLength),
  "a view into another view": (byteLength) => new Uint8Array(byteLength + 5).subarray(5),
  "shared memory": (byteLength) => new Uint8Array(new SharedArrayBuffer(byteLength)),
  "encoded text": (byteLength) => new TextEncoder().encode("x".repeat(byteLength)),
};

for (const [name, make] of Object.entries(makers)) {
  test(`pinned bytes stay where they are while garbage is collected: ${name}`, () => {
    const pinned = sizes.flatMap((byteLength) =>
      Array.from({ length: 20 }, () => {
        const bytes = make(byteLength);
        return { bytes, memory: new PinnedMemory(bytes) };
      })
    );
    collectGarbage();
    for (const { bytes, memory } of pinned) {
      void bytes.buffer; // this is what moves them, where they were not pinned
      bytes.set(pattern(bytes.length, 3));
      assert.deepEqual(nativeView(memory), pattern(bytes.length, 3));
      memory.release();
    }
  });
}

test("pinned bytes live as long as the memory, though nobody else has them", () => {
  const pinned = sizes.map((byteLength) => new PinnedMemory(pattern(byteLength)));
  collectGarbage();
  for (const memory of pinned) assert.deepEqual(nativeView(memory), pattern(memory.length));
});

test("buffers are pinned whole", () => {
  assert.equal(new PinnedMemory(new ArrayBuffer(100)).length, 100);
  assert.equal(new PinnedMemory(new SharedArrayBuffer(100)).length, 100);
  assert.equal(new PinnedMemory(new ArrayBuffer(0)).length, 0);
});

test("released is called once, when the last holder has let go", () => {
  let released = 0;
  const memory = new PinnedMemory(new Uint8Array(8), { released: () => void released++ });
  const { generation } = memory;
  assert.equal(memory.retain().holders, 2);
  memory.release();
  assert.deepEqual([released, memory.holders, memory.generation], [0, 1, generation]);
  memory.release();
  assert.deepEqual([released, memory.holders], [1, 0]);
  assert.notEqual(memory.generation, generation);
});

test("memory that was released is refused: ClosedError, and released is not called again", () => {
  let released = 0;
  const memory = new PinnedMemory(new Uint8Array(8), { released: () => void released++ });
  memory.release();
  assert.throws(() => memory.release(), ClosedError);
  assert.throws(() => memory.retain(), ClosedError);
  assert.equal(released, 1);
});

test("`using` lets go of pinned memory", () => {
  let released = 0;
  {
    using memory = new PinnedMemory(new Uint8Array(8), { released: () => void released++ });
    assert.equal(memory.holders, 1);
  }
  assert.equal(released, 1);
});

test("an error of released reaches who has let go, and the memory is released", () => {
  const released = (): void => {
    throw new Error("mine");
  };
  const memory = new PinnedMemory(new Uint8Array(8), { released });
  assert.throws(() => memory.release(), /mine/);
  assert.equal(memory.holders, 0);
});

test("a buffer that can be resized is refused: RangeError", () => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const shared = new SharedArrayBuffer(8, { maxByteLength: 16 });
  for (const value of [buffer, shared, new Uint8Array(buffer, 1, 2), new Uint8Array(shared)]) {
    assert.throws(() => new PinnedMemory(value), RangeError);
  }
});

test("a buffer that was detached is refused: TypeError", () => {
  const buffer = new ArrayBuffer(8);
  const bytes = new Uint8Array(buffer);
  buffer.transfer();
  assert.throws(() => new PinnedMemory(buffer), TypeError);
  assert.throws(() => new PinnedMemory(bytes), TypeError);
});

test("memory whose buffer was detached since cannot be retained, but released", () => {
  const buffer = new ArrayBuffer(8);
  const memory = new PinnedMemory(buffer);
  buffer.transfer();
  assert.throws(() => memory.retain(), TypeError);
  memory.release();
});

test("anything else is refused: TypeError", () => {
  const fake = Object.create(Uint8Array.prototype);
  const values = [
    undefined,
    null,
    8,
    "text",
    [1],
    {},
    new Uint16Array(2),
    new DataView(new ArrayBuffer(8)),
  ];
  for (const value of [...values, fake, new Proxy(new Uint8Array(8), {})]) {
    assert.throws(() => new PinnedMemory(value as Uint8Array), TypeError);
  }
  for (const released of [null, 1, "x", {}]) {
    const options = { released: released as () => void };
    assert.throws(() => new PinnedMemory(new Uint8Array(8), options), TypeError);
  }
});

test("a length that a subclass makes up is not believed", () => {
  class Liar extends Uint8Array {
    override get length(): number {
      return 1e9;
    }
  }
  assert.equal(new PinnedMemory(new Liar(10)).length, 10);
});
