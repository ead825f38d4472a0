import assert from "node:assert/strict";
import { done, type Udp } from "../../src/mod.ts";
import { HOST, receiver, textOf } from "../fixtures/handle_udp.ts";
import { once, play, run, throwsState, throwsUv } from "../fixtures/handle_machine.ts";
import {
  closeFd,
  datagramPair,
  pipePair,
  socketPair,
  tcpSocket,
  udpSocket,
  withoutDescriptors,
} from "../fixtures/handle_system.ts";
import { openFds, testLoop } from "../harness.ts";

testLoop("U11: a port is bound once: EADDRINUSE, unless both reuse the address", (t) => {
  once(t, (scope) => {
    const [first, second] = [scope.udp(), scope.udp()];
    first.bind(HOST, 0);
    const { port } = first.localAddress();
    throwsUv(() => second.bind(HOST, port), "EADDRINUSE");
    throwsUv(() => second.bind(HOST, port, { reuseAddress: true }), "EADDRINUSE");
    const [third, fourth] = [scope.udp(), scope.udp()];
    third.bind(HOST, 0, { reuseAddress: true });
    fourth.bind(HOST, third.localAddress().port, { reuseAddress: true });
    throwsUv(() => first.bind(HOST, 0), "EINVAL");
  });
});

testLoop("sockets with reusePort share a port, with none that does not want it", (t) => {
  play(t, (scope) => {
    const sockets: Udp[] = [];
    let port = 0;
    for (let i = 0; i < 4; i++) {
      const udp = scope.udp();
      udp.bind(HOST, port, { reusePort: true });
      udp.receiveStart();
      port = udp.localAddress().port;
      sockets.push(udp);
    }
    throwsUv(() => scope.udp().bind(HOST, port), "EADDRINUSE");
    throwsUv(() => scope.udp().bind(HOST, port, { reuseAddress: true }), "EADDRINUSE");
    for (let i = 0; i < 64; i++) scope.udp().send("x", HOST, port); // of 64 senders
    const heard = new Set<Udp>();
    return {
      datagram({ handle }) {
        heard.add(handle);
        t.events.push("x");
        if (t.events.length < 64) return;
        assert.ok(heard.size > 1, "the kernel spreads them");
        return done();
      },
    };
  });
  run(t);
});

testLoop("the port of a socket that was adopted can be shared too", (t) => {
  once(t, (scope) => {
    const fd = udpSocket();
    const [first, second] = [scope.udp(), scope.udp()];
    first.open(fd);
    closeFd(fd);
    first.bind(HOST, 0, { reusePort: true });
    second.bind(HOST, first.localAddress().port, { reusePort: true });
  });
});

testLoop("U8: `::` hears IPv4 and IPv6, with ipv6Only just the latter", (t) => {
  play(t, (scope) => {
    const both = scope.udp();
    both.bind("::", 0);
    both.receiveStart();
    const only = scope.udp();
    only.bind("::", 0, { ipv6Only: true });
    only.receiveStart();
    const ports = [both, only].map((udp) => udp.localAddress().port) as [number, number];
    const client = scope.udp();
    const client6 = scope.udp();
    client.send("four", HOST, ports[0]);
    client.send("four", HOST, ports[1]);
    client6.send("six", "::1", ports[0]);
    client6.send("six", "::1", ports[1]);
    const timer = scope.timer();
    return {
      datagram(event) {
        const { handle, peer } = event;
        t.events.push(`${handle === both ? "both" : "only"} ${textOf(event)} ${peer?.address}`);
        if (t.events.length === 3) timer.start(20); // for one that must not come
      },
      timer: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), [
    "both four ::ffff:127.0.0.1",
    "both six ::1",
    "only six ::1",
  ]);
});

testLoop("a socket of IPv6 replies to IPv4 and IPv6 senders", (t) => {
  play(t, (scope) => {
    const server = scope.udp();
    server.bind("::", 0);
    server.receiveStart();
    const { port } = server.localAddress();
    for (const address of [HOST, "::1"]) {
      const client = scope.udp();
      client.send(address, address, port);
      client.receiveStart();
    }
    return {
      datagram(event) {
        if (event.handle === server) return server.reply(event.block);
        t.events.push(textOf(event));
        if (t.events.length === 2) return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), [HOST, "::1"].toSorted());
});

testLoop("U11: open() works on a duplicate, once; a second time is EBUSY", (t) => {
  play(t, (scope) => {
    const fd = udpSocket();
    const udp = scope.udp();
    udp.open(fd);
    const before = openFds();
    throwsUv(() => udp.open(fd), "EBUSY");
    assert.equal(openFds(), before);
    closeFd(fd); // what a stranger may do
    udp.bind(HOST, 0);
    udp.receiveStart();
    udp.send("to itself", HOST, udp.localAddress().port);
    return {
      datagram(event) {
        assert.equal(textOf(event), "to itself");
        return done();
      },
    };
  });
  run(t);
});

testLoop("U11: datagrams go through sockets of the unix domain, which have no addresses", (t) => {
  play(t, (scope) => {
    const [one, other] = datagramPair().map((fd) => {
      const udp = scope.udp();
      udp.open(fd);
      closeFd(fd);
      return udp;
    }) as [Udp, Udp];
    one.receiveStart();
    other.send("x");
    throwsState(() => one.localAddress());
    throwsState(() => one.remoteAddress());
    throwsState(() => other.send("x", HOST, 7));
    return {
      datagram(event) {
        assert.equal(event.peer, undefined);
        t.events.push(textOf(event));
        if (event.handle === other) return done();
        other.receiveStart();
        one.reply("y"); // to the one that it is connected to
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["x", "y"]);
});

testLoop("open() refuses what is no datagram socket, and keeps no descriptor", (t) => {
  once(t, (scope) => {
    const udp = scope.udp();
    const fds = [tcpSocket(), ...pipePair(), ...socketPair()];
    const before = openFds();
    for (const fd of fds) throwsUv(() => udp.open(fd), "ENOTSOCK");
    throwsUv(() => udp.open(9999), "EBADF");
    for (const fd of [-1, 1.5, NaN]) assert.throws(() => udp.open(fd), RangeError);
    assert.throws(() => udp.open("0" as unknown as number), TypeError);
    assert.equal(openFds(), before);
    for (const fd of fds) closeFd(fd);
    udp.bind(HOST, 0);
  });
});

testLoop("U9: options take what the manual says, and need a socket: EBADF", (t) => {
  once(t, (scope) => {
    const lazy = scope.udp();
    const calls: ((udp: Udp) => void)[] = [
      (udp) => udp.broadcast(true),
      (udp) => udp.ttl(7),
      (udp) => udp.multicastTtl(7),
      (udp) => udp.multicastLoop(false),
    ];
    for (const call of calls) throwsUv(() => call(lazy), "EBADF");
    throwsUv(() => lazy.localAddress(), "EBADF");
    for (const address of [HOST, "::1"]) {
      const udp = scope.udp();
      udp.bind(address, 0);
      for (const call of calls) call(udp);
      for (const hops of [1, 255]) udp.ttl(hops);
      for (const hops of [0, 1, 255]) udp.multicastTtl(hops);
      for (const on of [false, true]) {
        udp.broadcast(on);
        udp.multicastLoop(on);
      }
      for (const hops of [0, 256, -1, 1.5]) assert.throws(() => udp.ttl(hops), RangeError);
      for (const hops of [-1, 256]) assert.throws(() => udp.multicastTtl(hops), RangeError);
      assert.throws(() => udp.broadcast(1 as unknown as boolean), TypeError);
      assert.throws(() => udp.multicastLoop("" as unknown as boolean), TypeError);
      assert.throws(() => udp.ttl("7" as unknown as number), TypeError);
    }
  });
});

testLoop("what scope.udp() and bind() are given is checked", (t) => {
  once(t, (scope) => {
    for (const max of [0, -1, 1.5, 65536 - 27]) {
      assert.throws(() => scope.udp({ datagramBytesMax: max }), RangeError);
    }
    const wrong = [null, 7, { datagramBytesMax: "7" }, { recvmmsg: 1 }];
    for (const options of wrong) assert.throws(() => scope.udp(options as object), TypeError);
    const udp = scope.udp();
    assert.throws(() => udp.bind("localhost", 0), RangeError);
    assert.throws(() => udp.bind(HOST, 65536), RangeError);
    assert.throws(() => udp.bind(HOST, 0, null as unknown as object), TypeError);
    for (const name of ["ipv6Only", "reuseAddress", "reusePort", "reportErrors"]) {
      assert.throws(() => udp.bind(HOST, 0, { [name]: 1 }), TypeError);
    }
    throwsUv(() => udp.bind("192.0.2.1", 0), "EADDRNOTAVAIL");
  });
});

testLoop("where large blocks are not to be had, long datagrams are refused at once", (t) => {
  once(t, (scope) => {
    assert.throws(() => scope.udp({ datagramBytesMax: 16384 }), RangeError);
    scope.udp({ datagramBytesMax: 16384 - 28 });
  });
}, { largeBlockBytes: 0 });

testLoop("without descriptors binding is EMFILE, and works afterwards", (t) => {
  once(t, (scope) => {
    const [udp, shared, adopting] = [scope.udp(), scope.udp(), scope.udp()];
    const fd = udpSocket();
    withoutDescriptors(() => {
      throwsUv(() => udp.bind(HOST, 0), "EMFILE");
      throwsUv(() => udp.send("x", HOST, 7), "EMFILE");
      throwsUv(() => shared.bind(HOST, 0, { reusePort: true }), "EMFILE");
      throwsUv(() => adopting.open(fd), "EMFILE");
      throwsUv(() => udp.receiveStart(), "EMFILE");
    });
    udp.bind(HOST, 0);
    shared.bind(HOST, 0, { reusePort: true });
    adopting.open(fd);
    closeFd(fd);
  });
});

testLoop("receiveStart() binds a socket that is not bound", (t) => {
  play(t, (scope) => {
    const { udp } = { udp: scope.udp() };
    udp.receiveStart();
    const { port, address } = udp.localAddress();
    assert.equal(address, "0.0.0.0");
    receiver(scope).udp.send("x", HOST, port);
    return { datagram: () => done() };
  });
  run(t);
});
