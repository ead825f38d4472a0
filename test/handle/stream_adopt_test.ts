import assert from "node:assert/strict";
import { done, type Stream } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { once, play, run, throwsState, throwsUv } from "../fixtures/handle_machine.ts";
import {
  closeFd,
  connectedSocket,
  listeningSocket,
  openFile,
  pipePair,
  socketPair,
  tcpSocket,
  udpSocket,
  unixDatagramSocket,
} from "../fixtures/handle_system.ts";
import {
  echo,
  handOver,
  hearEcho,
  listenOnce,
  localListener,
} from "../fixtures/handle_transport.ts";
import { openFds, testLoop } from "../harness.ts";

testLoop(
  "C28: a listening socket that is adopted accepts; the caller keeps and closes its own",
  (t) => {
    const { fd, port } = listeningSocket();
    play(t, (scope) => {
      const listener = scope.tcp();
      listener.open(fd);
      closeFd(fd); // ours: the handle works on a duplicate
      assert.deepEqual(listener.localAddress(), { family: "IPv4", address: "127.0.0.1", port });
      listener.listen();
      return {
        connection({ stream }) {
          handOver(t, stream, echo);
          return done();
        },
      };
    });
    play(t, (scope) => {
      const client = scope.tcp();
      client.connect("127.0.0.1", port);
      return {
        connected() {
          handOver(t, client, hearEcho("through an adopted listener"));
          return done();
        },
      };
    });
    run(t);
  },
);

testLoop("C28: a connected socket that is adopted reads and writes at once", (t) => {
  const port = listenOnce(t, echo);
  play(t, (scope) => {
    const client = scope.tcp();
    const fd = connectedSocket(port);
    client.open(fd);
    closeFd(fd);
    assert.equal(client.remoteAddress().port, port);
    assert.deepEqual([client.isReadable, client.isWritable], [true, true]);
    return hearEcho("adopted")(client, scope);
  });
  run(t);
});

testLoop("an unconnected socket that is adopted connects like any other", (t) => {
  play(t, (scope) => {
    const listener = localListener(scope);
    const client = scope.tcp();
    const fd = tcpSocket();
    client.open(fd);
    closeFd(fd);
    client.connect("127.0.0.1", listener.localAddress().port);
    let events = 0;
    const both = (): ReturnType<typeof done> | void => ++events === 2 ? done() : undefined;
    return { connection: both, connected: both };
  });
  run(t);
});

testLoop(
  "C28: a handle that has a socket adopts no second one: EBUSY, and no descriptor leaks",
  (t) => {
    const fds = [tcpSocket(), tcpSocket()] as const;
    once(t, (scope) => {
      const tcp = scope.tcp();
      tcp.open(fds[0]);
      const before = openFds();
      throwsUv(() => tcp.open(fds[1]), "EBUSY");
      throwsUv(() => tcp.open(fds[0]), "EBUSY", "EEXIST");
      assert.equal(openFds(), before);
      const bound = scope.tcp();
      bound.bind("127.0.0.1", 0);
      throwsUv(() => bound.open(fds[1]), "EBUSY");
    });
    for (const fd of fds) closeFd(fd);
  },
);

testLoop("one descriptor is adopted by two handles, and each has a duplicate of its own", (t) => {
  const fd = tcpSocket();
  once(t, (scope) => {
    const [first, second] = [scope.tcp(), scope.tcp()];
    first.open(fd);
    second.open(fd);
    first.bind("127.0.0.1", 0);
    assert.deepEqual(second.localAddress(), first.localAddress());
    first.close();
    assert.ok(second.localAddress().port > 0);
  });
  closeFd(fd);
});

const kinds = {
  "a regular file": () => [openFile("/proc/self/status")],
  "a directory": () => [openFile("/tmp")],
  "a character device": () => [openFile("/dev/null")],
  "a UDP socket": () => [udpSocket()],
  "a datagram socket of the unix domain": () => [unixDatagramSocket()],
} as const;

for (const [name, make] of Object.entries(kinds)) {
  testLoop(`${name} is no stream: ENOTSOCK from tcp and pipe, and both stay usable`, (t) => {
    const fds = make();
    once(t, (scope) => {
      for (const handle of [scope.tcp(), scope.pipe()]) {
        const before = openFds();
        for (const fd of fds) throwsUv(() => handle.open(fd), "ENOTSOCK");
        assert.equal(openFds(), before);
        assert.equal(handle.state, "open");
        throwsState(() => handle.readStart());
      }
      const tcp = scope.tcp();
      tcp.bind("127.0.0.1", 0);
      tcp.listen();
    });
    for (const fd of fds) closeFd(fd);
  });
}

testLoop("a unix socket and a pipe are no TCP socket, and the other way round: ENOTSOCK", (t) => {
  const fds = [...socketPair(), ...pipePair()];
  const socket = tcpSocket();
  once(t, (scope) => {
    for (const fd of fds) throwsUv(() => scope.tcp().open(fd), "ENOTSOCK");
    throwsUv(() => scope.pipe().open(socket), "ENOTSOCK");
  });
  for (const fd of [...fds, socket]) closeFd(fd);
});

testLoop("a descriptor that is closed, or never was, is EBADF", (t) => {
  once(t, (scope) => {
    const handles = [scope.tcp(), scope.pipe()];
    const closed = tcpSocket();
    closeFd(closed);
    for (const fd of [closed, 19_999, 2 ** 31 - 1]) {
      for (const handle of handles) throwsUv(() => handle.open(fd), "EBADF");
    }
  });
});

testLoop(
  "a listening socket that is read or written fails as an event, and goes on listening",
  (t) => {
    const { fd, port } = listeningSocket();
    play(t, (scope) => {
      const listener = scope.tcp();
      listener.open(fd);
      closeFd(fd);
      listener.readStart();
      listener.write("to nobody");
      scope.tcp().connect("127.0.0.1", port); // something to read, the system says
      const failed = (): void => {
        t.events.push("failed");
        if (t.events.length === 2) listener.listen();
      };
      return {
        readFailed: failed,
        writeFailed: failed,
        connected: () => {},
        connection: () => done(),
      };
    });
    run(t);
  },
);

testLoop("two machines talk through a socket pair that both have adopted", (t) => {
  const fds = socketPair();
  const streams: Stream[] = [];
  play(t, (scope) => {
    for (const fd of fds) {
      const pipe = scope.pipe();
      pipe.open(fd);
      closeFd(fd);
      streams.push(pipe);
    }
    scope.timer().start(0);
    return {
      timer() {
        handOver(t, streams[0] as Stream, echo);
        handOver(t, streams[1] as Stream, hearEcho("hello"));
        return done();
      },
    };
  });
  run(t);
});

testLoop(
  "the ends of a pipe go one way: reading the writing end is ENOTCONN, and shutdown fails",
  (t) => {
    const [readable, writable] = pipePair();
    play(t, (scope) => {
      const [reader, writer] = [scope.pipe(), scope.pipe()];
      reader.open(readable);
      writer.open(writable);
      closeFd(readable);
      closeFd(writable);
      assert.deepEqual([reader.isReadable, reader.isWritable], [true, false]);
      assert.deepEqual([writer.isReadable, writer.isWritable], [false, true]);
      throwsUv(() => writer.readStart(), "ENOTCONN");
      throwsUv(() => reader.shutdown(), "ENOTCONN");
      const text = new TextReader();
      reader.readStart();
      writer.write("one way");
      reader.write("the wrong way");
      return {
        writeFailed({ handle, error }) {
          assert.equal(handle, reader);
          t.events.push(error.code);
        },
        read({ bytes }) {
          if (text.take(bytes) === "one way") writer.shutdown();
        },
        shutdown: () => writer.close(),
        shutdownFailed({ error }) {
          t.events.push(error.code); // pipes have no half to shut down
          writer.close();
        },
        end: () => done(),
      };
    });
    run(t);
    assert.equal(t.events[0], "EPIPE");
  },
);
