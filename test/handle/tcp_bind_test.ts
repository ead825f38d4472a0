import assert from "node:assert/strict";
import { done, type IpAddress, type Tcp, UvError } from "../../src/mod.ts";
import { once, play, run, throwsState, throwsUv } from "../fixtures/handle_machine.ts";
import { asTcp } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

testLoop("C22: an address in use is EADDRINUSE at listen(), and the message names it", (t) => {
  play(t, (scope) => {
    const [first, second] = [scope.tcp(), scope.tcp()];
    first.bind("127.0.0.1", 0);
    first.listen();
    const { port } = first.localAddress();
    second.bind("127.0.0.1", port);
    throwsUv(() => second.listen(), "EADDRINUSE");
    assert.throws(() => second.listen(), (error) => {
      assert.ok(error instanceof UvError);
      return error.message.startsWith(`Cannot listen on 127.0.0.1:${port}: EADDRINUSE, `);
    });
    assert.equal(second.state, "open");
    first.close();
    second.close();
    scope.timer().start(5);
    return {
      timer() {
        const third = scope.tcp();
        third.bind("127.0.0.1", port); // free again
        third.listen();
        return done();
      },
    };
  });
  run(t);
});

testLoop("C22: a client that is bound to a busy address fails to connect with EADDRINUSE", (t) => {
  play(t, (scope) => {
    const [listener, client] = [scope.tcp(), scope.tcp()];
    listener.bind("127.0.0.1", 0);
    listener.listen();
    const { port } = listener.localAddress();
    client.bind("127.0.0.1", port);
    client.connect("127.0.0.1", port);
    return {
      connectFailed({ handle, error }) {
        assert.equal(handle, client);
        assert.equal(error.code, "EADDRINUSE");
        return done();
      },
    };
  });
  run(t);
});

testLoop("C23: a non-local address is EADDRNOTAVAIL, at listen() as libuv tells it", (t) => {
  once(t, (scope) => {
    const tcp = scope.tcp();
    throwsUv(() => {
      tcp.bind("192.0.2.1", 0);
      tcp.listen();
    }, "EADDRNOTAVAIL");
  });
});

testLoop("C23: a second bind is EINVAL, and a StateError once the socket is in use", (t) => {
  once(t, (scope) => {
    const tcp = scope.tcp();
    tcp.bind("127.0.0.1", 0);
    throwsUv(() => tcp.bind("127.0.0.1", 0), "EINVAL");
    tcp.listen();
    throwsState(() => tcp.bind("127.0.0.1", 0));
    throwsState(() => tcp.listen());
    throwsState(() => tcp.connect("127.0.0.1", 1));
    throwsState(() => tcp.open(0));
    throwsState(() => tcp.readStart());
    throwsState(() => tcp.write("x"));
    throwsState(() => tcp.shutdown());
  });
});

testLoop("an IPv4 socket cannot become an IPv6 one", (t) => {
  once(t, (scope) => {
    const tcp = scope.tcp();
    tcp.bind("127.0.0.1", 0);
    throwsUv(() => tcp.bind("::1", 0), "EINVAL", "ENOPROTOOPT");
  });
});

for (const [address, family] of [["127.0.0.1", "IPv4"], ["::1", "IPv6"]] as const) {
  testLoop(`C31: both ends know their names, before and after the connection: ${family}`, (t) => {
    let local: IpAddress | undefined;
    play(t, (scope) => {
      const [listener, client] = [scope.tcp(), scope.tcp()];
      throwsUv(() => listener.localAddress(), "EBADF", "EINVAL");
      throwsUv(() => listener.remoteAddress(), "EBADF", "EINVAL", "ENOTCONN");
      listener.bind(address, 0);
      listener.listen();
      local = listener.localAddress();
      assert.deepEqual([local.family, local.address], [family, address]);
      assert.ok(local.port > 0 && local.port < 65536);
      throwsUv(() => listener.remoteAddress(), "ENOTCONN");
      client.connect(address, local.port);
      const names = (tcp: Tcp): unknown[] => [tcp.localAddress(), tcp.remoteAddress()];
      let accepted: Tcp | undefined;
      const compare = (): ReturnType<typeof done> | void => {
        t.events.push("end");
        if (t.events.length < 2) return;
        assert.deepEqual(names(accepted as Tcp), names(client).toReversed());
        assert.deepEqual(client.remoteAddress(), local);
        return done();
      };
      return {
        connected: compare,
        connection({ stream }) {
          accepted = asTcp(stream);
          return compare();
        },
      };
    });
    run(t);
  });
}

testLoop("a port that is bound alone is used for the connection", (t) => {
  play(t, (scope) => {
    const [listener, client] = [scope.tcp(), scope.tcp()];
    listener.listen(); // an address of the system's choice
    const { port, address } = listener.localAddress();
    assert.ok(port > 0);
    assert.equal(address, "0.0.0.0");
    client.bind("127.0.0.1", 0);
    const bound = client.localAddress();
    client.connect("127.0.0.1", port);
    return {
      connected() {
        assert.deepEqual(client.localAddress(), bound);
      },
      connection({ stream }) {
        assert.deepEqual(asTcp(stream).remoteAddress(), bound);
        return done();
      },
    };
  });
  run(t);
});

for (const ipv6Only of [false, true]) {
  testLoop(
    `an IPv6 listener with ipv6Only ${ipv6Only} ${ipv6Only ? "refuses" : "takes"} IPv4`,
    (t) => {
      play(t, (scope) => {
        const [listener, client] = [scope.tcp(), scope.tcp()];
        listener.bind("::", 0, { ipv6Only });
        listener.listen();
        client.connect("127.0.0.1", listener.localAddress().port);
        return {
          connection({ stream }) {
            assert.ok(!ipv6Only);
            assert.equal(asTcp(stream).remoteAddress().address, "::ffff:127.0.0.1");
            return done();
          },
          connected: () => assert.ok(!ipv6Only),
          connectFailed({ error }) {
            assert.ok(ipv6Only);
            assert.equal(error.code, "ECONNREFUSED");
            return done();
          },
        };
      });
      run(t);
    },
  );
}

testLoop("C31: nodelay, keepalive and simultaneous accepts are taken in any state", (t) => {
  const setAll = (tcp: Tcp): void => {
    for (const enable of [true, false]) {
      tcp.nodelay(enable);
      tcp.keepalive(enable);
      tcp.keepalive(enable, 1);
      tcp.keepalive(enable, 32767);
      tcp.simultaneousAccepts(enable);
    }
  };
  play(t, (scope) => {
    const [listener, client] = [scope.tcp(), scope.tcp()];
    setAll(listener);
    setAll(client);
    listener.bind("127.0.0.1", 0);
    setAll(listener);
    listener.listen();
    setAll(listener);
    client.connect("127.0.0.1", listener.localAddress().port);
    setAll(client);
    return {
      connected: () => setAll(client),
      connection({ stream }) {
        setAll(asTcp(stream));
        return done();
      },
    };
  });
  run(t);
});
