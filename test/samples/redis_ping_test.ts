import assert from "node:assert/strict";
import { Ping } from "../../samples/redis_ping.ts";
import { ProtocolTest } from "../../src/testing/mod.ts";
import { test } from "../harness.ts";

test("redis_ping.ts keeps 16 pings under way", () => {
  const ping = new Ping();
  using t = new ProtocolTest(ping);
  assert.equal(t.text(), "PING\r\n".repeat(16));
  t.push("+PONG\r", "\n+PONG\r\n+PO");
  assert.equal(t.text(), "PING\r\n".repeat(2));
  assert.equal(ping.pongs, 2);
});

test("redis_ping.ts cuts off a server that answers something else", () => {
  const ping = new Ping();
  using t = new ProtocolTest(ping);
  t.push("+PONG\r\n-LOADING Redis is loading the dataset in memory\r\n");
  assert.deepEqual(t.outcome, { kind: "lost", error: undefined });
  assert.equal(ping.pongs, 1);
});
