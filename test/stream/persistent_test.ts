import assert from "node:assert/strict";
import {
  abort,
  done,
  expectAny,
  expectDelimiter,
  Persistent,
  type PersistentState,
  type Protocol,
  sleep,
  type UvError,
} from "../../src/mod.ts";
import { run } from "../fixtures/handle_machine.ts";
import { closeFd, connectedSocket, listeningSocket } from "../fixtures/handle_system.ts";
import { PersistentTest } from "../fixtures/stream_persistent.ts";
import { serve, type Server } from "../fixtures/stream_server.ts";
import { type LoopTest, test, testLoop } from "../harness.ts";

/** Waits for a line, and is done with it. */
const waiter: Protocol = {
  connected: () => expectDelimiter("\n", 100),
  bytesRead: () => done(),
};

/** Says one line. */
const speaker: Protocol = {
  connected({ output }) {
    output.write("line\n");
    return expectAny();
  },
  exception: () => done(),
};

/** A target where nobody listens. */
function nowhere(): { host: string; port: number } {
  const { fd, port } = listeningSocket();
  closeFd(fd);
  return { host: "127.0.0.1", port };
}

/** The states of so many losses, up to the last state. */
function losses(count: number, ...last: string[]): string[] {
  const loss = ["connecting", "established", "sleeping"];
  return [...Array.from({ length: count }, () => loss).flat(), ...last];
}

testLoop("Persistent connects, and ends when its protocol is done", (t) => {
  const server = serve(t, () => speaker);
  const p = new PersistentTest(t, server.target, () => waiter, {}, ending(server)).start();
  run(t);
  assert.deepEqual(p.kinds, ["connecting", "established", "stopped"]);
  assert.deepEqual(p.persistent.state, { kind: "stopped", error: undefined });
});

/** Ends a server when the client has stopped. */
function ending(server: Server): (state: PersistentState) => void {
  return ({ kind }) => void (kind === "stopped" && server.end());
}

const losing: readonly [string, Protocol][] = [
  ["aborts", { connected: () => abort() }],
  ["ends", { connected: () => done() }],
];

for (const [what, protocol] of losing) {
  testLoop(`it comes back when the peer ${what}, with a new protocol each time`, (t) => {
    let served = 0;
    const made: Protocol[] = [];
    const server = serve(t, () => served++ < 3 ? protocol : speaker, { lingerMs: 0 });
    const maker = (): Protocol => made[made.push({ ...waiter }) - 1] as Protocol;
    const p = new PersistentTest(t, server.target, maker, {}, ending(server)).start();
    run(t);
    assert.deepEqual(p.kinds, losses(3, "connecting", "established", "stopped"));
    assert.equal(new Set(made).size, 4);
  });
}

testLoop("it comes back after an abort() of its own", (t) => {
  let made = 0;
  const server = serve(t, () => speaker);
  const aborting: Protocol = { ...waiter, bytesRead: () => abort() };
  const maker = (): Protocol => made++ < 2 ? aborting : waiter;
  const p = new PersistentTest(t, server.target, maker, {}, ending(server)).start();
  run(t);
  assert.deepEqual(p.kinds, losses(2, "connecting", "established", "stopped"));
});

testLoop("it survives the server: gone, then back at the same address", (t) => {
  const target = nowhere();
  let server: Server | undefined;
  const p = new PersistentTest(t, target, () => waiter, {}, ({ kind }) => {
    if (kind === "sleeping" && p.states.length > 5) {
      server ??= serve(t, () => speaker, { port: target.port });
    }
    if (kind === "stopped") server?.end();
  }).start();
  run(t);
  assert.deepEqual(p.kinds.slice(0, 4), ["connecting", "sleeping", "connecting", "sleeping"]);
  assert.deepEqual(p.kinds.slice(-3), ["connecting", "established", "stopped"]);
});

testLoop(
  "waits grow up to their limit; attemptsMax failures in a row end it with the last",
  (t) => {
    const backoff = { minMs: 1, maxMs: 5, factor: 2 };
    const p = new PersistentTest(t, nowhere(), () => waiter, { backoff, attemptsMax: 5 }).start();
    t.loop.run();
    assert.deepEqual(p.waitsMs, [1, 2, 4, 5]);
    const attempts = p.states.flatMap((state) =>
      state.kind === "connecting" ? [state.attempt] : []
    );
    assert.deepEqual(attempts, [1, 2, 3, 4, 5]);
    const { error } = t.takeError();
    assert.equal((error as UvError).code, "ECONNREFUSED");
    assert.deepEqual(p.persistent.state, { kind: "stopped", error });
    for (const state of p.states) {
      if (state.kind === "sleeping") assert.equal((state.error as UvError).code, "ECONNREFUSED");
    }
  },
);

testLoop("attemptsMax 1 tries once", (t) => {
  const p = new PersistentTest(t, nowhere(), () => waiter, { attemptsMax: 1 }).start();
  t.loop.run();
  t.takeError();
  assert.deepEqual(p.kinds, ["connecting", "stopped"]);
});

testLoop(
  "a connection that lasted longer than the wait before it makes the waits short again",
  (t) => {
    let served = 0;
    const brief: Protocol = {
      connected: (_, scope) => sleep().deadline(scope.after(5)),
      timeout: () => abort(),
    };
    const server = serve(t, () => served++ < 4 ? brief : speaker);
    const options = { attemptsMax: 2, backoff: { minMs: 0, maxMs: 0 } };
    const p = new PersistentTest(t, server.target, () => waiter, options, ending(server)).start();
    run(t);
    assert.deepEqual(p.kinds, losses(4, "connecting", "established", "stopped"));
  },
);

testLoop("an error of the protocol ends it with that error", (t) => {
  const reason = new Error("mine");
  const server = serve(t, () => speaker);
  const failing: Protocol = {
    ...waiter,
    bytesRead() {
      throw reason;
    },
  };
  const p = new PersistentTest(t, server.target, () => failing, {}, ending(server)).start();
  t.loop.run();
  assert.equal(t.takeError().error, reason);
  assert.deepEqual(p.persistent.state, { kind: "stopped", error: reason });
});

testLoop("a name that is none is a failure like others", (t) => {
  const target = { host: "no.such.host.invalid", port: 1 };
  const p = new PersistentTest(t, target, () => waiter, { attemptsMax: 2 }).start();
  t.loop.run();
  t.takeError();
  assert.deepEqual(p.kinds, ["connecting", "sleeping", "connecting", "stopped"]);
});

testLoop("a name is looked up for each attempt", (t) => {
  const server = serve(t, () => speaker);
  const { port } = server.target as { port: number };
  const target = { host: "localhost", port };
  const p = new PersistentTest(t, target, () => waiter, {}, ending(server)).start();
  run(t);
  assert.deepEqual(p.kinds, ["connecting", "established", "stopped"]);
});

// stop(), in each state.

testLoop("stop() before start() makes it stop at once", (t) => {
  const p = new PersistentTest(t, nowhere(), () => waiter);
  p.persistent.stop();
  p.start();
  run(t);
  assert.equal(p.persistent.state.kind, "stopped");
});

testLoop("stop() while it connects", (t) => {
  const { fd, port } = listeningSocket(0);
  const queued = connectedSocket(port);
  const target = { host: "127.0.0.1", port };
  const p = new PersistentTest(t, target, () => waiter, {}, stoppingIn("connecting")).start();
  run(t);
  closeFd(queued);
  closeFd(fd);
  assert.deepEqual(p.kinds, ["connecting", "stopped"]);
});

testLoop("stop() while the name is looked up", (t) => {
  const target = { host: "localhost", port: 1 };
  const p = new PersistentTest(t, target, () => waiter, {}, stoppingIn("connecting")).start();
  run(t);
  assert.deepEqual(p.kinds, ["connecting", "stopped"]);
});

testLoop("stop() while it sleeps does not wait for the end of that", (t) => {
  const options = { backoff: { minMs: 1_000_000, maxMs: 1_000_000 } };
  const p = new PersistentTest(t, nowhere(), () => waiter, options, stoppingIn("sleeping")).start();
  run(t);
  assert.deepEqual(p.kinds, ["connecting", "sleeping", "stopped"]);
});

testLoop("stop() of a connection that stands sends what was written, and disposes of it", (t) => {
  const byteLength = 1_000_000;
  let heard = 0;
  let disposals = 0;
  const server = serve(t, () => ({
    connected: () => expectAny(),
    bytesRead({ input }) {
      heard += input.length;
      input.consume(input.length);
      return expectAny();
    },
  }));
  const writer: Protocol = {
    connected({ output }) {
      output.write(new Uint8Array(byteLength));
      return expectAny();
    },
    dispose: () => void disposals++,
  };
  const p = new PersistentTest(t, server.target, () => writer, {}, ({ kind }, { persistent }) => {
    if (kind === "established") persistent.stop();
    if (kind === "stopping") persistent.stop(); // twice is once
    if (kind === "stopped") server.end();
  }).start();
  run(t);
  assert.deepEqual(p.kinds, ["connecting", "established", "stopping", "stopped"]);
  assert.equal(heard, byteLength);
  assert.equal(disposals, 1);
  p.persistent.stop(); // nobody is there any more
});

testLoop("stop() ends it without an error, even if the peer resets meanwhile", (t) => {
  const server = serve(t, () => ({ connected: () => expectAny(), bytesRead: () => abort() }));
  const writer: Protocol = {
    connected({ output }) {
      output.write(new Uint8Array(10_000_000)); // more than the socket takes
      return expectAny();
    },
  };
  const p = new PersistentTest(t, server.target, () => writer, {}, ({ kind }, { persistent }) => {
    if (kind === "established") persistent.stop();
    if (kind === "stopped") server.end();
  }).start();
  run(t);
  assert.deepEqual(p.persistent.state, { kind: "stopped", error: undefined });
});

function stoppingIn(kind: string): (state: PersistentState, test: PersistentTest) => void {
  return (state, { persistent }) => void (state.kind === kind && persistent.stop());
}

// Misuse.

testLoop("it is started once", (t) => {
  const p = new PersistentTest(t, nowhere(), () => waiter, {}, stoppingIn("sleeping")).start();
  assert.throws(() => p.start(), { name: "StateError" });
  run(t);
  assert.throws(() => p.start(), { name: "StateError" });
});

const failingParts: readonly [string, (t: LoopTest, server: Server, reason: Error) => void][] = [
  ["a maker that throws", (t, { target }, reason) =>
    void new PersistentTest(t, target, () => {
      throw reason;
    }).start()],
  [
    "an onState that throws",
    (t, { target }, reason) =>
      void new PersistentTest(t, target, () => waiter, {}, ({ kind }) => {
        if (kind === "established") throw reason;
      }).start(),
  ],
];

for (const [what, start] of failingParts) {
  testLoop(`${what} ends the machine with what it threw; nothing is left open`, (t) => {
    const reason = new Error("thrown");
    const server = serve(t, () => ({ ...speaker, dispose: () => server.end() }));
    start(t, server, reason);
    t.loop.run();
    assert.equal(t.takeError().error, reason);
  });
}

testLoop("a maker of something else ends the machine with a TypeError", (t) => {
  const server = serve(t, () => ({ ...speaker, dispose: () => server.end() }));
  new PersistentTest(t, server.target, () => ({}) as Protocol).start();
  t.loop.run();
  assert.ok(t.takeError().error instanceof TypeError);
});

testLoop("a loop that closes ends it in any state", (t) => {
  for (const target of [nowhere(), { host: "localhost", port: 1 }]) {
    const p = new PersistentTest(t, target, () => waiter).start();
    assert.equal(p.persistent.state.kind, "connecting");
  }
  t.loop.close();
});

test("the constructor checks everything", () => {
  const target = { host: "localhost", port: 1 };
  const maker = (): Protocol => waiter;
  const bad: readonly [unknown, unknown, unknown, new () => Error][] = [
    [undefined, maker, {}, TypeError],
    [target, waiter, {}, TypeError],
    [target, maker, { attemptsMax: 0 }, RangeError],
    [target, maker, { attemptsMax: NaN }, RangeError],
    [target, maker, { connectTimeoutMs: 0 }, RangeError],
    [target, maker, { lingerMs: "1" }, TypeError],
    [target, maker, { backoff: { minMs: -1 } }, RangeError],
    [target, maker, { backoff: { minMs: 10, maxMs: 5 } }, RangeError],
    [target, maker, { backoff: { factor: 0.5 } }, RangeError],
    [target, maker, { backoff: { jitter: 2 } }, RangeError],
  ];
  for (const [where, make, options, type] of bad) {
    assert.throws(
      () => new Persistent(where as typeof target, make as typeof maker, options as object),
      type,
      JSON.stringify([where, options]),
    );
  }
});
