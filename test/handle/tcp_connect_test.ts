import assert from "node:assert/strict";
import { done, type Scope } from "../../src/mod.ts";
import { play, run, throwsState, throwsUv } from "../fixtures/handle_machine.ts";
import { closeFd, listeningSocket } from "../fixtures/handle_system.ts";
import { expectText, listenOnce, localListener } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

/** A port on which nobody listens: it was bound, and is kept bound. */
function closedPort(scope: Scope): number {
  const holder = scope.tcp();
  holder.bind("127.0.0.1", 0);
  return holder.localAddress().port;
}

testLoop(
  "C5: connect to a closed port -> connectFailed ECONNREFUSED once, the handle stays open",
  (t) => {
    play(t, (scope) => {
      const client = scope.tcp();
      const port = closedPort(scope);
      client.connect("127.0.0.1", port);
      scope.timer().start(30);
      return {
        connectFailed({ handle, error }) {
          assert.equal(handle, client);
          assert.equal(error.code, "ECONNREFUSED");
          assert.equal(error.syscall, "connect to");
          assert.match(
            error.message,
            new RegExp(`^Cannot connect to 127.0.0.1:${port}: ECONNREFUSED`),
          );
          t.events.push("connectFailed");
        },
        timer() {
          assert.equal(client.state, "open");
          throwsState(() => client.write("x"));
          throwsState(() => client.readStart());
          client.close();
          t.events.push("close");
        },
        closed({ handle }) {
          if (handle === client) return done();
        },
      };
    });
    run(t);
    assert.deepEqual(t.events, ["connectFailed", "close"]);
  },
);

testLoop(
  "after a refusal the same handle can connect elsewhere, and what it writes arrives",
  (t) => {
    const port = listenOnce(t, expectText("at last"));
    play(t, (scope) => {
      const client = scope.tcp();
      client.connect("127.0.0.1", closedPort(scope));
      client.write("too early");
      return {
        connectFailed: ({ error }) => void t.events.push(error.code),
        writeFailed({ error }) {
          t.events.push(error.code);
          // Linux reports the end of the first attempt once more before it lets a socket try again.
          throwsUv(() => client.connect("127.0.0.1", port), "ECONNABORTED");
          client.connect("127.0.0.1", port);
        },
        connected() {
          client.write("at last");
          client.readStart();
        },
        end: () => done(),
        readFailed: () => done(),
      };
    });
    run(t);
    assert.deepEqual(t.events, ["ECONNREFUSED", "ECANCELED"]);
  },
);

testLoop("C6: a write before a refused connection fails with ECANCELED, once", (t) => {
  play(t, (scope) => {
    const client = scope.tcp();
    client.connect("127.0.0.1", closedPort(scope));
    for (let i = 0; i < 10; i++) client.write("never sent");
    scope.timer().start(30);
    return {
      connectFailed: ({ error }) => void t.events.push(error.code),
      writeFailed({ error }) {
        t.events.push(error.code);
        assert.equal(client.writeQueueSize, 0);
      },
      timer: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["ECONNREFUSED", "ECANCELED"]);
});

testLoop("C7: a handle that is closed while it connects tells of nothing but closed", (t) => {
  play(t, (scope) => {
    const listener = localListener(scope);
    const client = scope.tcp();
    client.connect("127.0.0.1", listener.localAddress().port);
    client.write("never sent");
    client.close();
    return {
      connection: () => {},
      closed({ handle }) {
        assert.equal(handle, client);
        return done();
      },
    };
  });
  run(t);
  assert.equal(t.loop.metrics().requests, 0);
});

testLoop("C7: connections that hang on a full backlog can be closed, and the loop ends", (t) => {
  // The kernel completes as many handshakes as the backlog holds; nobody accepts.
  play(t, (scope) => {
    const { fd, port } = listeningSocket(4);
    const clients = Array.from({ length: 24 }, () => scope.tcp());
    for (const client of clients) client.connect("127.0.0.1", port);
    scope.timer().start(50);
    let connected = 0;
    let closed = 0;
    return {
      connected: () => void connected++,
      timer() {
        assert.ok(connected < clients.length, "all are connected: nothing hangs");
        assert.equal(t.loop.metrics().requests, clients.length - connected);
        for (const client of clients) client.close();
      },
      closed() {
        if (++closed < clients.length) return;
        closeFd(fd);
        return done();
      },
    };
  });
  run(t);
  assert.equal(t.loop.metrics().requests, 0);
});

testLoop("a handle that connects is not bound, connected, adopted or listening besides", (t) => {
  play(t, (scope) => {
    const listener = localListener(scope);
    const client = scope.tcp();
    const { port } = listener.localAddress();
    client.connect("127.0.0.1", port);
    const refused = (): void => {
      throwsState(() => client.connect("127.0.0.1", port));
      throwsState(() => client.bind("127.0.0.1", 0));
      throwsState(() => client.open(0));
    };
    refused();
    throwsState(() => client.listen());
    throwsState(() => client.shutdown());
    throwsState(() => client.readStart());
    return {
      connection: () => {},
      connected() {
        refused();
        throwsUv(() => client.listen(), "EINVAL");
        client.write("x");
        client.shutdown();
      },
      shutdown: () => done(),
    };
  });
  run(t);
});

testLoop("a socket of IPv4 does not connect to an IPv6 address", (t) => {
  play(t, (scope) => {
    const client = scope.tcp();
    client.bind("127.0.0.1", 0);
    let isRefused = false;
    try {
      client.connect("::1", closedPort(scope));
    } catch {
      isRefused = true;
    }
    scope.timer().start(isRefused ? 0 : 5000);
    return { timer: () => done(), connectFailed: () => done() };
  });
  run(t);
});
