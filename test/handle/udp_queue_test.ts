import assert from "node:assert/strict";
import { done, PinnedMemory, type Scope, type Udp } from "../../src/mod.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { closeFd, datagramPair } from "../fixtures/handle_system.ts";
import { HOST, receiver, textOf } from "../fixtures/handle_udp.ts";
import { assertNothingLeft, testLoop } from "../harness.ts";

/** A socket of the unix domain that is connected to another, which `read` empties. */
function slowPair(scope: Scope): { udp: Udp; peer: Udp } {
  const fds = datagramPair();
  const [udp, peer] = fds.map((fd) => {
    const socket = scope.udp();
    socket.open(fd);
    closeFd(fd);
    return socket;
  }) as [Udp, Udp];
  return { udp, peer };
}

testLoop("U11: what a socket does not take waits, leaves in order, and `sent` tells when", (t) => {
  play(t, (scope) => {
    const { udp, peer } = slowPair(scope);
    const bytes = new Uint8Array(20_000); // sent from where they are
    for (let i = 0; i < 300; i++) udp.send(i % 3 === 0 ? String(i) : `${i} `.repeat(100));
    udp.send(bytes);
    let received = 0;
    let isSent = false;
    scope.timer().start(5);
    return {
      timer() {
        assert.ok(udp.sendQueueCount > 0 && udp.sendQueueSize > 20_000, "it takes few");
        assert.equal(udp.trySend("x"), false);
        udp.send("last"); // behind those that wait
        peer.receiveStart();
      },
      sent() {
        isSent = true;
        assert.deepEqual([udp.sendQueueCount, udp.sendQueueSize], [0, 0]);
        if (received === 302) return done();
      },
      datagram(event) {
        const { peer: sender, byteLength } = event;
        assert.equal(sender, undefined);
        if (received < 300) assert.equal(parseInt(textOf(event)), received);
        if (received === 300) assert.equal(byteLength, 16384 - 28);
        if (received === 301) assert.equal(textOf(event), "last");
        received++;
        if (received === 302 && isSent) return done();
      },
    };
  });
  run(t);
  const { queuedWrites } = t.loop.metrics();
  assert.ok(queuedWrites > 0);
});

testLoop("a socket that is closed while datagrams wait gives all memory back", (t) => {
  play(t, (scope) => {
    const { udp } = slowPair(scope);
    for (let i = 0; i < 300; i++) udp.send(`${i}`);
    const memory = new PinnedMemory(new Uint8Array(10), {
      released: () => void t.events.push("released"),
    });
    udp.send(memory);
    memory.release();
    scope.timer().start(5);
    return {
      timer() {
        assert.ok(udp.sendQueueCount > 0);
        udp.close();
        assert.equal(udp.sendQueueCount, 0);
      },
      closed: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["released"]);
  assertNothingLeft(t.loop);
});

testLoop("trySend() again and again in one turn takes nothing that is not given back", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    const client = scope.udp();
    for (let i = 0; i < 2000; i++) client.trySend(String(i), HOST, port);
    assert.equal(t.loop.metrics().blocks.held, 0);
    client.close();
    udp.close();
    return { closed: () => done() };
  });
  run(t);
  assertNothingLeft(t.loop);
});
