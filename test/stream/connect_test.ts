import assert from "node:assert/strict";
import {
  connect,
  ConnectionError,
  done,
  expectAny,
  expectEnd,
  type FatalException,
  type Protocol,
  type Target,
  UvError,
} from "../../src/mod.ts";
import { run } from "../fixtures/handle_machine.ts";
import { closeFd, connectedSocket, listeningSocket } from "../fixtures/handle_system.ts";
import { socketPath } from "../fixtures/handle_transport.ts";
import { dial, serve } from "../fixtures/stream_server.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** Says hello, and ends. */
const greeter: Protocol = {
  connected({ output }) {
    output.write("hello");
    return done();
  },
};

/** Hears all, then calls a function with it. */
function hearer(heard: (text: string) => void): Protocol {
  return {
    connected: () => expectEnd(100),
    bytesRead({ input }, end) {
      heard(input.text(0, end));
      return done();
    },
    fatal: ({ error }) => error,
  };
}

/** A port of 127.0.0.1 at which nobody listens. */
function closedPort(): number {
  const { fd, port } = listeningSocket();
  closeFd(fd);
  return port;
}

/** Connects in vain. Returns what the protocol was told. */
function dialInVain(t: LoopTest, target: Target, connectTimeoutMs = 1000): FatalException {
  let told: FatalException | undefined;
  let disposals = 0;
  const protocol: Protocol = {
    connected: () => assert.fail("connected"),
    fatal: (exception) => void (told = exception),
    dispose: () => void disposals++,
  };
  dial(t, { target: target as { path: string } }, protocol, { connectTimeoutMs });
  run(t);
  assert.equal(disposals, 1);
  return told ?? assert.fail("fatal was not told");
}

for (const host of ["127.0.0.1", "localhost"]) {
  testLoop(`connect() finds ${host}: of several addresses the one where somebody listens`, (t) => {
    let heard = "";
    const server = serve(t, () => greeter); // on 127.0.0.1 only
    const { port } = server.target as { port: number };
    const target = { host, port };
    dial(t, { target }, hearer((text) => (heard = text, server.end())));
    run(t);
    assert.equal(heard, "hello");
  });
}

testLoop("connect() to a path", (t) => {
  let heard = "";
  const server = serve(t, () => greeter, { kind: "pipe" });
  dial(t, server, hearer((text) => (heard = text, server.end())));
  run(t);
  assert.equal(heard, "hello");
});

for (const host of ["127.0.0.1", "localhost"]) {
  testLoop(`a port where nobody listens is connectError with the system's error: ${host}`, (t) => {
    const told = dialInVain(t, { host, port: closedPort() });
    assert.equal(told.kind, "connectError");
    assert.ok(told.error instanceof UvError);
    assert.equal(told.error.code, "ECONNREFUSED");
  });
}

testLoop("so is a path that does not exist", (t) => {
  const { kind, error } = dialInVain(t, { path: socketPath() });
  assert.equal(kind, "connectError");
  assert.equal((error as UvError).code, "ENOENT");
});

testLoop("so is a host that is neither a name nor an address", (t) => {
  const { kind } = dialInVain(t, { host: "no.such.host.invalid", port: 1 });
  assert.equal(kind, "connectError");
});

testLoop(
  "a host that looks like an address and is none is refused before anything is made",
  (t) => {
    for (const host of ["1.2.3", "256.1.1.1", ":::"]) {
      assert.throws(() => dial(t, { target: { host, port: 1 } }, greeter), RangeError, host);
    }
    run(t);
  },
);

testLoop("a listener that does not answer is connectError after connectTimeoutMs", (t) => {
  const { fd, port } = listeningSocket(0);
  const queued = [connectedSocket(port)]; // its backlog is full: the next one waits
  const { kind, error } = dialInVain(t, { host: "127.0.0.1", port }, 30);
  for (const socket of [fd, ...queued]) closeFd(socket);
  assert.equal(kind, "connectError");
  assert.ok(error instanceof ConnectionError);
  assert.equal(error.kind, "connectTimeout");
});

testLoop("without fatal() the machine ends with the error", (t) => {
  let disposals = 0;
  const target = { host: "127.0.0.1", port: closedPort() };
  const protocol = { connected: () => expectAny(), dispose: () => void disposals++ };
  dial(t, { target }, protocol);
  t.loop.run();
  assert.equal((t.takeError().error as UvError).code, "ECONNREFUSED");
  assert.equal(disposals, 1);
});

testLoop("fatal() that throws ends it with what it threw; the protocol is disposed of", (t) => {
  const reason = new Error("thrown");
  let disposals = 0;
  const protocol: Protocol = {
    connected: () => expectAny(),
    fatal() {
      throw reason;
    },
    dispose: () => void disposals++,
  };
  dial(t, { target: { host: "127.0.0.1", port: closedPort() } }, protocol);
  t.loop.run();
  assert.equal(t.takeError().error, reason);
  assert.equal(disposals, 1);
});

testLoop("a loop that closes while it connects disposes of the protocol", (t) => {
  const { fd, port } = listeningSocket(0);
  const queued = connectedSocket(port);
  let disposals = 0;
  const protocol = { connected: () => expectAny(), dispose: () => void disposals++ };
  dial(t, { target: { host: "127.0.0.1", port } }, protocol);
  t.loop.close();
  closeFd(queued);
  closeFd(fd);
  assert.equal(disposals, 1);
});

testLoop("a machine that connects is woken in vain, and its deadlines stay", (t) => {
  const { fd, port } = listeningSocket(0);
  const queued = connectedSocket(port);
  const told: string[] = [];
  t.loop.addMachine((scope) => {
    const answer = connect(
      { host: "127.0.0.1", port },
      {
        connected: () => expectAny(),
        fatal: ({ kind }) => void told.push(kind),
      },
      scope,
      { connectTimeoutMs: 30 },
    );
    scope.notifier().wakeup();
    return answer;
  });
  run(t);
  closeFd(queued);
  closeFd(fd);
  assert.deepEqual(told, ["connectError"]);
});

const badTargets: readonly [unknown, new () => Error][] = [
  [undefined, TypeError],
  ["localhost:80", TypeError],
  [{}, TypeError],
  [{ host: "localhost" }, TypeError],
  [{ host: 1, port: 1 }, TypeError],
  [{ host: "localhost", port: "80" }, TypeError],
  [{ host: "localhost", port: 0 }, RangeError],
  [{ host: "localhost", port: 65536 }, RangeError],
  [{ host: "localhost", port: 1.5 }, RangeError],
  [{ path: 1 }, TypeError],
  [{ host: "", port: 1 }, RangeError],
  [{ path: "" }, RangeError],
];

testLoop("connect() refuses what is no target, protocol or option", (t) => {
  for (const [target, type] of badTargets) {
    const what = JSON.stringify(target);
    assert.throws(() => dial(t, { target: target as { path: string } }, greeter), type, what);
  }
  const target = { host: "127.0.0.1", port: 1 };
  assert.throws(() => dial(t, { target }, {} as Protocol), TypeError);
  for (const connectTimeoutMs of [0, -1, NaN]) {
    assert.throws(() => dial(t, { target }, greeter, { connectTimeoutMs }), RangeError);
  }
  const text = { connectTimeoutMs: "1" as unknown as number };
  assert.throws(() => dial(t, { target }, greeter, text), TypeError);
  run(t);
});
