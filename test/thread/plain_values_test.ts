import assert from "node:assert/strict";
import { MessageSlots } from "../../src/thread/message_slots.ts";
import { PlainValues } from "../../src/thread/plain_values.ts";
import { Random } from "../fixtures/random.ts";
import { test } from "../harness.ts";

const CELLS = 64;

/** What another thread reads of what was written; undefined if it was refused. */
function carried(values: readonly unknown[], cells = CELLS): unknown[] | undefined {
  const buffer = new SharedArrayBuffer(CELLS * 8);
  if (!new PlainValues(buffer).write(values, 1, 1 + cells - 1)) return undefined;
  return new PlainValues(buffer).read(1);
}

test("plain values arrive as structured clones would", () => {
  const numbers = [0, -0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 0.1, NaN, Infinity, -Infinity];
  const lists: unknown[][] = [
    [],
    numbers,
    [undefined, null, true, false],
    ["", "a", "four", "fives", "\u0000\ud800 \u{1f600}", "x".repeat(100)],
    [[1, [2, ["three"]]], { a: 1, b: { c: [null] }, "": undefined }],
  ];
  for (const list of lists) assert.deepEqual(carried(list), structuredClone(list));
});

test("what is not plain is refused: a port clones it, or says that it cannot", () => {
  class Own {}
  const shared = {};
  const holes = [1, , 3]; // deno-lint-ignore no-sparse-arrays
  const named = Object.assign([1], { name: 1 });
  const refused = [
    1n,
    Symbol.iterator,
    () => {},
    new Date(),
    new Map(),
    new Uint8Array(1),
    new Own(),
    new Error("text"),
    Object(1),
    Math,
    Object.create(null),
    JSON.parse('{ "__proto__": 1 }'),
    "x".repeat(101),
    holes,
    named,
    new (class extends Array {})(),
  ];
  for (const value of refused) assert.equal(carried([value]), undefined, typeof value);
  assert.equal(carried([shared, shared]), undefined, "one object twice");
  const cycle: unknown[] = [];
  cycle.push(cycle);
  assert.equal(carried(cycle), undefined, "a cycle");
});

test("an error of a getter comes through, and is forgotten", () => {
  const values = new PlainValues(new SharedArrayBuffer(CELLS * 8));
  const failing = {
    get broken(): never {
      throw new RangeError("broken");
    },
  };
  assert.throws(() => values.write([failing], 0, CELLS), RangeError);
  const many = Array.from({ length: 7 }, () => ({}));
  assert.equal(values.write(many, 0, CELLS), true);
});

test("what does not fit is refused, and what fits is not written beyond its end", () => {
  const random = new Random(7);
  for (let i = 0; i < 1000; i++) {
    const values = Array.from({ length: random.between(0, 12) }, () => {
      const kind = random.between(0, 3);
      return kind === 0 ? 0.5 : kind === 1 ? "y".repeat(random.between(0, 20)) : kind;
    });
    const buffer = new SharedArrayBuffer(CELLS * 8);
    const words = new Int32Array(buffer).fill(-7);
    const [at, end] = [random.between(0, 20), random.between(20, 40)];
    const isWritten = new PlainValues(buffer).write(values, at, end);
    const outside = [...words.subarray(0, at * 2), ...words.subarray(end * 2)];
    assert.ok(outside.every((word) => word === -7), JSON.stringify({ values, at, end }));
    if (isWritten) assert.deepEqual(new PlainValues(buffer).read(at), values);
  }
});

test("a message is in its slot, or is said not to be", () => {
  const { byteLength } = MessageSlots;
  const buffer = new SharedArrayBuffer(byteLength);
  const [sender, receiver] = [new MessageSlots(buffer), new MessageSlots(buffer)];
  const random = new Random(3);
  const port: number[] = [];
  let taken = 0;
  for (let sent = 0; sent < 5000; sent++) {
    const message = random.between(0, 9) === 0 ? [sent, 1n] : [sent, "plain"];
    if (!sender.write(sent, taken, message)) port.push(sent);
    while (taken <= sent && random.between(0, 9) > 0) {
      const inSlot = receiver.read(taken);
      assert.equal(inSlot === undefined ? port.shift() : inSlot[0], taken);
      taken++;
    }
  }
  assert.ok(taken > 4000);
});

test("no slot is used again before its message was taken", () => {
  const slots = new MessageSlots(new SharedArrayBuffer(MessageSlots.byteLength));
  let written = 0;
  while (slots.write(written, 0, [written])) written++;
  assert.ok(written >= 16, `${written} slots`);
  assert.deepEqual(slots.read(0), [0]);
  assert.equal(slots.write(written, 0, ["too early"]), false);
  assert.equal(slots.write(written, 1, ["now"]), true);
  assert.deepEqual(slots.read(written), ["now"]);
  assert.equal(slots.read(0), undefined);
});

test("numbers of messages come round", () => {
  const slots = new MessageSlots(new SharedArrayBuffer(MessageSlots.byteLength));
  for (const number of [2 ** 31 - 1, -(2 ** 31), -1, 0]) {
    assert.equal(slots.write(number, number, [number]), true);
    assert.deepEqual(slots.read(number), [number]);
    assert.equal(slots.read((number + 64) | 0), undefined);
  }
});
