import assert from "node:assert/strict";
import { NativeSpan } from "../../ffi/mod.ts";
import { done, ForeignMemory, PinnedMemory, type Stream, type Writable } from "../../src/mod.ts";
import { pattern } from "../fixtures/handle_bytes.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import {
  connectPair,
  expectPattern,
  expectText,
  listenOnce,
  transports,
  waitForEnd,
} from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

function resizable(bytes: Uint8Array): Uint8Array {
  const buffer = new ArrayBuffer(bytes.length, { maxByteLength: 2 * bytes.length });
  new Uint8Array(buffer).set(bytes);
  return new Uint8Array(buffer);
}

const large = 1_000_000;

const kinds: Record<string, { data: () => Writable; copied: number }> = {
  "short bytes are copied": { data: () => pattern(16383), copied: 16383 },
  "long bytes are not copied": { data: () => pattern(16384), copied: 0 },
  "very long bytes are not copied": { data: () => pattern(large), copied: 0 },
  "a part of long bytes is not copied": {
    data: () => pattern(large + 251).subarray(251),
    copied: 0,
  },
  "short shared memory is copied": { data: () => shared(pattern(100)), copied: 100 },
  "long shared memory is not copied": { data: () => shared(pattern(large)), copied: 0 },
  "a view of long shared memory is not copied": {
    data: () => new Uint8Array(shared(pattern(large))),
    copied: 0,
  },
  "bytes that can be resized are copied": { data: () => resizable(pattern(large)), copied: large },
  "short pinned memory is not copied": { data: () => new PinnedMemory(pattern(1)), copied: 0 },
  "long pinned memory is not copied": { data: () => new PinnedMemory(pattern(large)), copied: 0 },
};

for (const [name, { data, copied }] of Object.entries(kinds)) {
  testLoop(`${name}, and all arrives`, (t) => {
    const written = data();
    const total = typeof written === "string"
      ? written.length
      : "byteLength" in written
      ? written.byteLength
      : written.length;
    connectPair(t, {
      server: expectPattern(total),
      client: (stream, scope) => {
        stream.write(written);
        return waitForEnd(stream, scope);
      },
    });
    run(t);
    assert.equal(t.loop.metrics().bytesCopied, copied);
  });
}

testLoop("a long text is encoded, and not copied besides", (t) => {
  const text = "aü€😀".repeat(5000);
  connectPair(t, {
    server: expectText(`<${text}>`),
    client: (stream, scope) => {
      stream.write("<");
      stream.write(text);
      stream.write(">");
      return waitForEnd(stream, scope);
    },
  });
  run(t);
  assert.equal(t.loop.metrics().bytesCopied, 2);
});

for (const transport of transports) {
  testLoop(`foreign memory arrives as it is: ${transport.name}`, (t) => {
    const bytes = pattern(100_000);
    const pinned = new PinnedMemory(bytes);
    const address = (pinned.addressLow >>> 0) + pinned.addressHigh * 2 ** 32;
    let released = 0;
    connectPair(t, {
      transport,
      server: expectPattern(bytes.length),
      client: (stream, scope) => {
        const span = new NativeSpan(address, bytes.length);
        const memory = new ForeignMemory(span, { released: () => void released++ });
        stream.write(memory);
        memory.release();
        assert.equal(released, 0, "the write holds it");
        return waitForEnd(stream, scope);
      },
    });
    run(t);
    pinned.release();
    assert.deepEqual([released, t.loop.metrics().bytesCopied], [1, 0]);
  });

  testLoop(`memory that is not mapped fails the write with EFAULT: ${transport.name}`, (t) => {
    let released = 0;
    connectPair(t, {
      transport,
      server: (stream) => {
        stream.readStart();
        return { read: () => assert.fail("something was sent"), end: () => done() };
      },
      client: (stream) => {
        const span = new NativeSpan(4096, 1000);
        const memory = new ForeignMemory(span, { released: () => void released++ });
        stream.write(memory);
        memory.release();
        return {
          writeFailed({ error }) {
            assert.equal(error.code, "EFAULT");
            assert.equal(released, 1);
            return done();
          },
        };
      },
    });
    run(t);
  });
}

testLoop("memory that is not mapped fails the write with EFAULT behind other writes too", (t) => {
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return { read: () => {}, end: () => done(), readFailed: () => done() };
    },
    client: (stream) => {
      stream.write("before");
      stream.write(new ForeignMemory(new NativeSpan(4096, 1000)));
      stream.write(pattern(10_000_000)); // never sent
      return {
        writeFailed({ error }) {
          assert.equal(error.code, "EFAULT");
          return done();
        },
      };
    },
  });
  run(t);
});

testLoop("released comes between handlers, may write, and is over before flushed", (t) => {
  let isInHandler = false;
  connectPair(t, {
    server: expectText("firstsecond"),
    client: (stream, scope) => {
      const released = (): void => {
        assert.ok(!isInHandler);
        t.events.push("released");
        stream.write("second");
        stream.requestFlushed();
      };
      isInHandler = true;
      const memory = new PinnedMemory(new TextEncoder().encode("first"), { released });
      stream.write(memory);
      memory.release();
      isInHandler = false;
      return {
        ...waitForEnd(stream, scope),
        flushed() {
          t.events.push("flushed");
        },
      };
    },
  });
  run(t);
  assert.deepEqual(t.events, ["released", "flushed"]);
});

testLoop("one piece of memory is written by many streams, and released after the last", (t) => {
  let released = 0;
  const memory = new PinnedMemory(pattern(50_000), { released: () => void released++ });
  for (let i = 0; i < 5; i++) {
    connectPair(t, {
      server: expectPattern(50_000),
      client: (stream, scope) => {
        assert.equal(released, 0);
        stream.write(memory);
        return waitForEnd(stream, scope);
      },
    });
  }
  run(t);
  assert.deepEqual([released, memory.holders], [0, 1]);
  memory.release();
  assert.equal(released, 1);
});

testLoop("an error of released reaches onError, and the stream goes on", (t) => {
  connectPair(t, {
    server: expectText("firstsecond"),
    client: (stream, scope) => {
      const released = (): never => {
        throw new Error("mine");
      };
      const memory = new PinnedMemory(new TextEncoder().encode("first"), { released });
      stream.write(memory);
      memory.release();
      scope.timer().start(5);
      return { ...waitForEnd(stream, scope), timer: () => stream.write("second") };
    },
  });
  t.loop.run();
  const { error, handler } = t.takeError();
  assert.deepEqual([(error as Error).message, handler], ["mine", "released"]);
});

testLoop("bytes that are taken away after the write do not end the process", (t) => {
  const total = 10_000_000;
  let received = 0;
  let server: Stream | undefined;
  connectPair(t, {
    server: (stream) => {
      server = stream;
      return {
        read: ({ byteLength }) => void (received += byteLength),
        end: () => done(),
        readFailed: () => done(),
      };
    },
    client: (stream, scope) => {
      const bytes = new Uint8Array(total);
      stream.write(bytes);
      scope.timer().start(20); // what the socket takes at once is sent
      return {
        timer() {
          const taken: ArrayBuffer = bytes.buffer.transfer(1);
          assert.deepEqual([taken.byteLength, bytes.length], [1, 0]);
          server?.readStart();
          stream.shutdown();
        },
        flushed: () => {},
        writeFailed: () => done(), // EFAULT, where the memory was unmapped
        shutdown: () => done(),
        shutdownFailed: () => done(),
      };
    },
  });
  run(t);
  assert.ok(received > 0);
});

testLoop("memory that is written before the connection is there leaves when it is", (t) => {
  const port = listenOnce(t, expectPattern(100_000));
  play(t, (scope) => {
    const stream = scope.tcp();
    stream.connect("127.0.0.1", port);
    stream.write(new PinnedMemory(pattern(100_000)));
    return { connected: () => stream.readStart(), flushed: () => {}, end: () => done() };
  });
  run(t);
});
