import assert from "node:assert/strict";
import { expectAny, expectDelimiter, type Intent, type Protocol } from "../../src/mod.ts";
import type { Transport } from "../../src/mod.ts";
import { type Cut, ProtocolTest } from "../../src/testing/mod.ts";
import { Lines } from "../../samples/lines.ts";
import { atRandom, every } from "../fixtures/cuts.ts";
import { Random } from "../fixtures/random.ts";
import { test } from "../harness.ts";

const LINES = 2000;
const LINE_BYTES_MAX = 1024;
const NEWLINE = 10;

const encoder = new TextEncoder();

/**
 * Lines of 0 to 1024 bytes, some of letters that have two bytes, and some too long.
 *
 * @param tooLong says which
 */
function makeLines(seed: number, tooLong: (index: number) => boolean): string[] {
  const random = new Random(seed);
  return Array.from({ length: LINES }, (_, index) => {
    // The limit itself, and the first length beyond it, come up for sure.
    const least = index % 50 === 0 ? LINE_BYTES_MAX : 0;
    const byteLength = tooLong(index)
      ? LINE_BYTES_MAX + 1 + random.below(index % 2 === 0 ? 1 : 3000)
      : random.between(least, LINE_BYTES_MAX);
    const letter = String.fromCharCode(97 + random.below(26));
    return random.below(4) > 0 || byteLength % 2 > 0
      ? letter.repeat(byteLength)
      : "é".repeat(byteLength / 2);
  });
}

/** As `Lines`, but it goes on behind a line that is too long. */
class ForgivingLines implements Protocol {
  #isSkipping = false;

  connected(): Intent {
    return expectDelimiter("\n", LINE_BYTES_MAX);
  }

  bytesRead({ input, output }: Transport, end: number): Intent {
    if (this.#isSkipping) return this.#skip(input);
    output.write(input.text(0, end + 1).toUpperCase());
    input.consume(end + 1);
    return expectDelimiter("\n", LINE_BYTES_MAX);
  }

  exception({ input, output }: Transport): Intent {
    output.write("too long\n");
    this.#isSkipping = true;
    return this.#skip(input);
  }

  #skip(input: Transport["input"]): Intent {
    const at = input.indexOf(NEWLINE);
    this.#isSkipping = at < 0;
    input.consume(at < 0 ? input.length : at + 1);
    return this.#isSkipping ? expectAny() : expectDelimiter("\n", LINE_BYTES_MAX);
  }
}

function answers(lines: readonly string[]): string {
  return lines.map((line) => {
    return encoder.encode(line).length > LINE_BYTES_MAX ? "too long\n" : `${line.toUpperCase()}\n`;
  }).join("");
}

const cuts: readonly [string, Cut][] = [
  ["all at once", (bytes) => [bytes]],
  ["single bytes", every(1)],
  ["pieces of 1023 bytes", every(1023)],
  ["pieces of 1025 bytes", every(1025)],
  ["short pieces by chance", atRandom(1, 5)],
  ["pieces by chance", atRandom(2, 200)],
  ["long pieces by chance", atRandom(3, 5000)],
];

const forgiven = makeLines(11, (index) => index % 97 === 13 || index % 97 === 14);
const ended = makeLines(12, (index) => index === 1990);

for (const [name, cut] of cuts) {
  for (const blockBytes of [16, 64, 16_384]) {
    test(`${LINES} lines give the same: ${name}, in blocks of ${blockBytes} bytes`, () => {
      const input = encoder.encode(`${forgiven.join("\n")}\n`);
      using t = new ProtocolTest(new ForgivingLines(), { blockBytes });
      assert.equal(textOf(t, cut(input)) === answers(forgiven), true);
      assert.equal(t.outcome, undefined);
      assert.equal(t.stream.unsentSize, 0);
    });

    test(`the sample's lines, up to one too long: ${name}, in blocks of ${blockBytes}`, () => {
      const input = encoder.encode(`${ended.join("\n")}\n`);
      using t = new ProtocolTest(new Lines(), { blockBytes });
      const expected = answers(ended.slice(0, 1991));
      assert.equal(textOf(t, cut(input)) === expected, true);
      t.end();
      assert.deepEqual(t.outcome, { kind: "done", error: undefined });
    });
  }
}

/** Everything that comes back. */
function textOf(t: ProtocolTest, pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  let text = "";
  for (const piece of pieces) {
    t.push(piece);
    if (t.stream.received.length > 10_000) text += decoder.decode(t.written(), { stream: true });
  }
  return text + decoder.decode(t.written());
}
