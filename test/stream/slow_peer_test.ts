import assert from "node:assert/strict";
import {
  abort,
  done,
  expectBytes,
  expectFlush,
  type Protocol,
  sleep,
  type Transport,
} from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { run } from "../fixtures/handle_machine.ts";
import { dial, serve, type Server, serverKinds } from "../fixtures/stream_server.ts";
import { testLoop } from "../harness.ts";

const PIECE_BYTES = 10_000;
const HIGH_WATER_BYTES = 64 * 1024;

/** Writes for ever, as long as there is room. */
class Fountain implements Protocol {
  written = 0;
  lengthMax = 0;
  transport: Transport | undefined;

  connected(transport: Transport): ReturnType<typeof expectFlush> {
    this.transport = transport;
    return this.bytesFlushed(transport);
  }

  bytesFlushed({ output }: Transport): ReturnType<typeof expectFlush> {
    while (!output.isFull) {
      output.write(pattern(PIECE_BYTES, this.written));
      this.written += PIECE_BYTES;
    }
    this.lengthMax = Math.max(this.lengthMax, output.length);
    return expectFlush(16 * 1024);
  }

  fatal(): undefined {}
}

/** Exchanges so many messages of 64 bytes. */
function pinger(count: number, ended: () => void): Protocol {
  const message = pattern(64);
  let left = count;
  return {
    connected({ output }) {
      output.write(message);
      return expectBytes(64);
    },
    bytesRead({ input, output }) {
      input.consume(64);
      if (--left === 0) {
        ended();
        return done();
      }
      output.write(message);
      return expectBytes(64);
    },
  };
}

const ponger: Protocol = {
  connected: () => expectBytes(64),
  bytesRead({ input, output }, end) {
    output.forward(input, end);
    return expectBytes(64);
  },
};

for (const kind of serverKinds) {
  testLoop(`a peer that never reads: the writer stops at the mark, others go on: ${kind}`, (t) => {
    const fountain = new Fountain();
    const server = serve(t, () => fountain, { kind });
    const others = serve(t, () => ponger, { kind });
    dial(t, server, {
      connected(_, scope) {
        dial(t, others, pinger(2000, () => scope.notifier().wakeup()));
        return sleep();
      },
      wakeup() {
        const { blocks } = t.loop.metrics();
        assert.ok(blocks.held < 40, `${blocks.held} blocks are held`);
        return abort();
      },
      dispose: () => end(server, others),
    });
    run(t);
    assert.ok(fountain.lengthMax > HIGH_WATER_BYTES);
    assert.ok(fountain.lengthMax <= HIGH_WATER_BYTES + PIECE_BYTES);
  });

  testLoop(`a peer that reads now and then gets all, in order: ${kind}`, (t) => {
    const fountain = new Fountain();
    const reader = new PatternReader();
    const server = serve(t, () => fountain, { kind });
    dial(t, server, {
      connected: () => expectBytes(100_000),
      bytesRead({ input }, end, scope) {
        for (const bytes of input) reader.take(bytes);
        input.consume(input.length);
        if (reader.byteLength > 5_000_000) return abort();
        return end % 3 === 0 ? expectBytes(1) : sleep().deadline(scope.after(1));
      },
      timeout: () => expectBytes(100_000),
      dispose: () => end(server),
    });
    run(t);
    assert.ok(fountain.lengthMax <= HIGH_WATER_BYTES + PIECE_BYTES);
    assert.ok(reader.byteLength <= fountain.written);
  });

  testLoop(`answers to a peer that never reads cost the mark and one answer: ${kind}`, (t) => {
    let lengthMax = 0;
    let answered = 0;
    const server = serve(t, () => ({
      connected: () => expectBytes(1),
      bytesRead({ input, output }) {
        input.consume(1);
        output.write(pattern(1000));
        answered++;
        lengthMax = Math.max(lengthMax, output.length);
        return expectBytes(1);
      },
      fatal: () => undefined,
      exception: () => abort(),
    }), { kind, highWaterBytes: 20_000, lowWaterBytes: 10_000 });
    dial(t, server, {
      connected({ output }, scope) {
        output.write(pattern(1_000_000));
        return sleep().deadline(scope.after(100));
      },
      timeout: () => abort(),
      dispose: () => end(server),
    });
    run(t);
    assert.ok(lengthMax <= 21_000, `${lengthMax} bytes wait`);
    assert.ok(answered < 1_000_000, "not all of them are answered");
  });
}

testLoop("outputBytesMax cuts off a peer for which the mark was forgotten", (t) => {
  const told: string[] = [];
  const server = serve(t, () => ({
    connected({ output }) {
      while (output.write(pattern(100_000)) || !output.isEnded && output.overrun === undefined);
      return sleep();
    },
    fatal: ({ kind }) => void told.push(kind),
  }), { outputBytesMax: 10_000_000 });
  dial(t, server, {
    connected: () => sleep().deadline(t.loop.now + 30),
    timeout: () => abort(),
    dispose: () => end(server),
  });
  run(t);
  assert.deepEqual(told, ["outputLimit"]);
});

testLoop("done() for a peer that takes nothing ends with writeTimeout", (t) => {
  const told: string[] = [];
  const server = serve(t, () => ({
    connected({ output }) {
      output.write(pattern(10_000_000));
      return done();
    },
    fatal: ({ kind }) => void told.push(kind),
    dispose: () => end(server),
  }), { lingerMs: 40 });
  dial(t, server, {
    connected: () => sleep().deadline(t.loop.now + 300),
    timeout: () => abort(),
  });
  run(t);
  assert.deepEqual(told, ["writeTimeout"]);
});

function end(...servers: Server[]): void {
  for (const server of servers) server.end();
}
