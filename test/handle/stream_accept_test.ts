import assert from "node:assert/strict";
import { done, type Stream } from "../../src/mod.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { ipv4, type Listening, transports } from "../fixtures/handle_transport.ts";
import { type LoopTest, testLoop } from "../harness.ts";

const CONNECTIONS = 200;

/** Clients that connect, wait for the end of their stream, and are counted. */
function connectMany(
  t: LoopTest,
  count: number,
  connect: () => Listening["connect"],
): { connected: number; ended: number } {
  const seen = { connected: 0, ended: 0 };
  for (let i = 0; i < count; i++) {
    play(t, (scope) => {
      const stream = connect()(scope);
      const end = (): ReturnType<typeof done> => {
        seen.ended++;
        return done();
      };
      return {
        connected() {
          seen.connected++;
          stream.readStart();
        },
        end,
        readFailed: end,
        connectFailed: end,
      };
    });
  }
  return seen;
}

for (const transport of transports) {
  for (const acceptsPerTurn of [1, 7, 64, 4096]) {
    testLoop(
      `${CONNECTIONS} connections at once, ${acceptsPerTurn} accepted a turn: ${transport.name}`,
      (t) => {
        let connect: Listening["connect"] | undefined;
        const streams: Stream[] = [];
        play(t, (scope) => {
          const listening = transport.listen(scope);
          connect = listening.connect;
          return {
            connection({ stream, handle }) {
              assert.equal(handle, listening.listener);
              assert.equal(stream.state, "open");
              streams.push(stream);
              if (streams.length === CONNECTIONS) return done();
            },
          };
        });
        const seen = connectMany(t, CONNECTIONS, () => connect as Listening["connect"]);
        run(t);
        assert.deepEqual(seen, { connected: CONNECTIONS, ended: CONNECTIONS });
        assert.equal(new Set(streams).size, CONNECTIONS);
        assert.equal(t.loop.metrics().accepted, CONNECTIONS);
      },
      { acceptsPerTurn },
    );
  }

  testLoop(`C27: a listener can be closed in its connection event: ${transport.name}`, (t) => {
    let connect: Listening["connect"] | undefined;
    play(t, (scope) => {
      const listening = transport.listen(scope);
      const { listener } = listening;
      connect = listening.connect;
      return {
        connection({ stream }) {
          t.events.push("connection");
          listener.close();
          throwsClosed(() => listener.close());
          throwsClosed(() => listener.listen());
          stream.write("hello");
        },
        closed({ handle }) {
          assert.equal(handle, listener);
          return done();
        },
      };
    });
    play(t, (scope) => {
      const stream = (connect as Listening["connect"])(scope);
      return {
        connected: () => stream.readStart(),
        read({ bytes }) {
          t.events.push(new TextDecoder().decode(bytes));
        },
        end: () => done(),
      };
    });
    run(t);
    assert.deepEqual(t.events, ["connection", "hello"]);
  });

  testLoop(
    `connections that came with the one that closes the listener are closed: ${transport.name}`,
    (t) => {
      let connect: Listening["connect"] | undefined;
      play(t, (scope) => {
        const listening = transport.listen(scope);
        connect = listening.connect;
        return {
          connection({ stream, handle }) {
            t.events.push("connection");
            handle.close();
            scope.timer().start(20);
            stream.close();
          },
          timer: () => done(),
        };
      });
      const seen = connectMany(t, 10, () => connect as Listening["connect"]);
      run(t);
      assert.deepEqual(t.events, ["connection"]);
      assert.equal(seen.ended, 10, "every client is told");
    },
  );
}

testLoop("C25: two clients that wait in the backlog are accepted later, and see the end", (t) => {
  let connect: Listening["connect"] | undefined;
  let accepted = 0;
  play(t, (scope) => {
    ({ connect } = ipv4.listen(scope));
    return {
      connection({ stream }) {
        stream.close();
        if (++accepted === 2) return done();
      },
    };
  });
  const seen = connectMany(t, 2, () => connect as Listening["connect"]);
  run(t);
  assert.deepEqual(seen, { connected: 2, ended: 2 });
}, { acceptsPerTurn: 1 });

testLoop("a connection that nobody registers belongs to the listener's machine", (t) => {
  let connect: Listening["connect"] | undefined;
  play(t, (scope) => {
    ({ connect } = ipv4.listen(scope));
    return {
      connection: ({ stream }) => stream.readStart(),
      read({ bytes }) {
        assert.equal(new TextDecoder().decode(bytes), "to the listener");
        return done();
      },
    };
  });
  play(t, (scope) => {
    const stream = (connect as Listening["connect"])(scope);
    return {
      connected() {
        stream.write("to the listener");
        stream.readStart();
      },
      end: () => done(),
      readFailed: () => done(),
    };
  });
  run(t);
});

testLoop("a machine that ends in its connection event takes the connection with it", (t) => {
  let connect: Listening["connect"] | undefined;
  play(t, (scope) => {
    ({ connect } = ipv4.listen(scope));
    return { connection: () => done() };
  });
  const seen = connectMany(t, 1, () => connect as Listening["connect"]);
  run(t);
  assert.deepEqual(seen, { connected: 1, ended: 1 });
});

testLoop("several listeners of one machine keep their connections apart", (t) => {
  const listenings: Listening[] = [];
  play(t, (scope) => {
    for (const transport of transports) listenings.push(transport.listen(scope));
    const kinds: string[] = [];
    return {
      connection({ handle, stream }) {
        assert.ok(listenings.some(({ listener }) => listener === handle));
        assert.equal(stream.kind, handle.kind);
        kinds.push(stream.kind);
        if (kinds.length < transports.length) return;
        assert.deepEqual(kinds.toSorted(), ["pipe", "pipe", "tcp", "tcp"]);
        return done();
      },
    };
  });
  for (let i = 0; i < transports.length; i++) {
    connectMany(t, 1, () => (listenings[i] as Listening).connect);
  }
  run(t);
});

testLoop("more than 1024 streams that write in one turn lose nothing", (t) => {
  const count = 1100;
  let connect: Listening["connect"] | undefined;
  const streams: Stream[] = [];
  play(t, (scope) => {
    ({ connect } = ipv4.listen(scope, 4096));
    return {
      connection({ stream }) {
        streams.push(stream);
        if (streams.length === count) scope.timer().start(0);
      },
      timer() {
        for (const stream of streams) stream.write("hello");
        return done();
      },
    };
  });
  let greeted = 0;
  for (let i = 0; i < count; i++) {
    play(t, (scope) => {
      const stream = (connect as Listening["connect"])(scope);
      return {
        connected: () => stream.readStart(),
        read({ bytes }) {
          assert.equal(new TextDecoder().decode(bytes), "hello");
          greeted++;
        },
        end: () => done(),
      };
    });
  }
  run(t);
  assert.equal(greeted, count);
}, { acceptsPerTurn: 4096 });

testLoop("a block that the last of 1100 streams writes in one turn arrives too", (t) => {
  const count = 1100;
  const message = "from one client";
  let connect: Listening["connect"] | undefined;
  let connected = 0;
  let speak = (): void => {};
  const streams: Stream[] = [];
  play(t, (scope) => {
    ({ connect } = ipv4.listen(scope, 4096));
    return {
      connection({ stream }) {
        streams.push(stream);
        stream.readStart();
        if (streams.length === count) speak();
      },
      read({ block, handle }) {
        for (const stream of streams) if (stream !== handle) stream.write("text");
        handle.write(block);
        scope.timer().start(20);
      },
      timer: () => done(),
    };
  });
  let received = 0;
  for (let i = 0; i < count; i++) {
    play(t, (scope) => {
      const stream = (connect as Listening["connect"])(scope);
      if (i === 0) speak = () => stream.write(message);
      return {
        connected() {
          connected++;
          stream.readStart();
        },
        read: ({ byteLength }) => void (received += byteLength),
        end: () => done(),
      };
    });
  }
  run(t);
  assert.equal(connected, count);
  assert.equal(received, (count - 1) * 4 + message.length);
}, { acceptsPerTurn: 4096 });

testLoop("a listener that is closed before anybody came leaves nothing", (t) => {
  play(t, (scope) => {
    const { listener } = ipv4.listen(scope);
    listener.close();
    return { closed: () => done() };
  });
  run(t);
});
