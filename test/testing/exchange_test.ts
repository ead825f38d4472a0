import assert from "node:assert/strict";
import { abort, done, expectAny, expectBytes, expectEnd, type Protocol } from "../../src/mod.ts";
import { type Cut, exchange, ProtocolTest } from "../../src/testing/mod.ts";
import { atRandom, every } from "../fixtures/cuts.ts";
import { Asker, ReversingServer } from "../fixtures/length_prefix.ts";
import { test } from "../harness.ts";

const questions = ["one", "", "drei €", "x".repeat(300), "end"];
const answers = ["3: eno", "0: ", "6: € ierd", `300: ${"x".repeat(300)}`, "3: dne"];

const cuts: readonly [string, Cut | undefined][] = [
  ["nothing cut", undefined],
  ["single bytes", every(1)],
  ["pieces of 7", every(7)],
  ...[1, 2, 3].map((seed): [string, Cut] => [`random cuts ${seed}`, atRandom(seed, 40)]),
];

for (const [name, cut] of cuts) {
  for (const blockBytes of [1, 3, 16_384]) {
    test(`exchange() joins a client and a server: ${name}, blocks of ${blockBytes}`, () => {
      const asker = new Asker(questions);
      using client = new ProtocolTest(asker, { blockBytes });
      using server = new ProtocolTest(new ReversingServer(), { blockBytes });
      exchange(client, server, cut);
      assert.equal(asker.answers.join(), answers.join());
      assert.deepEqual(client.outcome, { kind: "done", error: undefined });
      assert.deepEqual(server.outcome, { kind: "done", error: undefined });
    });
  }
}

/** Ends its half after what it says, and keeps what the other one has said. */
class Teller implements Protocol {
  readonly #text: string;
  heard: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  connected({ output }: Parameters<Protocol["connected"]>[0]): ReturnType<typeof expectEnd> {
    output.write(this.#text);
    output.end();
    return expectEnd(100);
  }

  bytesRead({ input }: Parameters<Protocol["connected"]>[0], end: number): ReturnType<typeof done> {
    this.heard = input.text(0, end);
    return done();
  }
}

test("exchange() passes the end of a half on: both tell, both hear", () => {
  const [a, b] = [new Teller("from a"), new Teller("from b")];
  using first = new ProtocolTest(a);
  using second = new ProtocolTest(b);
  exchange(first, second, every(1));
  assert.deepEqual([a.heard, b.heard], ["from b", "from a"]);
  assert.equal(first.outcome?.kind, "done");
  assert.equal(second.outcome?.kind, "done");
});

test("exchange() ends when nobody has anything to say; it can go on later", () => {
  const asker = new Asker(["later"]);
  using client = new ProtocolTest(asker);
  using server = new ProtocolTest(new ReversingServer());
  server.stall();
  exchange(client, server);
  assert.deepEqual(asker.answers, []);
  server.take();
  exchange(client, server);
  assert.deepEqual(asker.answers, ["5: retal"]);
});

test("exchange() of a protocol that is gone ends the other's input", () => {
  using gone = new ProtocolTest({ connected: () => abort() });
  using left = new ProtocolTest({ connected: () => expectAny(), exception: () => done() });
  exchange(gone, left);
  assert.equal(left.outcome?.kind, "done");
});

test("exchange() carries much in single bytes: pieces are no arguments of one call", () => {
  const byteLength = 200_000;
  let heard = 0;
  using from = new ProtocolTest({
    connected({ output }) {
      output.write("x".repeat(byteLength));
      output.end();
      return expectAny();
    },
  }, { outputBytesMax: byteLength, highWaterBytes: byteLength });
  using to = new ProtocolTest({
    connected: () => expectBytes(1),
    bytesRead({ input }) {
      input.consume(1);
      heard++;
      return expectBytes(1);
    },
  });
  exchange(from, to, every(1));
  assert.equal(heard, byteLength);
});
