import assert from "node:assert/strict";
import { Guest } from "../../samples/chat.ts";
import { ProtocolTest } from "../../src/testing/mod.ts";
import { test } from "../harness.ts";

/** Marks that a few lines reach. */
const marks = { highWaterBytes: 8, lowWaterBytes: 2 };

/** Delivers what others have written to a guest. */
function settle(guest: ProtocolTest): ProtocolTest {
  guest.push();
  return guest;
}

test("chat.ts sends a line to all others, and only lines", () => {
  const room = new Set<Guest>();
  using a = new ProtocolTest(new Guest(room));
  using b = new ProtocolTest(new Guest(room));
  using c = new ProtocolTest(new Guest(room));
  a.push("hel", "lo\nhow a");
  b.push("hi\n");
  assert.deepEqual([a, b, c].map((guest) => settle(guest).text()), [
    "hi\n",
    "hello\n",
    "hello\nhi\n",
  ]);
});

test("chat.ts does not make anybody wait for a guest that does not read", () => {
  const room = new Set<Guest>();
  using speaker = new ProtocolTest(new Guest(room));
  using reader = new ProtocolTest(new Guest(room));
  using sleeper = new ProtocolTest(new Guest(room), marks);
  sleeper.stall();
  for (const line of ["one\n", "two\n", "three\n", "four\n", "five\n"]) speaker.push(line);
  assert.equal(settle(reader).text(), "one\ntwo\nthree\nfour\nfive\n");
  settle(sleeper).take();
  assert.equal(sleeper.text(), "one\ntwo\nthree\n* you have missed 2 lines\n");
  speaker.push("six\n");
  assert.equal(settle(sleeper).text(), "six\n");
});

test("chat.ts forgets a guest that has left, in whatever way", () => {
  const room = new Set<Guest>();
  using speaker = new ProtocolTest(new Guest(room));
  using ended = new ProtocolTest(new Guest(room));
  using reset = new ProtocolTest(new Guest(room));
  using chatty = new ProtocolTest(new Guest(room));
  ended.end();
  reset.failRead("UV_ECONNRESET");
  chatty.push("x".repeat(1025));
  assert.equal(room.size, 1);
  speaker.push("anybody?\n");
  for (const guest of [ended, reset, chatty]) assert.equal(settle(guest).text(), "");
  assert.equal(speaker.outcome, undefined);
});
