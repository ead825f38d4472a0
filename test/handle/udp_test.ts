import assert from "node:assert/strict";
import { Chain, done, PinnedMemory, type Scope, type Udp, type Writable } from "../../src/mod.ts";
import { HOST, receiver, textOf } from "../fixtures/handle_udp.ts";
import { play, run, throwsState } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";

testLoop("U1: a datagram and its answer by reply() arrive, and nothing waits after", (t) => {
  play(t, (scope) => {
    const { udp: server, port } = receiver(scope);
    const client = scope.udp();
    client.send("PING", HOST, port);
    assert.deepEqual([client.sendQueueCount, client.sendQueueSize], [1, 4]);
    client.receiveStart();
    return {
      datagram(event) {
        const { handle, byteLength, peer, isPartial } = event;
        t.events.push(textOf(event));
        assert.deepEqual([byteLength, isPartial], [4, false]);
        const sender = handle === server ? client : server;
        assert.deepEqual(peer, { ...sender.localAddress(), address: HOST });
        assert.equal(event.peer, peer, "one object for one peer");
        for (const udp of [server, client]) {
          assert.deepEqual([udp.sendQueueCount, udp.sendQueueSize], [0, 0]);
        }
        if (handle === server) return server.reply("PONG");
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["PING", "PONG"]);
});

testLoop("U1: a connected pair talks without addresses, and reply() goes to the peer too", (t) => {
  play(t, (scope) => {
    const { udp: one, port } = receiver(scope);
    const { udp: other, port: otherPort } = receiver(scope);
    one.connect(HOST, otherPort);
    other.connect(HOST, port);
    assert.deepEqual(one.remoteAddress(), { family: "IPv4", address: HOST, port: otherPort });
    one.send("PING");
    return {
      datagram(event) {
        t.events.push(textOf(event));
        if (event.handle === one) return done();
        other.reply("PONG");
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["PING", "PONG"]);
});

testLoop("U2: connect, disconnect and connect again change who is sent to and heard", (t) => {
  play(t, (scope) => {
    const { udp: client, port } = receiver(scope);
    const { udp: first, port: firstPort } = receiver(scope);
    const { udp: second, port: secondPort } = receiver(scope);
    client.connect(HOST, firstPort);
    second.send("unheard", HOST, port); // of somebody else
    client.send("to the first");
    return {
      datagram(event) {
        t.events.push(textOf(event));
        if (event.handle === first) {
          client.disconnect();
          throwsState(() => client.send("to nobody"));
          client.connect(HOST, secondPort);
          client.send("to the second");
        } else return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["to the first", "to the second"]);
});

testLoop("what was sent before connect() and disconnect() goes where it was sent to", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope);
    const client = scope.udp();
    client.send("1", HOST, port);
    client.connect(HOST, port);
    client.send("2");
    client.disconnect();
    client.send("3", HOST, port);
    return {
      datagram(event) {
        t.events.push(textOf(event));
        if (t.events.length === 3) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["1", "2", "3"]);
});

/** Whatever can be written can be sent, as one datagram. */
const kinds: readonly { name: string; make: (udp: Udp) => Writable; text: string }[] = [
  { name: "text", make: () => "Grüße", text: "Grüße" },
  { name: "no text", make: () => "", text: "" },
  { name: "bytes", make: () => new TextEncoder().encode("bytes"), text: "bytes" },
  { name: "no bytes", make: () => new Uint8Array(0), text: "" },
  { name: "long bytes", make: () => new Uint8Array(16384).fill(97), text: "a".repeat(16384) },
  { name: "long text", make: () => "é".repeat(8000), text: "é".repeat(8000) },
  {
    name: "shared memory",
    make: () => new SharedArrayBuffer(3),
    text: "\0\0\0",
  },
];

for (const { name, make, text } of kinds) {
  testLoop(`${name} make one datagram, by send() and by trySend()`, (t) => {
    play(t, (scope) => {
      const { port } = receiver(scope, { datagramBytesMax: 65507 });
      const client = scope.udp();
      client.send(make(client), HOST, port);
      assert.equal(client.trySend("x", HOST, port), false, "another waits before it");
      client.requestSent();
      return {
        sent: () => assert.equal(client.trySend(make(client), HOST, port), true),
        datagram(event) {
          t.events.push(textOf(event));
          if (t.events.length === 2) return done();
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, [text, text]);
  });
}

testLoop("a chain, pinned memory and a block make one datagram each, and are given back", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope);
    const client = scope.udp();
    const chain = new Chain(scope.blocks);
    for (const piece of ["of ", "many ", "pieces"]) {
      const block = scope.leaseBlock();
      assert.ok(block !== undefined);
      block.length = new TextEncoder().encodeInto(piece, block.bytes).written;
      chain.append(block);
      block.release();
    }
    const pinned = new PinnedMemory(new TextEncoder().encode("pinned"), {
      released: () => t.events.push("released"),
    });
    const block = scope.leaseBlock();
    assert.ok(block !== undefined);
    block.bytes[0] = 98;
    block.length = 1;
    for (const data of [chain, pinned, block]) client.send(data, HOST, port);
    pinned.release();
    block.release();
    chain.consume(chain.length);
    return {
      datagram(event) {
        t.events.push(textOf(event));
        if (t.events.filter((text) => text !== "released").length === 3) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["b", "of many pieces", "pinned", "released"]);
});

/** A chain of so many pieces of one byte each, which are not beside each other in memory. */
function scattered(scope: Scope, text: string, pieces: number): Chain {
  const chain = new Chain(scope.blocks);
  const block = scope.leaseBlock() ?? assert.fail("no block is left");
  block.bytes.fill(text.charCodeAt(0), 0, 2);
  block.length = 2;
  for (let i = 0; i < pieces; i++) chain.append(block, i % 2, i % 2 + 1);
  block.release();
  return chain;
}

testLoop("a chain of very many pieces makes one datagram", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope);
    const client = scope.udp();
    const chain = scattered(scope, "c", 1500);
    client.send(chain, HOST, port);
    chain.consume(chain.length);
    return {
      datagram(event) {
        assert.equal(textOf(event), "c".repeat(1500));
        return done();
      },
    };
  });
  run(t);
});

testLoop("more pieces in one turn than are described at once all leave", (t) => {
  play(t, (scope) => {
    const { port } = receiver(scope);
    const client = scope.udp();
    const chain = scattered(scope, "d", 50);
    for (let i = 0; i < 30; i++) client.send(chain, HOST, port);
    chain.consume(chain.length);
    return {
      datagram(event) {
        t.events.push(textOf(event));
        if (t.events.length === 30) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(new Set(t.events), new Set(["d".repeat(50)]));
});
