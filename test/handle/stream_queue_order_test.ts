import assert from "node:assert/strict";
import { Chain, done, PinnedMemory, type Stream } from "../../src/mod.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { run } from "../fixtures/handle_machine.ts";
import { asTcp, connectPair, transports } from "../fixtures/handle_transport.ts";
import { writeToSlowReader } from "../fixtures/memory_writer.ts";
import { Random } from "../fixtures/random.ts";
import { testLoop } from "../harness.ts";

/** Pieces of the pattern, each written in another way, some by several ways at once. */
class MixedWriter {
  byteLength = 0;
  pins = 0;
  released = 0;
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** Writes a few pieces, short and long. */
  write(stream: Stream, chain: Chain): void {
    for (let i = this.#random.below(8); i >= 0; i--) {
      const isLong = this.#random.below(4) === 0;
      const bytes = pattern(1 + this.#random.below(isLong ? 40_000 : 300), this.byteLength);
      this.byteLength += bytes.length;
      this.#writeAs(this.#random.below(5), stream, chain, bytes);
    }
  }

  #writeAs(way: number, stream: Stream, chain: Chain, bytes: Uint8Array<ArrayBuffer>): void {
    if (way === 0) stream.write(bytes);
    else if (way === 1) {
      const shared = new SharedArrayBuffer(bytes.length);
      new Uint8Array(shared).set(bytes);
      stream.write(shared);
    } else if (way === 2) {
      const memory = this.#pin(bytes);
      stream.write(memory);
      memory.release();
    } else if (way === 3) this.#writeChain(stream, chain, bytes);
    else {
      const start = bytes.indexOf(0) + 1; // 1 to 127 are the bytes of one character
      const end = start + Math.min(127, bytes.length - start);
      if (bytes.subarray(start, end).some((byte) => byte > 127)) return stream.write(bytes);
      stream.write(bytes.subarray(0, start));
      stream.write(new TextDecoder().decode(bytes.subarray(start, end)));
      stream.write(bytes.subarray(end));
    }
  }

  /** The bytes are the middle of what the chain has, some in blocks and some in place. */
  #writeChain(stream: Stream, chain: Chain, bytes: Uint8Array<ArrayBuffer>): void {
    const cut = this.#random.below(bytes.length);
    const padded = new Uint8Array(bytes.length + 5);
    padded.set(bytes, 2);
    const memory = this.#pin(padded);
    assert.ok(chain.write("skipped"));
    assert.ok(chain.write(bytes.subarray(0, cut)));
    chain.append(memory, 2 + cut, 2 + bytes.length);
    chain.consume("skipped".length);
    memory.release();
    stream.write(chain);
    chain.clear();
  }

  #pin(bytes: Uint8Array<ArrayBuffer>): PinnedMemory {
    this.pins++;
    return new PinnedMemory(bytes, { released: () => void this.released++ });
  }
}

for (const transport of transports) {
  for (const seed of [1, 2, 3]) {
    testLoop(
      `writes of every kind that wait arrive in order: ${transport.name}, seed ${seed}`,
      (t) => {
        const writer = new MixedWriter(seed);
        const total = 6_000_000;
        writeToSlowReader(t, () => writer.byteLength, {
          transport,
          step(stream, _turn, scope) {
            writer.write(stream, new Chain(scope.blocks));
            return writer.byteLength < total;
          },
          stalled(stream) {
            assert.ok(stream.writeQueueSize > 0, "something waits");
            assert.ok(writer.released < writer.pins, "what waits is held");
          },
        });
        assert.ok(writer.pins > 0);
        assert.equal(writer.released, writer.pins, "each is released once");
      },
    );
  }
}

const endings: Record<string, (stream: Stream) => void> = {
  "close()": (stream) => stream.close(),
  "closeReset()": (stream) => asTcp(stream).closeReset(),
};

for (const [name, end] of Object.entries(endings)) {
  for (const when of ["what waits", "what its handler wrote"]) {
    testLoop(`${name} releases ${when}, each memory once, and nothing is copied`, (t) => {
      let released = 0;
      const count = 20;
      connectPair(t, {
        server: (stream, scope) => {
          scope.timer().start(40);
          return { timer: () => (stream.close(), done()) };
        },
        client: (stream, scope) => {
          const bytes = new Uint8Array(500_000);
          for (let i = 0; i < count; i++) {
            const memory = new PinnedMemory(bytes, { released: () => void released++ });
            stream.write(memory);
            memory.release();
          }
          if (when === "what waits") scope.timer().start(20);
          else end(stream);
          return {
            timer() {
              assert.ok(stream.writeQueueSize > 0);
              assert.ok(released < count);
              end(stream);
            },
            closed() {
              assert.equal(released, count, "before the closed event");
              return done();
            },
          };
        },
      });
      run(t);
      assert.equal(released, count);
      assert.equal(t.loop.metrics().bytesCopied, 0);
    });
  }
}

testLoop(
  "a machine that ends with writes in flight has them released before run() returns",
  (t) => {
    let released = 0;
    connectPair(t, {
      server: (stream, scope) => {
        scope.timer().start(40);
        return { timer: () => (stream.close(), done()) };
      },
      client: (stream, scope) => {
        const bytes = new Uint8Array(10_000_000);
        const memory = new PinnedMemory(bytes, { released: () => void released++ });
        stream.write(memory);
        memory.release();
        scope.timer().start(20);
        return { timer: () => done() };
      },
    });
    run(t);
    assert.equal(released, 1);
  },
);

testLoop("a write that fails releases what waited, each memory once", (t) => {
  let released = 0;
  const count = 20;
  connectPair(t, {
    server: (stream, scope) => {
      scope.timer().start(40);
      return {
        timer() {
          asTcp(stream).closeReset();
          return done();
        },
      };
    },
    client: (stream, scope) => {
      const bytes = new Uint8Array(500_000);
      const write = (): void => {
        for (let i = 0; i < count; i++) {
          const memory = new PinnedMemory(bytes, { released: () => void released++ });
          stream.write(memory);
          memory.release();
        }
      };
      write();
      return {
        writeFailed() {
          write(); // dropped
          stream.requestFlushed(); // never told
          scope.timer().start(10);
        },
        timer() {
          assert.equal(released, 2 * count);
          return done();
        },
      };
    },
  });
  run(t);
});
