import assert from "node:assert/strict";
import { findDamage, POISON, poison } from "../../src/memory/poison.ts";
import { test } from "../harness.ts";

test("poisoned bytes show no damage, whatever their place and length", () => {
  const memory = new Uint8Array(64);
  for (let start = 0; start < 16; start++) {
    for (let end = start; end <= 64; end++) {
      const bytes = memory.subarray(start, end);
      memory.fill(0);
      poison(bytes);
      assert.equal(findDamage(bytes), -1, `${start} to ${end}`);
    }
  }
});

test("one changed byte is found wherever it is", () => {
  const memory = new Uint8Array(80);
  for (let start = 0; start < 9; start++) {
    const bytes = memory.subarray(start, start + 61);
    poison(bytes);
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = 0;
      assert.equal(findDamage(bytes), at);
      assert.equal(findDamage(bytes, at), at);
      assert.equal(findDamage(bytes, at + 1), -1, "what lies before is not looked at");
      bytes[at] = POISON;
    }
  }
});

test("the first of several changed bytes is the one that is told", () => {
  const bytes = new Uint8Array(40);
  poison(bytes);
  for (const at of [30, 17, 3]) {
    bytes[at] = 1;
    assert.equal(findDamage(bytes), at);
  }
  assert.equal(findDamage(bytes, 4), 17);
});
