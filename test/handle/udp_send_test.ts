import assert from "node:assert/strict";
import { type Block, done, PinnedMemory, type Scope, UvError } from "../../src/mod.ts";
import { HOST, receiver, textOf } from "../fixtures/handle_udp.ts";
import {
  once,
  play,
  run,
  throwsClosed,
  throwsState,
  throwsUv,
} from "../fixtures/handle_machine.ts";
import { LoopTest, testLoop } from "../harness.ts";

/** A port of this host that nobody hears. */
function deadPort(scope: Scope): number {
  const udp = scope.udp();
  udp.bind(HOST, 0);
  const { port } = udp.localAddress();
  udp.close();
  return port;
}

testLoop("U3: a datagram that is too long is EMSGSIZE, told by sendFailed or by trySend()", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    const bytes = new Uint8Array(65536);
    throwsUv(() => udp.trySend(bytes, HOST, port), "EMSGSIZE");
    throwsUv(() => udp.trySend("x".repeat(70_000), HOST, port), "EMSGSIZE");
    udp.send(bytes, HOST, port);
    udp.send("after it", HOST, port);
    return {
      sendFailed({ handle, error }) {
        assert.equal(handle, udp);
        assert.equal(error.code, "EMSGSIZE");
        assert.match(error.message, /^Cannot send from 127\.0\.0\.1:0: EMSGSIZE/);
        t.events.push("failed");
        if (t.events.length === 2) return done();
      },
      datagram(event) {
        t.events.push(textOf(event));
        if (t.events.length === 2) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["after it", "failed"]);
});

testLoop("U4: sending to a port that nobody hears neither fails nor spins", (t) => {
  let turns = 0;
  play(t, (scope) => {
    const udp = scope.udp();
    const port = deadPort(scope);
    udp.receiveStart();
    for (let i = 0; i < 10; i++) udp.send("x", HOST, port);
    udp.requestSent();
    scope.timer().start(50);
    return {
      sent: () => {
        turns = t.loop.metrics().runs;
        udp.send("x", HOST, port);
      },
      timer: () => {
        assert.ok(t.loop.metrics().runs < turns + 20);
        assert.equal(udp.sendQueueCount, 0);
        return done();
      },
    };
  });
  run(t);
});

testLoop("U4: where errors are to be reported they are, and nothing spins", (t) => {
  play(t, (scope) => {
    const udp = scope.udp();
    const port = deadPort(scope);
    udp.bind(HOST, 0, { reportErrors: true });
    udp.receiveStart();
    for (let i = 0; i < 3; i++) udp.send("x", HOST, port);
    scope.timer().start(50);
    return {
      receiveFailed: ({ error }) => void t.events.push(error.code),
      sendFailed: ({ error }) => void t.events.push(error.code), // it met that of the one before
      timer: () => done(),
    };
  });
  run(t);
  assert.ok(t.loop.metrics().runs < 20);
  assert.ok(t.events.length > 0 && t.events.length <= 3);
  assert.deepEqual(new Set(t.events), new Set(["ECONNREFUSED"]));
});

testLoop("U6: a connected socket hears that nobody hears it, and its queue gets empty", (t) => {
  play(t, (scope) => {
    const udp = scope.udp();
    udp.connect(HOST, deadPort(scope));
    udp.receiveStart();
    const timer = scope.timer();
    timer.start(5, 5);
    return {
      timer() {
        udp.send("x");
        if (t.events.length > 6) return done();
      },
      receiveFailed: ({ error }) => void t.events.push(error.code),
      sendFailed: ({ error }) => void t.events.push(error.code),
    };
  });
  run(t);
  assert.deepEqual(new Set(t.events), new Set(["ECONNREFUSED"]));
});

testLoop("send() with an address on a connected socket, or without on another, is refused", (t) => {
  once(t, (scope) => {
    const { udp, port } = receiver(scope);
    throwsState(() => udp.send("x"));
    throwsState(() => udp.trySend("x"));
    throwsState(() => udp.reply("x"));
    throwsUv(() => udp.disconnect(), "ENOTCONN");
    throwsUv(() => udp.remoteAddress(), "ENOTCONN");
    udp.connect(HOST, port);
    throwsUv(() => udp.connect(HOST, port), "EISCONN");
    throwsState(() => udp.send("x", HOST, port));
    throwsState(() => udp.trySend("x", HOST, port));
    assert.equal(udp.sendQueueCount, 0);
  });
});

testLoop("what cannot be sent is refused before anything happens", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    const wrong: readonly [unknown, unknown, unknown, typeof TypeError | typeof RangeError][] = [
      [{}, HOST, port, TypeError],
      [7, HOST, port, TypeError],
      [null, HOST, port, TypeError],
      ["x", 7, port, TypeError],
      ["x", HOST, "7", TypeError],
      ["x", HOST, undefined, TypeError],
      ["x", undefined, port, TypeError],
      ["x", "localhost", port, RangeError],
      ["x", "", port, RangeError],
      ["x", "127.0.0.1\0", port, RangeError],
      ["x", HOST, 65536, RangeError],
      ["x", HOST, -1, RangeError],
      ["x", HOST, 1.5, RangeError],
      ["x", HOST, NaN, RangeError],
    ];
    for (const [data, address, to, expected] of wrong) {
      for (const method of ["send", "trySend"] as const) {
        const call = (): unknown => udp[method](data as string, address as string, to as number);
        assert.throws(call, expected, `${method}(${String(data)}, ${String(address)}, ${to})`);
      }
    }
    const other = new LoopTest();
    other.loop.addMachine((foreign) => {
      const block = foreign.leaseBlock() as Block;
      block.length = 1;
      assert.throws(() => udp.send(block, HOST, port), TypeError);
      block.release();
      return done();
    });
    other.loop.close();
    for (const memory of [new PinnedMemory(new Uint8Array(1)), scope.leaseBlock() as Block]) {
      memory.release();
      throwsClosed(() => udp.send(memory, HOST, port));
      throwsClosed(() => udp.trySend(memory, HOST, port));
    }
    assert.equal(udp.sendQueueCount, 0);
    udp.send("right", HOST, port);
    return {
      datagram(event) {
        assert.equal(textOf(event), "right");
        return done();
      },
    };
  });
  run(t);
});

testLoop("at the ceiling of the pool what must be copied is ENOBUFS", (t) => {
  play(t, (scope) => {
    const udp = scope.udp();
    udp.bind(HOST, 0);
    const { port } = udp.localAddress();
    const held: Block[] = [];
    for (let block = scope.leaseBlock(); block !== undefined; block = scope.leaseBlock()) {
      held.push(block);
    }
    throwsUv(() => udp.send("x", HOST, port), "ENOBUFS");
    throwsUv(() => udp.trySend(new Uint8Array(7), HOST, port), "ENOBUFS");
    const [first] = held as [Block];
    first.length = 3;
    udp.send(first, HOST, port);
    for (const block of held) block.release();
    udp.receiveStart();
    return {
      datagram({ byteLength }) {
        assert.equal(byteLength, 3);
        return done();
      },
    };
  });
  run(t);
}, { blockBytes: 4096, largeBlockBytes: 0, poolBytesMax: 4 * 4096 });

testLoop("what was sent right before close(), and before the machine ends, leaves", (t) => {
  let port = 0;
  play(t, (scope) => {
    port = receiver(scope).port;
    return {
      datagram(event) {
        t.events.push(textOf(event));
        if (t.events.length === 2) return done();
      },
    };
  });
  t.loop.addMachine((scope) => {
    const closed = scope.udp();
    closed.send("closed", HOST, port);
    closed.close();
    scope.udp().send("ended", HOST, port);
    return done();
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["closed", "ended"]);
});

testLoop("requestSent() is answered once, in a turn of its own, whether something waits", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    udp.receiveStop();
    udp.requestSent();
    let isAgain = false;
    return {
      sent({ handle }) {
        assert.equal(handle, udp);
        t.events.push("sent");
        if (isAgain) return done();
        isAgain = true;
        udp.send("x", HOST, port);
        udp.requestSent();
        udp.requestSent();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["sent", "sent"]);
});

testLoop("the handler of `released` may send", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    const client = scope.udp();
    const bytes = new TextEncoder().encode("pinned");
    const memory = new PinnedMemory(bytes, { released: () => client.send("next", HOST, port) });
    client.send(memory, HOST, port);
    memory.release();
    return {
      datagram(event) {
        t.events.push(textOf(event));
        assert.equal(event.handle, udp);
        if (t.events.length === 2) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["pinned", "next"]);
});

testLoop("a handler that throws after it has sent loses nothing of it", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    void udp;
    t.loop.addMachine((other) => {
      other.udp().send("x", HOST, port);
      return done();
    });
    return {
      datagram: ({ block, handle }) => {
        handle.reply(block);
        throw new UvError(-22, "test", "it");
      },
    };
  });
  t.loop.run();
  t.takeError();
});
