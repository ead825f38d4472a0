import assert from "node:assert/strict";
import { End } from "../../samples/proxy.ts";
import { ProtocolTest, type ProtocolTestOptions } from "../../src/testing/mod.ts";
import { test } from "../harness.ts";

/** A proxied connection without sockets: what the client and the target of the proxy see of it. */
class Proxied implements Disposable {
  readonly client: ProtocolTest;
  readonly target: ProtocolTest;

  constructor(options: ProtocolTestOptions<undefined> = {}) {
    const [near, far] = End.pair();
    this.client = new ProtocolTest<undefined>(near, options);
    this.target = new ProtocolTest<undefined>(far, options);
    this.settle();
  }

  /** Lets both ends hear of each other, as two machines of a loop do. */
  settle(): void {
    for (const end of [this.client, this.target, this.client, this.target]) {
      end.push();
      if (end.outcome !== undefined) end.protocol.dispose?.(); // a machine that ends does so
    }
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
    this.target[Symbol.dispose]();
  }
}

test("proxy.ts passes on what both sides say", () => {
  using t = new Proxied();
  t.client.push("question");
  t.target.push("ans", "wer");
  t.settle();
  assert.deepEqual([t.target.text(), t.client.text()], ["question", "answer"]);
});

test("proxy.ts passes an end of stream on, and goes on the other way", () => {
  using t = new Proxied();
  t.client.push("all");
  t.client.end();
  t.settle();
  assert.deepEqual([t.target.text(), t.target.hasEnded], ["all", true]);
  assert.deepEqual([t.client.hasEnded, t.target.outcome], [false, undefined]);
  t.target.push("late answer");
  t.target.end();
  t.settle();
  assert.equal(t.client.text(), "late answer");
  assert.deepEqual(t.client.outcome, { kind: "done", error: undefined });
  assert.deepEqual(t.target.outcome, { kind: "done", error: undefined });
});

test("proxy.ts ends only when a slow reader has everything", () => {
  using t = new Proxied();
  t.client.stall(3);
  t.target.push("answer");
  t.target.end();
  t.client.end();
  t.settle();
  t.client.advance(60_000);
  assert.deepEqual([t.client.text(), t.client.outcome], ["ans", undefined]);
  t.client.take();
  t.settle();
  assert.equal(t.client.text(), "wer");
  assert.deepEqual(t.client.outcome, { kind: "done", error: undefined });
});

test("proxy.ts reads no more from a side that is faster than the other", () => {
  using t = new Proxied({ highWaterBytes: 8, lowWaterBytes: 2 });
  t.target.stall();
  for (let i = 0; i < 5; i++) t.client.push("four");
  t.settle();
  t.client.push("more");
  assert.equal(t.target.stream.unsentSize, 12);
  t.target.take(9);
  t.settle();
  assert.equal(t.target.text().length, 9, "not yet at the low-water mark");
  assert.equal(t.target.stream.unsentSize, 3);
  t.target.take();
  t.settle();
  t.settle();
  assert.equal(t.target.text(), "our" + "four".repeat(2) + "more");
});

test("proxy.ts passes a reset on", () => {
  using t = new Proxied();
  t.target.failRead("UV_ECONNRESET");
  assert.equal(t.target.outcome?.kind, "lost");
  t.settle();
  assert.deepEqual(t.client.outcome, { kind: "lost", error: undefined });
});

test("proxy.ts cuts the target off when its client takes no more", () => {
  using t = new Proxied();
  t.client.stall();
  t.target.push("answer");
  t.client.failWrite("UV_EPIPE");
  t.settle();
  assert.deepEqual(t.client.outcome, { kind: "lost", error: undefined });
  assert.deepEqual(t.target.outcome, { kind: "lost", error: undefined });
});

test("proxy.ts reads nothing before its target is connected", () => {
  const [near, far] = End.pair();
  using client = new ProtocolTest(near);
  client.push("early");
  assert.equal(client.outcome, undefined);
  using target = new ProtocolTest(far);
  client.push();
  target.push();
  assert.equal(target.text(), "early");
});

test("proxy.ts ends the connection of a client whose target refuses", () => {
  const [near, far] = End.pair();
  using client = new ProtocolTest(near);
  far.dispose(); // as connect() does, when there is no connection
  client.push();
  assert.deepEqual([client.hasEnded, client.outcome], [true, undefined]);
  client.end();
  assert.deepEqual(client.outcome, { kind: "done", error: undefined });
});
