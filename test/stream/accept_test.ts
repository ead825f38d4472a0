import assert from "node:assert/strict";
import {
  abort,
  accept,
  done,
  type Exception,
  expectAny,
  expectDelimiter,
  expectEnd,
  type Protocol,
  sleep,
} from "../../src/mod.ts";
import { pattern, PatternReader } from "../fixtures/handle_bytes.ts";
import { asTcp } from "../fixtures/handle_transport.ts";
import { run } from "../fixtures/handle_machine.ts";
import { dial, serve, serverKinds } from "../fixtures/stream_server.ts";
import { testLoop } from "../harness.ts";

/** Sends each line back; ends with the peer. */
const echo: Protocol = {
  connected: () => expectDelimiter("\n", 100),
  bytesRead({ input, output }, end) {
    output.forward(input, end + 1);
    return expectDelimiter("\n", 100);
  },
};

/** Sends so many lines one after the other, and ends. */
function liner(lines: number, ended: () => void): Protocol {
  let left = lines;
  return {
    connected({ output }) {
      output.write(`line ${left}\n`);
      return expectDelimiter("\n", 100);
    },
    bytesRead({ input, output }, end) {
      assert.equal(input.text(0, end), `line ${left}`);
      input.consume(end + 1);
      if (--left === 0) return done();
      output.write(`line ${left}\n`);
      return expectDelimiter("\n", 100);
    },
    dispose: ended,
  };
}

/** Calls a function at the last of so many calls. */
function countdown(count: number, last: () => void): () => void {
  let left = count;
  return () => void (--left === 0 && last());
}

for (const kind of serverKinds) {
  testLoop(`accept() gives each connection a protocol of its own: ${kind}`, (t) => {
    const server = serve(t, () => echo, { kind });
    const ended = countdown(20, () => server.end());
    for (let client = 0; client < 20; client++) dial(t, server, liner(5 + client, ended));
    run(t);
  });

  testLoop(`half-close: a question, its end, then the answer: ${kind}`, (t) => {
    const byteLength = 300_000;
    const reader = new PatternReader();
    const server = serve(t, () => ({
      connected: () => expectEnd(byteLength),
      bytesRead({ input, output }, end) {
        assert.equal(end, byteLength);
        output.forward(input, end);
        return done();
      },
    }), { kind });
    dial(t, server, {
      connected({ output }) {
        output.write(pattern(byteLength));
        output.end();
        return expectAny();
      },
      bytesRead({ input }) {
        for (const bytes of input) reader.take(bytes);
        input.consume(input.length);
        return expectAny();
      },
      exception(_, { kind }) {
        assert.equal(kind, "endOfStream");
        return done();
      },
      dispose: () => server.end(),
    });
    run(t);
    assert.equal(reader.byteLength, byteLength);
  });

  testLoop(`the peer's half-close: what is written after its end arrives: ${kind}`, (t) => {
    let heard = "";
    const server = serve(t, () => ({
      connected: () => expectAny(),
      exception: (_, _exception, scope) => sleep().deadline(scope.after(20)),
      timeout({ output }) {
        output.write("later");
        return done();
      },
    }), { kind });
    dial(t, server, {
      connected({ output }) {
        output.end();
        return expectEnd(100);
      },
      bytesRead({ input }, end) {
        heard = input.text(0, end);
        return done();
      },
      dispose: () => server.end(),
    });
    run(t);
    assert.equal(heard, "later");
  });

  testLoop(`the last answer arrives, though the peer sends on after it: ${kind}`, (t) => {
    // Input that nobody reads would make the system reset the connection, and lose the answer.
    let heard = "";
    const server = serve(t, () => ({
      connected: () => expectDelimiter("\n", 10),
      exception({ output }) {
        output.write("too long");
        return done();
      },
    }), { kind });
    dial(t, server, {
      connected({ output }) {
        output.write(pattern(500_000).fill(65));
        return expectEnd(100);
      },
      bytesRead({ input }, end) {
        heard = input.text(0, end);
        return done();
      },
      dispose: () => server.end(),
    });
    run(t);
    assert.equal(heard, "too long");
  });
}

testLoop("a reset by the peer is a readError; abort() sends one", (t) => {
  let told: Exception | undefined;
  const server = serve(t, () => ({
    connected: () => expectAny(),
    bytesRead: () => abort(),
  }));
  dial(t, server, {
    connected({ output }) {
      output.write("a");
      return expectAny();
    },
    exception(_, exception) {
      told = { ...exception };
      return done();
    },
    dispose: () => server.end(),
  });
  run(t);
  assert.ok(told?.kind === "readError");
  assert.equal(told.error.code, "ECONNRESET");
});

testLoop("a reset that nobody handles ends the machine with an error", (t) => {
  const server = serve(t, () => ({ connected: () => abort() }));
  dial(t, server, { connected: () => expectAny(), dispose: () => server.end() });
  t.loop.run();
  const { error } = t.takeError();
  assert.match(String(error), /ConnectionError.*reading failed/);
});

testLoop("a peer that resets while output leaves is a writeError or a readError, no crash", (t) => {
  const told: string[] = [];
  const server = serve(t, (stream) => ({
    connected() {
      stream.readStart();
      return sleep().deadline(t.loop.now + 20);
    },
    timeout() {
      asTcp(stream).closeReset();
      return sleep();
    },
  }));
  const fill: Protocol["connected"] = ({ output }) => {
    while (!output.isFull) output.write("x".repeat(1000));
    return expectAny().orFlushed(1000);
  };
  dial(t, server, {
    connected: fill,
    bytesFlushed: fill,
    exception: (_, { kind }) => (told.push(kind), abort()),
    fatal: ({ kind }) => void told.push(kind),
    dispose: () => server.end(),
  });
  run(t);
  assert.equal(told.length, 1);
  assert.match(told[0] as string, /^(readError|writeError)$/);
});

testLoop("done() tells of output that a reset has cost: it is a writeError, not done", (t) => {
  const told: string[] = [];
  const server = serve(t, () => ({ connected: () => expectAny(), bytesRead: () => abort() }));
  dial(t, server, {
    connected({ output }) {
      output.write(pattern(10_000_000));
      return done();
    },
    fatal: ({ kind }) => void told.push(kind),
    dispose: () => server.end(),
  });
  run(t);
  assert.deepEqual(told, ["writeError"]);
});

testLoop("a maker that throws costs its connection only, and is reported", (t) => {
  let made = 0;
  const server = serve(t, () => {
    if (made++ === 1) throw new Error("no protocol today");
    return echo;
  });
  let closed = 0;
  const ended = countdown(3, () => server.end());
  const client: Protocol = {
    ...liner(1, ended),
    exception: () => (closed++, done()),
    fatal: () => void closed++,
  };
  for (let i = 0; i < 3; i++) dial(t, server, i === 1 ? client : liner(1, ended));
  t.loop.run();
  assert.match(String(t.takeError().error), /no protocol today/);
  assert.equal(closed, 1);
});

testLoop("so does one that makes no protocol, and one whose protocol throws at once", (t) => {
  const throwing: Protocol = {
    connected() {
      throw new TypeError("at once");
    },
  };
  const wrong = [undefined, {}, throwing] as Protocol[];
  let made = 0;
  const server = serve(t, () => made < wrong.length ? wrong[made++] as Protocol : echo);
  const next = (): void => dial(t, server, made < wrong.length ? unlucky : last);
  const unlucky: Protocol = {
    connected: () => expectAny(),
    exception: () => done(),
    dispose: next,
  };
  const last = liner(1, () => server.end());
  next();
  t.loop.run();
  for (let i = 0; i < wrong.length; i++) assert.ok(t.takeError().error instanceof TypeError);
});

testLoop("a protocol that ends in connected() is disposed of once, at either end", (t) => {
  const told: string[] = [];
  const server = serve(t, () => ({
    connected: () => abort(),
    dispose: () => void told.push("server"),
  }));
  const client = (next: () => void): Protocol => ({
    connected: () => abort(),
    dispose() {
      told.push("client");
      next();
    },
  });
  dial(t, server, client(() => dial(t, server, client(() => server.end()))));
  run(t);
  assert.equal(told.filter((who) => who === "client").length, 2);
  assert.ok(told.filter((who) => who === "server").length <= 2);
});

testLoop("a protocol that is done at once ends its machine", (t) => {
  const server = serve(t, () => ({
    connected({ output }) {
      output.write("bye");
      return done();
    },
  }));
  let heard = "";
  dial(t, server, {
    connected: () => expectEnd(10),
    bytesRead: ({ input }, end) => (heard = input.text(0, end), done()),
    dispose: () => server.end(),
  });
  run(t);
  assert.equal(heard, "bye");
});

testLoop("accept() refuses what it cannot work with, before it listens", (t) => {
  for (
    const [protocol, options] of [
      [undefined, {}],
      [echo, {}],
      [() => echo, { lingerMs: "1" }],
      [() => echo, null],
    ] as unknown as [() => Protocol, object][]
  ) {
    assert.throws(() =>
      t.loop.addMachine((scope) => {
        const listener = scope.tcp();
        listener.bind("127.0.0.1", 0);
        return accept(listener, protocol, scope, options);
      }), TypeError);
  }
  run(t);
});

testLoop("an address that is taken is an error of the machine's constructor", (t) => {
  const server = serve(t, () => echo);
  const { port } = server.target as { port: number };
  assert.throws(() =>
    t.loop.addMachine((scope) => {
      const listener = scope.tcp();
      listener.bind("127.0.0.1", port);
      return accept(listener, () => echo, scope);
    }), { code: "EADDRINUSE" });
  server.end();
  run(t);
});
