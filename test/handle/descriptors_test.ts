import assert from "node:assert/strict";
import { done } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { play, run, throwsUv } from "../fixtures/handle_machine.ts";
import {
  closeFd,
  forbidDescriptors,
  tcpSocket,
  withoutDescriptors,
} from "../fixtures/handle_system.ts";
import {
  connectPair,
  echo,
  handOver,
  ipv4,
  type Listening,
  transports,
} from "../fixtures/handle_transport.ts";
import { type LoopTest, testLoop } from "../harness.ts";

const REFUSED = 20;

/** A client that talks to an echo server; it is told whether it was served or turned away. */
function converse(t: LoopTest, connect: Listening["connect"], log: string): void {
  play(t, (scope) => {
    const stream = connect(scope);
    const reader = new TextReader();
    const refused = (): ReturnType<typeof done> => {
      t.events.push(`${log}: refused`);
      return done();
    };
    return {
      connected() {
        stream.readStart();
        stream.write("hello");
      },
      read({ bytes }) {
        if (reader.take(bytes) !== "hello") return;
        t.events.push(`${log}: served`);
        return done();
      },
      end: refused,
      readFailed: refused,
      writeFailed: refused,
      connectFailed: refused,
    };
  });
}

for (const transport of transports) {
  testLoop(
    `out of descriptors, connections are turned away; later ones are served: ${transport.name}`,
    (t) => {
      // libuv gives up its spare descriptor to accept and close what waits: the peers are not left
      // hanging, the listener is told of nothing, and the loop does not spin.
      let allow = (): void => {};
      let connect: Listening["connect"] | undefined;
      play(t, (scope) => {
        ({ connect } = transport.listen(scope));
        scope.timer().start(100);
        const { iterations } = t.loop.metrics();
        let accepted = 0;
        return {
          connection({ stream }) {
            accepted++;
            handOver(t, stream, echo);
            return done();
          },
          timer() {
            allow();
            const turns = t.loop.metrics().iterations - iterations;
            assert.ok(turns < 50 + REFUSED * 3, `${turns} turns: the loop spins`);
            assert.equal(accepted, 0);
            assert.equal(t.events.filter((event) => event.endsWith("refused")).length, REFUSED);
            converse(t, connect as Listening["connect"], "later");
          },
          dispose: () => allow(),
        };
      });
      for (let i = 0; i < REFUSED; i++) {
        converse(t, connect as Listening["connect"], String(i));
      }
      allow = forbidDescriptors();
      run(t);
      assert.equal(t.events.at(-1), "later: served");
    },
  );
}

testLoop(
  "without libuv's spare descriptor acceptFailed tells of EMFILE, and accepting goes on",
  (t) => {
    // libuv opens its spare with the first stream of a loop, or a later one: let that fail.
    let allow = (): void => {};
    let failedAtMs = Infinity;
    let turnsAtFailure = 0;
    play(t, (scope) => {
      const listener = withoutDescriptors(() => scope.tcp());
      listener.bind("127.0.0.1", 0);
      const { port } = listener.localAddress();
      withoutDescriptors(() => listener.listen());
      for (let i = 0; i < 3; i++) {
        const client = withoutDescriptors(() => scope.tcp());
        client.connect("127.0.0.1", port);
        handOver(t, client, () => ({
          connected() {
            client.readStart();
            client.write("hello");
          },
          read: () => void t.events.push("served"),
          end: () => done(),
        }));
      }
      allow = forbidDescriptors();
      let accepted = 0;
      const timer = scope.timer();
      return {
        acceptFailed({ handle, error }) {
          assert.equal(handle, listener);
          assert.equal(error.code, "EMFILE");
          t.events.push(error.code);
          failedAtMs = scope.now;
          turnsAtFailure = t.loop.metrics().iterations;
          timer.start(250);
        },
        timer() {
          const turns = t.loop.metrics().iterations - turnsAtFailure;
          assert.ok(turns < 30, `${turns} turns in 250 ms: the loop spins`);
          assert.equal(accepted, 0);
          allow();
          t.events.push("freed");
        },
        connection({ stream }) {
          assert.ok(scope.now - failedAtMs >= 250);
          stream.readStart();
          accepted++;
        },
        read({ handle, block }) {
          handle.write(block);
          if (t.events.filter((event) => event === "served").length === 3) return done();
          scope.setDeadline("look", scope.after(20));
        },
        timeout(scope) {
          if (t.events.filter((event) => event === "served").length === 3) return done();
          scope.setDeadline("look", scope.after(20));
        },
        dispose: () => allow(),
      };
    });
    run(t);
    assert.deepEqual(t.events, ["EMFILE", "freed", "served", "served", "served"]);
  },
);

testLoop("a listener that waits for a descriptor can be closed", (t) => {
  let allow = (): void => {};
  play(t, (scope) => {
    const listener = withoutDescriptors(() => scope.tcp());
    listener.bind("127.0.0.1", 0);
    const { port } = listener.localAddress();
    withoutDescriptors(() => listener.listen());
    const client = withoutDescriptors(() => scope.tcp());
    client.connect("127.0.0.1", port);
    allow = forbidDescriptors();
    return {
      connected: () => client.readStart(),
      acceptFailed() {
        scope.setDeadline("close", scope.after(150)); // after its first retry
      },
      timeout() {
        listener.close();
      },
      closed({ handle }) {
        if (handle === listener) t.events.push("closed");
        if (t.events.length === 2) return done();
      },
      readFailed() {
        t.events.push("reset"); // the kernel drops what a listener did not accept
        if (t.events.length === 2) return done();
      },
      end() {
        t.events.push("end");
        if (t.events.length === 2) return done();
      },
      dispose: () => allow(),
    };
  });
  run(t);
  assert.ok(t.events.includes("closed"));
});

testLoop("out of descriptors, bind, connect and open throw EMFILE and can be tried again", (t) => {
  const fd = tcpSocket();
  play(t, (scope) => {
    const { connect } = ipv4.listen(scope);
    const [tcp, pipe, adopting] = [scope.tcp(), scope.pipe(), scope.tcp()];
    withoutDescriptors(() => {
      throwsUv(() => tcp.bind("127.0.0.1", 0), "EMFILE");
      throwsUv(() => tcp.connect("127.0.0.1", 9), "EMFILE");
      throwsUv(() => pipe.bind("/tmp/rotor-uv-never"), "EMFILE");
      throwsUv(() => adopting.open(fd), "EMFILE");
    });
    tcp.bind("127.0.0.1", 0);
    adopting.open(fd);
    connect(scope);
    return { connected: () => {}, connection: () => done() };
  });
  run(t);
  closeFd(fd);
});

testLoop("connections that were there before go on while there are no descriptors", (t) => {
  let allow = (): void => {};
  connectPair(t, {
    server: echo,
    client: (stream, scope) => {
      let rounds = 0;
      stream.readStart();
      scope.timer().start(5);
      return {
        timer() {
          allow = forbidDescriptors();
          stream.write("x");
        },
        read({ block }) {
          if (++rounds < 50) stream.write(block);
          else stream.shutdown();
        },
        shutdown: () => {},
        end: () => done(),
        dispose: () => allow(),
      };
    },
  });
  run(t);
});
