import assert from "node:assert/strict";
import { done, type Pipe, type Scope, type Tcp, type Udp } from "../../src/mod.ts";
import { pattern, PatternReader, TextReader } from "../fixtures/handle_bytes.ts";
import { once, play, run, throwsClosed, throwsState } from "../fixtures/handle_machine.ts";
import { LoopTest, testLoop } from "../harness.ts";

/** A listener on 127.0.0.1. */
function listener(scope: Scope): Tcp {
  const tcp = scope.tcp();
  tcp.bind("127.0.0.1", 0);
  tcp.listen();
  return tcp;
}

testLoop("P7: a listener that is passed accepts; the one that passed it may be closed", (t) => {
  play(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    const tcp = listener(scope);
    const { port } = tcp.localAddress();
    left.sendHandle(tcp, "a listener");
    tcp.close();
    right.readStart();
    const text = new TextReader();
    return {
      handle({ handle, received }) {
        assert.equal(handle, right);
        assert.equal(received.kind, "tcp");
        t.events.push("handle");
        (received as Tcp).listen();
        assert.equal((received as Tcp).localAddress().port, port);
        scope.tcp().connect("127.0.0.1", port);
      },
      read({ bytes }) {
        t.events.push("read");
        assert.equal(text.take(bytes), "a listener");
      },
      connected: () => {},
      connection: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["handle", "read"]);
});

testLoop("P7: a connection that is passed goes on where it was; payload is not mixed", (t) => {
  play(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    const tcp = listener(scope);
    const client = scope.tcp();
    client.connect("127.0.0.1", tcp.localAddress().port);
    right.readStart();
    const text = new TextReader();
    return {
      connection({ stream }) {
        left.write("before ");
        left.sendHandle(stream as Tcp, "with ");
        left.write("after");
        stream.close();
      },
      connected: () => client.readStart(),
      handle: ({ received }) => (received as Tcp).write("from the receiver"),
      read({ handle, bytes }) {
        if (handle === right) return void text.take(bytes);
        assert.equal(new TextDecoder().decode(bytes), "from the receiver");
        assert.equal(text.text, "before with after");
        return done();
      },
    };
  });
  run(t);
});

testLoop("pipes and UDP sockets are passed; each is of its own kind and works", (t) => {
  play(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    const [near, far] = scope.socketPair();
    const [reading, writing] = scope.pipePair();
    const udp = scope.udp();
    udp.bind("127.0.0.1", 0);
    const { port } = udp.localAddress();
    left.sendHandle(far, "1");
    left.sendHandle(writing, "2");
    left.sendHandle(udp, "3");
    for (const handle of [far, writing, udp]) handle.close();
    right.readStart();
    near.readStart();
    reading.readStart();
    const received: (Tcp | Pipe | Udp)[] = [];
    const texts = new Map([[near, new TextReader()], [reading, new TextReader()]]);
    return {
      handle({ received: handle }) {
        received.push(handle);
        if (received.length < 3) return;
        assert.deepEqual(received.map(({ kind }) => kind), ["pipe", "pipe", "udp"]);
        (received[0] as Pipe).write("one");
        (received[1] as Pipe).write("two");
        assert.equal((received[2] as Udp).localAddress().port, port);
        (received[2] as Udp).receiveStart();
        scope.udp().send("three", "127.0.0.1", port);
      },
      read({ handle, bytes }) {
        const text = texts.get(handle as Pipe)?.take(bytes);
        if (text !== undefined) t.events.push(text);
        return t.events.length === 3 ? done() : undefined;
      },
      datagram({ bytes }) {
        t.events.push(new TextDecoder().decode(bytes));
        return t.events.length === 3 ? done() : undefined;
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["one", "three", "two"]);
});

testLoop("P6: many handles in one turn arrive in order, and none leaks that nobody takes", (t) => {
  play(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    const ports: number[] = [];
    for (let i = 0; i < 50; i++) {
      const tcp = scope.tcp();
      tcp.bind("127.0.0.1", 0);
      ports.push(tcp.localAddress().port);
      left.sendHandle(tcp, "x");
      tcp.close();
    }
    right.readStart();
    const received: number[] = [];
    return {
      handle({ received: handle }) {
        received.push((handle as Tcp).localAddress().port); // and leaves it to the machine
        if (received.length < ports.length) return;
        assert.deepEqual(received, ports);
        return done();
      },
      read: () => {},
    };
  });
  run(t);
});

testLoop("P6: handles that were never read are closed with the pipe, those on the way too", (t) => {
  play(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    for (let i = 0; i < 5; i++) {
      const tcp = listener(scope);
      left.sendHandle(tcp, "x");
      tcp.close();
    }
    right.readStart();
    return {
      handle() {
        t.events.push("handle");
        right.close(); // with what waits in it
        scope.timer().start(5);
      },
      timer: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["handle"]);
});

testLoop("a handle waits with its data behind what the peer does not read yet", (t) => {
  const byteLength = 2_000_000;
  play(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    const tcp = listener(scope);
    const { port } = tcp.localAddress();
    left.write(pattern(byteLength));
    left.sendHandle(tcp, pattern(100_000, byteLength));
    left.write(pattern(10, byteLength + 100_000));
    tcp.close(); // long before it is passed
    const others = Array.from({ length: 20 }, () => scope.tcp()); // in its memory, perhaps
    scope.timer().start(10);
    const reader = new PatternReader();
    return {
      timer: () => right.readStart(),
      handle({ received }) {
        assert.equal((received as Tcp).localAddress().port, port);
        assert.ok(reader.byteLength <= byteLength, "it comes no later than its data");
        t.events.push("handle");
      },
      read({ bytes }) {
        reader.take(bytes);
        if (reader.byteLength === byteLength + 100_010) t.events.push("read");
        return t.events.length === 3 ? done() : undefined;
      },
      flushed() {
        t.events.push("flushed");
        return t.events.length === 3 ? done() : undefined;
      },
      dispose: () => assert.equal(others.length, 20),
    };
  });
  run(t);
  assert.ok(t.events.indexOf("handle") < t.events.indexOf("read"));
});

testLoop("a pipe that closes with a handle still waiting to be passed leaves nothing", (t) => {
  once(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    left.write(new Uint8Array(1_000_000));
    left.sendHandle(listener(scope), "x");
    left.sendHandle(listener(scope), "y");
    left.close();
    right.readStop();
  });
});

testLoop(
  "readStop() in a handle event holds its data; the next handle comes after readStart()",
  (t) => {
    play(t, (scope) => {
      const [left, right] = scope.socketPair({ ipc: true });
      for (const text of ["one", "two"]) left.sendHandle(listener(scope), text);
      right.readStart();
      const text = new TextReader();
      let isStopped = false;
      return {
        handle() {
          assert.ok(!isStopped);
          t.events.push("handle");
          isStopped = true;
          right.readStop();
          scope.timer().start(5);
        },
        timer() {
          isStopped = false;
          right.readStart();
        },
        read({ bytes }) {
          assert.ok(!isStopped);
          t.events.push(text.take(bytes));
          return text.text === "onetwo" ? done() : undefined;
        },
      };
    });
    run(t);
    assert.deepEqual(t.events.filter((event) => event === "handle").length, 2);
    assert.equal(t.events.at(-1), "onetwo");
  },
);

testLoop("connections of an ipc listener pass handles too", (t) => {
  play(t, (scope) => {
    const server = scope.pipe({ ipc: true });
    const name = `\0rotor-uv-passing-${Math.random()}`;
    server.bind(name);
    server.listen();
    const client = scope.pipe({ ipc: true });
    client.connect(name);
    assert.deepEqual([server.ipc, client.ipc, scope.pipe().ipc], [true, true, false]);
    return {
      connection({ stream }) {
        assert.equal((stream as Pipe).ipc, true);
        (stream as Pipe).sendHandle(listener(scope), "x");
      },
      connected: () => client.readStart(),
      handle: ({ handle }) => {
        assert.equal(handle, client);
        return done();
      },
    };
  });
  run(t);
});

testLoop("what cannot be passed is refused before anything native", (t) => {
  const other = new LoopTest();
  let foreign: Tcp | undefined;
  play(other, (scope) => {
    foreign = listener(scope);
    scope.timer().start(0);
    return { timer: () => done() };
  });
  once(t, (scope) => {
    const [left] = scope.socketPair({ ipc: true });
    const [plain] = scope.socketPair();
    const tcp = listener(scope);
    const bad = (handle: unknown, data: unknown = "x") => () =>
      left.sendHandle(handle as Tcp, data as string);
    for (const wrong of [undefined, null, 1, "tcp", {}, scope.timer(), scope.signal(), foreign]) {
      assert.throws(bad(wrong), TypeError);
    }
    for (const wrong of [undefined, null, 1, {}, []]) {
      assert.throws(bad(tcp, wrong ?? 5), TypeError);
    }
    assert.throws(bad(tcp, ""), RangeError);
    assert.throws(bad(tcp, new Uint8Array(0)), RangeError);
    throwsState(bad(scope.tcp()));
    throwsState(bad(scope.pipe()));
    throwsState(bad(scope.udp()));
    throwsState(() => plain.sendHandle(tcp, "x"));
    throwsState(() => scope.pipe({ ipc: true }).sendHandle(tcp, "x"));
    const closed = scope.tcp();
    closed.close();
    throwsClosed(bad(closed));
    left.close();
    throwsClosed(bad(tcp));
    for (const wrong of [null, 1, { ipc: 1 }, { ipc: "yes" }]) {
      assert.throws(() => scope.pipe(wrong as never), TypeError);
      assert.throws(() => scope.socketPair(wrong as never), TypeError);
    }
  });
  other.loop.run();
  other.loop.close();
});
