import assert from "node:assert/strict";
import { done, type IoEvent, ok, type Scope, type Udp } from "../../src/mod.ts";
import { HOST, receiver } from "../fixtures/handle_udp.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { assertNothingLeft, testLoop } from "../harness.ts";

const SOCKETS = 2500;

testLoop("C32: many sockets that close each other in the middle of a turn, all are closed", (t) => {
  play(t, (scope) => {
    const sockets = Array.from({ length: SOCKETS }, () => receiver(scope));
    for (const [index, { udp }] of sockets.entries()) {
      const to = sockets[(index + 1) % SOCKETS] as typeof sockets[number];
      udp.send(String(index), HOST, to.port);
    }
    let closed = 0;
    let isClosing = false;
    return {
      datagram() {
        assert.equal(isClosing, false, "no event after close()");
        isClosing = true;
        for (const { udp, port } of sockets) {
          udp.send("to one that may be closed", HOST, port);
          udp.close();
        }
      },
      closed() {
        closed++;
        if (closed === SOCKETS) return done();
      },
    };
  });
  run(t);
  assertNothingLeft(t.loop);
});

/** What may be under way when a socket is closed. */
const moments: Readonly<Record<string, (scope: Scope, udp: Udp, port: number) => void>> = {
  "nothing": () => {},
  "receiving": (_scope, udp) => udp.receiveStart(),
  "sending": (_scope, udp, port) => udp.send("x", HOST, port),
  "sending and waiting for it": (_scope, udp, port) => {
    udp.send("x", HOST, port);
    udp.requestSent();
  },
  "waiting for what was sent": (_scope, udp) => udp.requestSent(),
  "being connected": (_scope, udp, port) => {
    udp.connect(HOST, port);
    udp.send("x");
  },
  "a group": (_scope, udp) => udp.joinGroup("239.255.0.1", { interfaceAddress: HOST }),
};

for (const [moment, prepare] of Object.entries(moments)) {
  for (const how of ["close()", "the end of its machine"]) {
    testLoop(`${how} while there is ${moment} leaves nothing behind`, (t) => {
      play(t, (scope) => {
        const { port } = receiver(scope);
        const udp = scope.udp({ recvmmsg: true });
        prepare(scope, udp, port);
        if (how === "close()") udp.close();
        else scope.timer().start(0);
        return {
          timer: () => done(),
          closed: () => done(),
          datagram: () => ok(),
          sent: () => ok(),
        };
      });
      run(t);
      assertNothingLeft(t.loop);
    });
  }
}

testLoop("every call on a closed socket is refused", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    udp.close();
    const calls: Readonly<Record<string, () => unknown>> = {
      bind: () => udp.bind(HOST, 0),
      open: () => udp.open(0),
      connect: () => udp.connect(HOST, port),
      disconnect: () => udp.disconnect(),
      send: () => udp.send("x", HOST, port),
      reply: () => udp.reply("x"),
      trySend: () => udp.trySend("x", HOST, port),
      requestSent: () => udp.requestSent(),
      receiveStart: () => udp.receiveStart(),
      receiveStop: () => udp.receiveStop(),
      localAddress: () => udp.localAddress(),
      remoteAddress: () => udp.remoteAddress(),
      joinGroup: () => udp.joinGroup("239.255.0.1"),
      leaveGroup: () => udp.leaveGroup("239.255.0.1"),
      multicastLoop: () => udp.multicastLoop(true),
      multicastTtl: () => udp.multicastTtl(1),
      multicastInterface: () => udp.multicastInterface(HOST),
      broadcast: () => udp.broadcast(true),
      ttl: () => udp.ttl(1),
      close: () => udp.close(),
    };
    for (const call of Object.values(calls)) throwsClosed(call);
    assert.deepEqual([udp.sendQueueCount, udp.sendQueueSize], [0, 0]);
    return { closed: () => (Object.values(calls).forEach(throwsClosed), done()) };
  });
  run(t);
});

testLoop("a machine that ends in a datagram's event may have replied before", (t) => {
  play(t, (scope) => {
    const { udp: client } = receiver(scope);
    t.loop.addMachine((other) => {
      const { udp, port } = receiver(other);
      client.send("x", HOST, port);
      return ok({
        ready: () => {
          udp.reply("last words");
          return done();
        },
      });
    });
    return {
      datagram({ byteLength }) {
        assert.equal(byteLength, 10);
        return done();
      },
    };
  });
  run(t);
});

testLoop("a socket that is registered elsewhere is heard there", (t) => {
  play(t, (scope) => {
    const { udp, port } = receiver(scope);
    scope.udp().send("x", HOST, port);
    t.loop.addMachine((other) => {
      other.register(udp);
      return ok({
        ready: (event: IoEvent) => {
          t.events.push(event.kind);
          return done();
        },
      });
    });
    scope.timer().start(5);
    return { timer: () => done() };
  });
  run(t);
  assert.deepEqual(t.events, ["datagram"]);
});
