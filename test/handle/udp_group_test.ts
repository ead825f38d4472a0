import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { done, type Scope, type Udp } from "../../src/mod.ts";
import { HOST, textOf } from "../fixtures/handle_udp.ts";
import { once, play, run, throwsUv } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";

const GROUP = "239.255.0.1";
const loopback = Object.entries(networkInterfaces()).find(([, all]) => all?.[0]?.internal);

/** A socket that is bound so that it may join groups, and its port. */
function listener(scope: Scope, address = "0.0.0.0"): { udp: Udp; port: number } {
  const udp = scope.udp();
  udp.bind(address, 0, { reuseAddress: true });
  udp.receiveStart();
  return { udp, port: udp.localAddress().port };
}

testLoop(
  "U10: who has joined a group receives what it sends there itself, until it leaves",
  (t) => {
    play(t, (scope) => {
      const { udp, port } = listener(scope);
      const options = { interfaceAddress: HOST };
      udp.joinGroup(GROUP, options);
      throwsUv(() => udp.joinGroup(GROUP, options), "EADDRINUSE");
      udp.multicastInterface(HOST);
      udp.multicastLoop(true);
      udp.send("one", GROUP, port);
      udp.send("two", GROUP, port);
      const timer = scope.timer();
      return {
        datagram(event) {
          t.events.push(textOf(event));
          assert.equal(event.peer?.port, port);
          if (t.events.length !== 2) return;
          udp.leaveGroup(GROUP, options);
          throwsUv(() => udp.leaveGroup(GROUP, options), "EADDRNOTAVAIL");
          udp.send("unheard", GROUP, port);
          timer.start(20);
        },
        timer: () => done(),
      };
    });
    run(t);
    assert.deepEqual(t.events, ["one", "two"]);
  },
);

testLoop("a membership for one sender hears that one only", (t) => {
  play(t, (scope) => {
    const { udp, port } = listener(scope);
    udp.joinGroup(GROUP, { interfaceAddress: HOST, sourceAddress: "127.0.0.2" });
    const senders = ["127.0.0.3", "127.0.0.2"].map((address) => {
      const sender = scope.udp();
      sender.bind(address, 0);
      sender.multicastInterface(HOST);
      sender.send(`of ${address}`, GROUP, port);
      return sender;
    });
    assert.equal(senders.length, 2);
    return {
      datagram(event) {
        t.events.push(textOf(event));
        udp.leaveGroup(GROUP, { interfaceAddress: HOST, sourceAddress: "127.0.0.2" });
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["of 127.0.0.2"]);
});

testLoop("without multicastLoop() this host does not hear what it sends", (t) => {
  play(t, (scope) => {
    const { udp, port } = listener(scope);
    udp.joinGroup(GROUP, { interfaceAddress: HOST });
    const sender = scope.udp();
    sender.bind(HOST, 0);
    sender.multicastInterface(HOST);
    sender.multicastLoop(false);
    sender.send("unheard", GROUP, port);
    sender.multicastLoop(true);
    sender.requestSent();
    return {
      sent: () => sender.send("heard", GROUP, port),
      datagram(event) {
        t.events.push(textOf(event));
        if (t.events.at(-1) === "heard") return done();
      },
    };
  });
  run(t);
  assert.ok(t.events.includes("heard"));
});

testLoop("addresses of groups, interfaces and senders are checked", (t) => {
  once(t, (scope) => {
    const { udp } = listener(scope);
    for (const call of ["joinGroup", "leaveGroup"] as const) {
      assert.throws(() => udp[call]("nobody"), RangeError);
      assert.throws(() => udp[call](`${GROUP}\0`), RangeError);
      assert.throws(() => udp[call](7 as unknown as string), TypeError);
      assert.throws(() => udp[call](GROUP, null as unknown as object), TypeError);
      assert.throws(() => udp[call](GROUP, { interfaceAddress: "lo" }), RangeError);
      assert.throws(() => udp[call](GROUP, { sourceAddress: "" }), RangeError);
      throwsUv(() => udp[call](GROUP, { sourceAddress: "::1" }), "EINVAL");
    }
    throwsUv(() => udp.joinGroup(HOST), "EINVAL");
    assert.throws(() => udp.multicastInterface("lo"), RangeError);
    throwsUv(() => scope.udp().multicastInterface(HOST), "EBADF");
  });
});

if (loopback?.[1]?.some(({ family }) => family === "IPv6")) {
  testLoop("U10: a group of IPv6 is joined and left by the name of an interface", (t) => {
    play(t, (scope) => {
      const { udp } = listener(scope, "::");
      const interfaceAddress = `::%${loopback[0]}`;
      udp.joinGroup("ff02::1234", { interfaceAddress });
      udp.multicastInterface(interfaceAddress);
      udp.leaveGroup("ff02::1234", { interfaceAddress });
      throwsUv(() => udp.leaveGroup("ff02::1234", { interfaceAddress }), "EADDRNOTAVAIL");
      throwsUv(() => udp.joinGroup("ff02::1234", { interfaceAddress: HOST }), "EINVAL");
      scope.timer().start(0); // what is sent there arrives only where the host has a route
      return { timer: () => done() };
    });
    run(t);
  });
}
