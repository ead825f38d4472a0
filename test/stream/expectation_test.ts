import assert from "node:assert/strict";
import {
  expectAny,
  expectBytes,
  expectDelimiter,
  expectEnd,
  type Intent,
  type Protocol,
  unchanged,
} from "../../src/mod.ts";
import { bracketing, WitnessTest } from "../fixtures/stream_witness.ts";
import { test } from "../harness.ts";

test("expectBytes() is met by so many bytes, as often as they are there; the rest waits", () => {
  using t = new WitnessTest(bracketing(() => expectBytes(3)));
  t.push("ab");
  assert.equal(t.text(), "");
  t.push("cdefg");
  assert.equal(t.text(), "[abc][def]");
  t.push("h", "i");
  assert.equal(t.text(), "[ghi]");
});

test("expectDelimiter() tells where it is; empty pieces are pieces", () => {
  using t = new WitnessTest(bracketing(() => expectDelimiter("\n", 10), 1));
  t.push("\nab\n\nc");
  assert.equal(t.text(), "[][ab][]");
  t.push("\n");
  assert.equal(t.text(), "[c]");
});

for (const pieces of [["abcd\r\n"], ["abcd", "\r", "\n"], ["abcd\r", "\n"], [..."abcd\r\n"]]) {
  test(`a delimiter exactly at the limit is met: ${JSON.stringify(pieces)}`, () => {
    using t = new WitnessTest(bracketing(() => expectDelimiter("\r\n", 4), 2));
    t.push(...pieces);
    assert.equal(t.text(), "[abcd]");
  });
}

for (const pieces of [["abcde\r\n"], ["abcde\r", "\n"], [..."abcde\r\n"], ["abcd", "e\r\n"]]) {
  test(`one byte more before it is limitReached: ${JSON.stringify(pieces)}`, () => {
    using t = new WitnessTest(bracketing(() => expectDelimiter("\r\n", 4), 2));
    t.push(...pieces);
    assert.match(t.text(), /^limitReached after/);
  });
}

test("limitReached is told when the delimiter can no longer begin at the limit", () => {
  using t = new WitnessTest(bracketing(() => expectDelimiter("--", 2), 2));
  t.push("ab-");
  assert.equal(t.text(), ""); // the delimiter may still come
  t.push("x");
  assert.equal(t.text(), "limitReached after 4");
});

test("a limit of 0 leaves room for the delimiter alone", () => {
  using t = new WitnessTest(bracketing(() => expectDelimiter(";", 0), 1));
  t.push(";;");
  assert.equal(t.text(), "[][]");
  t.push("a");
  assert.equal(t.text(), "limitReached after 1");
});

test("a delimiter that was begun in vain is found where it begins again", () => {
  const limited = (): Intent => expectDelimiter("aab", 8);
  for (const pieces of [["aaaab"], [..."aaaab"], ["aa", "aab"], ["aaaa", "b"]]) {
    using t = new WitnessTest(bracketing(limited, 3));
    t.push(...pieces);
    assert.equal(t.text(), "[aa]", JSON.stringify(pieces));
  }
});

test("an offset skips what is before it; the limit and the end count it", () => {
  using t = new WitnessTest(bracketing(() => expectDelimiter(":", 5, 3), 1));
  t.push("a:b");
  assert.equal(t.text(), "");
  t.push("c:", "::::");
  assert.equal(t.text(), "[a:bc][:::]");
  t.push("abcdef");
  assert.equal(t.text(), "limitReached after 6");
});

test("a delimiter of bytes need not be text", () => {
  const delimiter = new Uint8Array([0xff, 0x00]);
  using t = new WitnessTest(bracketing(() => expectDelimiter(delimiter, 10), 2));
  t.push("ab", new Uint8Array([0xff]), new Uint8Array([0x00, 0x63]));
  assert.equal(t.text(), "[ab]");
});

test("a delimiter outside of ASCII counts in bytes", () => {
  using t = new WitnessTest(bracketing(() => expectDelimiter("€", 3), 3), { blockBytes: 2 });
  t.push("abc€");
  assert.equal(t.text(), "[abc]");
  t.push("abcd€");
  assert.equal(t.text(), "limitReached after 6"); // told as soon as it is sure
});

test("a delimiter that its owner changes afterwards is the one that was given", () => {
  const delimiter = new Uint8Array([10]);
  using t = new WitnessTest({ ...bracketing(() => expectDelimiter("x", 9), 1), connected });
  function connected(): Intent {
    return expectDelimiter(delimiter, 9);
  }
  delimiter[0] = 99;
  t.push("abc\n");
  assert.equal(t.text(), "[abc]");
});

test("expectAny() is met by whatever is there", () => {
  using t = new WitnessTest(bracketing(() => expectAny()), { blockBytes: 4 });
  t.push("a", "bc", "defghi");
  assert.equal(t.text(), "[a][bc][defg][hi]");
});

function collecting(bytesMax: number): Protocol {
  return bracketing(() => expectEnd(bytesMax));
}

test("expectEnd() is met by the end, with all that came before it", () => {
  using t = new WitnessTest({ ...collecting(5), exception: () => assert.fail("an exception") });
  t.push("ab", "cde");
  assert.deepEqual(t.told(), ["connected"]);
  t.end();
  assert.equal(t.told()[0], "bytesRead 5");
});

test("expectEnd() is met by an end with nothing before it", () => {
  using t = new WitnessTest(collecting(5));
  t.end();
  assert.equal(t.told()[1], "bytesRead 0");
});

test("expectEnd() says limitReached at one byte more", () => {
  using t = new WitnessTest(collecting(3));
  t.push("abcd");
  assert.equal(t.text(), "limitReached after 4");
});

test("input that was left is offered again when more has come, not before", () => {
  using t = new WitnessTest({
    connected: () => expectAny(),
    bytesRead: () => expectAny(),
  });
  t.push("a");
  t.wakeup();
  t.take();
  assert.deepEqual(t.told(), ["connected", "bytesRead 1"]);
  t.push("b");
  assert.deepEqual(t.told(), ["bytesRead 2"]);
});

for (const delimiter of [";", new Uint8Array([59])]) {
  const kind = typeof delimiter === "string" ? "text" : "bytes";
  test(`the same holds for a delimiter that is ${kind}`, () => {
    using t = new WitnessTest({
      connected: () => expectDelimiter(delimiter, 100),
      bytesRead: () => expectDelimiter(delimiter, 100),
    });
    t.push("a;");
    t.push("b");
    t.assertGoesOn();
    assert.deepEqual(t.told(), ["connected", "bytesRead 1", "bytesRead 1"]);
  });
}

test("another expectation is met at once by what was left", () => {
  using t = new WitnessTest({
    connected: () => expectBytes(2),
    bytesRead: (_, end) => expectBytes(end + 1),
  });
  t.push("abcd");
  assert.deepEqual(t.told(), ["connected", "bytesRead 2", "bytesRead 3", "bytesRead 4"]);
});

test("unchanged() leaves the input, too, and what is expected of it", () => {
  using t = new WitnessTest({ connected: () => expectBytes(2), bytesRead: () => unchanged() });
  t.push("ab");
  t.push("c");
  assert.deepEqual(t.told(), ["connected", "bytesRead 2", "bytesRead 2"]);
});

test("unchanged() after input was taken expects the same of the rest", () => {
  using t = new WitnessTest({
    connected: () => expectBytes(2),
    bytesRead: ({ input }) => {
      input.consume(1);
      return unchanged();
    },
  });
  t.push("abc");
  assert.deepEqual(t.told(), ["connected", "bytesRead 2", "bytesRead 2"]);
});

test("a longer limit looks on where the shorter one ended", () => {
  using t = new WitnessTest({
    connected: () => expectDelimiter("\n", 3),
    bytesRead: ({ input }, end) => {
      input.consume(end + 1);
      return expectDelimiter("\n", 3);
    },
    exception: () => expectDelimiter("\n", 10),
  });
  t.push("abcdef", "gh\n");
  assert.deepEqual(t.told(), ["connected", "exception limitReached", "bytesRead 8"]);
});

test("a search goes on in input that was partly consumed", () => {
  using t = new WitnessTest({
    connected: () => expectDelimiter("\n", 100),
    bytesRead: ({ input }) => {
      input.consume(2);
      return expectDelimiter("\n", 100);
    },
  });
  t.push("abcde\n");
  assert.deepEqual(t.told(), ["connected", "bytesRead 5", "bytesRead 3", "bytesRead 1"]);
});
