import assert from "node:assert/strict";
import { Lines } from "../../samples/lines.ts";
import { ProtocolTest } from "../../src/testing/mod.ts";
import { test } from "../harness.ts";

const long = "a".repeat(1024);

test("lines.ts answers each line in upper case, however they are cut", () => {
  const text = `one\nGrüße\n\n\uFEFFbom\n${long}\n`;
  const bytes = new TextEncoder().encode(text);
  for (const blockBytes of [1, 7, 16384]) {
    using t = new ProtocolTest(new Lines(), { blockBytes });
    t.push(bytes);
    assert.deepEqual(t.written(), new TextEncoder().encode(text.toUpperCase()));
  }
});

test("lines.ts changes only the ASCII letters of a line that is no UTF-8", () => {
  using t = new ProtocolTest(new Lines());
  t.push(Uint8Array.of(0x61, 0xff, 0xc3, 0x7a, 0x7b, 0x60, 0x0a));
  assert.deepEqual([...t.written()], [0x41, 0xff, 0xc3, 0x5a, 0x7b, 0x60, 0x0a]);
});

test("lines.ts ends the connection after a line of 1025 bytes, before its end has come", () => {
  using t = new ProtocolTest(new Lines());
  t.push("ok\n", `${long}b`, "more\n");
  assert.equal(t.text(), "OK\ntoo long\n");
  assert.equal(t.hasEnded, true);
  t.end();
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("lines.ts does not answer what comes after the last line", () => {
  using t = new ProtocolTest(new Lines());
  t.push("one\ntwo");
  t.end();
  assert.equal(t.text(), "ONE\n");
  assert.deepEqual(t.outcome, { kind: "done", error: undefined });
});

test("lines.ts has nothing to report when its client is gone", () => {
  using t = new ProtocolTest(new Lines());
  t.stall();
  t.push("one\n");
  t.failWrite("UV_ECONNRESET");
  assert.deepEqual(t.outcome, { kind: "lost", error: undefined });
});
