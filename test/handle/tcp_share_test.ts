import assert from "node:assert/strict";
import { closeFd as closeDetached, done, type Scope, type Tcp } from "../../src/mod.ts";
import { once, play, run, throwsState, throwsUv } from "../fixtures/handle_machine.ts";
import { closeFd, connectedSocket, listeningSocket } from "../fixtures/handle_system.ts";
import { asTcp, localListener } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

/** A listener that shares its port; 0 takes any. */
function sharing(scope: Scope, port: number, address = "127.0.0.1"): Tcp {
  const listener = scope.tcp();
  listener.bind(address, port, { reusePort: true });
  listener.listen();
  return listener;
}

for (const address of ["127.0.0.1", "::1"]) {
  testLoop(`listeners on ${address} with reusePort share a port; each is connected to`, (t) => {
    const clients = 32; // that all of them reach one of two: 1 in 2 ** 31
    const reached = new Set<unknown>();
    play(t, (scope) => {
      const first = sharing(scope, 0, address);
      const { port } = first.localAddress();
      sharing(scope, port, address);
      for (let i = 0; i < clients; i++) scope.tcp().connect(address, port);
      let connections = 0;
      return {
        connected: () => {},
        connection({ handle }) {
          reached.add(handle);
          if (++connections === clients) return done();
        },
      };
    });
    run(t);
    assert.equal(reached.size, 2);
  });
}

testLoop("a port is shared only if all who bind it say so", (t) => {
  once(t, (scope) => {
    const { port } = sharing(scope, 0).localAddress();
    const other = scope.tcp();
    throwsUv(() => {
      other.bind("127.0.0.1", port);
      other.listen();
    }, "EADDRINUSE");
  });
});

testLoop("reusePort is set on a socket that the handle has already, and checked before", (t) => {
  const { fd, port } = listeningSocket();
  once(t, (scope) => {
    const adopted = scope.tcp();
    adopted.open(fd);
    throwsUv(() => adopted.bind("127.0.0.1", port, { reusePort: true }), "EINVAL"); // bound before
    const tcp = scope.tcp();
    assert.throws(() => tcp.bind("127.0.0.1", 0, { reusePort: 1 as never }), TypeError);
    assert.throws(() => tcp.bind("nowhere", 0, { reusePort: true }), RangeError);
    tcp.bind("127.0.0.1", 0, { reusePort: true });
    throwsUv(() => tcp.bind("127.0.0.1", 0, { reusePort: true }), "EINVAL");
  });
  closeFd(fd);
});

testLoop("a connection that is detached goes on in another handle, and nothing is lost", (t) => {
  let text = "";
  play(t, (scope) => {
    const listener = localListener(scope);
    const client = scope.tcp();
    client.connect("127.0.0.1", listener.localAddress().port);
    const second = scope.tcp();
    return {
      connected: () => client.write("before and after"),
      connection({ stream }) {
        const fd = asTcp(stream).detach();
        assert.equal(stream.state, "closing");
        second.open(fd);
        closeDetached(fd);
        second.readStart();
      },
      read({ bytes, handle }) {
        assert.equal(handle, second);
        text += new TextDecoder().decode(bytes);
        if (text === "before and after") return done();
      },
    };
  });
  run(t);
});

testLoop("detach() is refused unless the socket is connected and all is sent", (t) => {
  const server = listeningSocket();
  const fd = connectedSocket(server.port);
  once(t, (scope) => {
    throwsState(() => scope.tcp().detach());
    throwsState(() => sharing(scope, 0).detach());
    const tcp = scope.tcp();
    tcp.open(fd);
    tcp.write("not sent yet");
    throwsState(() => tcp.detach());
    tcp.close();
    assert.throws(() => tcp.detach(), { name: "ClosedError" });
    const other = scope.tcp();
    other.open(fd);
    closeDetached(other.detach());
  });
  closeFd(fd);
  closeFd(server.fd);
});
