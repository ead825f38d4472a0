import assert from "node:assert/strict";
import { type Block, done, ok, type Scope, type Udp, type UdpOptions } from "../../src/mod.ts";
import { HOST, receiver, textOf } from "../fixtures/handle_udp.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { HeldBlocks } from "../fixtures/held_blocks.ts";
import { assertNothingLeft, testLoop } from "../harness.ts";

/** A socket for which ten datagrams wait. */
function receiverOfTen(scope: Scope, options: UdpOptions): Udp {
  const { udp, port } = receiver(scope, options);
  const client = scope.udp();
  client.bind(HOST, 0);
  for (let i = 0; i < 10; i++) assert.ok(client.trySend("x", HOST, port));
  return udp;
}

testLoop("a datagram that is longer than a block takes is cut off, and says so", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope);
    scope.udp().send(new Uint8Array(2000).fill(1), HOST, port);
    return {
      datagram({ byteLength, isPartial, bytes, block, peer }) {
        assert.deepEqual([byteLength, isPartial, bytes.length], [1024 - 28, true, 1024 - 28]);
        assert.equal(block.bytes.length, 1024);
        assert.ok(bytes.every((byte) => byte === 1));
        assert.equal(peer?.address, HOST, "the address lies behind it");
        return done();
      },
    };
  });
  run(t);
}, { blockBytes: 1024 });

for (const recvmmsg of [false, true]) {
  const how = recvmmsg ? "many at once" : "one by one";
  testLoop(`the longest datagram of IPv4 arrives whole, ${how}`, (t) => {
    play(t, (scope) => {
      const { port } = receiver(scope, { datagramBytesMax: 65507, recvmmsg });
      const bytes = new Uint8Array(65507);
      for (let i = 0; i < bytes.length; i++) bytes[i] = i * 7;
      scope.udp().send(bytes, HOST, port);
      return {
        datagram(event) {
          assert.equal(event.isPartial, false);
          assert.deepEqual(event.bytes, bytes);
          return done();
        },
      };
    });
    run(t);
  });

  testLoop(`a socket without blocks waits, loses nothing, and goes on, ${how}`, (t) => {
    play(t, (scope) => {
      const { port } = receiver(scope, { recvmmsg });
      const client = scope.udp();
      client.bind(HOST, 0);
      for (let i = 0; i < 40; i++) assert.ok(client.trySend(new Uint8Array([i]), HOST, port));
      const held = new HeldBlocks();
      const received: number[] = [];
      return {
        datagram({ block, bytes }) {
          received.push(bytes[0] as number);
          held.keep(block);
          if (received.length < 40) return ok().deadline(scope.after(20));
          held.release();
          return done();
        },
        timeout() { // all blocks are held, and datagrams wait in the kernel
          assert.ok(held.count > 0);
          held.release();
          return ok().deadline(scope.after(20));
        },
        dispose: () => assert.deepEqual(received, Array.from({ length: 40 }, (_, i) => i)),
      };
    });
    run(t);
    const { starvations, runs } = t.loop.metrics();
    assert.ok(starvations > 0);
    assert.ok(runs < 100, `${runs} turns: it does not spin`);
  }, { blockBytes: 4096, largeBlockBytes: 0, poolBytesMax: 16 * 4096 });

  testLoop(`after receiveStop() no datagram is told of until receiveStart(), ${how}`, (t) => {
    play(t, (scope) => {
      const { udp, port } = receiver(scope, { recvmmsg });
      const client = scope.udp();
      client.bind(HOST, 0);
      for (const text of ["1", "2", "3", "4", "5"]) assert.ok(client.trySend(text, HOST, port));
      const timer = scope.timer();
      return {
        datagram(event) {
          t.events.push(textOf(event));
          if (t.events.length === 7) return done();
          udp.receiveStop();
          udp.receiveStop();
          timer.start(2);
        },
        timer() {
          if (t.events.length === 3) t.events.push("pause");
          udp.receiveStart();
          udp.receiveStart();
          if (t.events.length === 4) client.send("6", HOST, port);
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, ["1", "2", "3", "pause", "4", "5", "6"]);
  });

  testLoop(`a socket that is closed in its first event gives all blocks back, ${how}`, (t) => {
    play(t, (scope) => {
      const udp = receiverOfTen(scope, { recvmmsg });
      return {
        datagram() {
          t.events.push("datagram");
          udp.close();
        },
        closed: () => done(),
      };
    });
    run(t);
    assert.deepEqual(t.events, ["datagram"]);
    assertNothingLeft(t.loop);
  });

  testLoop(`a socket that is closed while it holds datagrams gives them back, ${how}`, (t) => {
    play(t, (scope) => {
      const udp = receiverOfTen(scope, { recvmmsg });
      return {
        datagram() {
          udp.receiveStop();
          scope.timer().start(0);
        },
        timer: () => done(),
      };
    });
    run(t);
    assertNothingLeft(t.loop);
  });
}

testLoop("a block that is retained outlives the event, and can be sent later", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    const client = scope.udp();
    client.send("one", HOST, port);
    client.receiveStart();
    let kept: Block | undefined;
    return {
      datagram(event) {
        t.events.push(textOf(event));
        if (event.handle === client) return done();
        if (kept === undefined) {
          kept = event.block.retain();
          client.send("two", HOST, port);
        } else {
          udp.reply(kept); // to the sender of this one
          kept.release();
        }
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["one", "two", "one"]);
});

testLoop("long datagrams find no large block at the ceiling, wait for one, and arrive", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope, { datagramBytesMax: 60_000 });
    const client = scope.udp();
    client.bind(HOST, 0);
    for (let i = 0; i < 6; i++) assert.ok(client.trySend(new Uint8Array(10_000), HOST, port));
    const held = new HeldBlocks();
    return {
      datagram({ block, byteLength, isPartial }) {
        assert.deepEqual([byteLength, isPartial, block.isLarge], [10_000, false, true]);
        t.events.push("datagram");
        held.keep(block);
        return ok().deadline(scope.after(10));
      },
      timeout() {
        t.events.push("pause");
        held.release();
        return t.events.filter((event) => event === "datagram").length === 6
          ? done()
          : ok().deadline(scope.after(10));
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.slice(0, 3), ["datagram", "datagram", "pause"]);
  assert.ok(t.loop.metrics().runs < 60);
}, { blockBytes: 4096, poolBytesMax: 32 * 4096 + 2 * 65536 });

testLoop("an empty datagram is echoed", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    const { udp: client } = receiver(scope);
    client.send("", HOST, port);
    return {
      datagram({ handle, block, byteLength, bytes }) {
        assert.deepEqual([byteLength, bytes.length, block.length], [0, 0, 0]);
        if (handle === client) return done();
        udp.reply(block);
      },
    };
  });
  run(t);
});

testLoop("a block that is released once too often ends the machine", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope);
    scope.udp().send("x", HOST, port);
    return { datagram: ({ block }) => block.release() };
  });
  t.loop.run();
  assert.match(String(t.takeError().error), /ClosedError/);
});

testLoop("an echo of datagrams makes no call by FFI of its own, and no address text", (t) => {
  let calls = 0;
  play(t, (scope) => {
    const { udp: server, port } = receiver(scope);
    const client = scope.udp();
    client.connect(HOST, port);
    client.receiveStart();
    client.send("x");
    let rounds = 0;
    return {
      datagram({ handle, block }) {
        if (handle === server) return server.reply(block);
        if (++rounds === 10) calls = t.loop.metrics().otherCalls;
        if (rounds === 110) {
          assert.equal(t.loop.metrics().otherCalls, calls);
          return done();
        }
        client.send(block);
      },
    };
  });
  run(t);
});

testLoop("many datagrams of several senders at once are told with their own peers", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope, { recvmmsg: true });
    const ports: number[] = [];
    for (let i = 0; i < 10; i++) {
      const client = scope.udp();
      client.bind(HOST, 0);
      ports.push(client.localAddress().port);
      client.send(String(client.localAddress().port), HOST, port);
    }
    return {
      datagram(event) {
        t.events.push(textOf(event));
        assert.equal(String(event.peer?.port), textOf(event));
        if (t.events.length < ports.length) return;
        assert.deepEqual(t.events, ports.map(String));
        return done();
      },
    };
  });
  run(t);
});
