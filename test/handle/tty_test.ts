import assert from "node:assert/strict";
import { done, guessHandle, type TtyMode } from "../../src/mod.ts";
import {
  once,
  play,
  run,
  throwsClosed,
  throwsState,
  throwsUv,
} from "../fixtures/handle_machine.ts";
import {
  closeFd,
  openFile,
  pipePair,
  socketPair,
  tcpSocket,
  udpSocket,
} from "../fixtures/handle_system.ts";
import {
  attributes,
  cooked,
  isNonBlocking,
  openPty,
  playPty,
  setWindowSize,
  withPty,
} from "../fixtures/terminals.ts";
import { test, testLoop } from "../harness.ts";

const modes = ["normal", "raw", "io"] as const satisfies readonly TtyMode[];

for (const mode of modes) {
  testLoop(`Y1: both ends of a pty read and write, in ${mode} mode`, (t) => {
    playPty(t, ({ master, slave }) => {
      assert.ok(master.isReadable && master.isWritable && slave.isReadable && slave.isWritable);
      slave.setMode(mode);
      assert.equal(slave.mode, mode);
      master.readStart();
      slave.readStart();
      master.write("typed\n");
      const heard = { master: "", slave: "" };
      return {
        read({ handle, bytes }) {
          const text = new TextDecoder().decode(bytes);
          heard[handle === master ? "master" : "slave"] += text;
          if (handle === slave && heard.slave === "typed\n") slave.write("shown\n");
          if (!heard.master.includes("shown") || !heard.master.endsWith("\n")) return;
          const echo = mode === "normal" ? "typed\r\n" : "";
          assert.equal(heard.master, echo + (mode === "io" ? "shown\n" : "shown\r\n"));
          return done();
        },
      };
    });
  });
}

testLoop("Y1: raw, then normal mode again restores the terminal as it was found", (t) => {
  playPty(t, ({ slave }, scope, pty) => {
    assert.deepEqual(attributes(pty.slave), cooked);
    slave.setMode("raw");
    assert.deepEqual(attributes(pty.slave), {
      ...cooked,
      lines: false,
      echo: false,
      signals: false,
    });
    slave.setMode("io");
    assert.equal(attributes(pty.slave).output, false);
    slave.setMode("normal");
    assert.deepEqual(attributes(pty.slave), cooked);
    scope.timer().start(0);
    return { timer: () => done() };
  });
});

testLoop("Y1: the size of the window is told, and follows it", (t) => {
  playPty(t, ({ master, slave }, scope, pty) => {
    assert.deepEqual(slave.windowSize(), { columns: 0, rows: 0 });
    setWindowSize(pty.master, 132, 43);
    assert.deepEqual(slave.windowSize(), { columns: 132, rows: 43 });
    assert.deepEqual(master.windowSize(), { columns: 132, rows: 43 });
    scope.timer().start(0);
    return { timer: () => done() };
  });
});

testLoop("Y2: a terminal's own descriptor stays as it was, and its handle outlives it", (t) => {
  withPty(({ master, slave }) => {
    play(t, (scope) => {
      const tty = scope.tty(slave);
      tty.setMode("raw");
      tty.readStart();
      assert.equal(isNonBlocking(slave), false);
      assert.equal(isNonBlocking(master), false);
      const other = scope.tty(master);
      other.write("x");
      assert.equal(isNonBlocking(master), false);
      return { read: () => done() };
    });
    run(t);
    assert.equal(isNonBlocking(slave), false);
  });
});

testLoop("a terminal that hangs up ends, and closes as any other", (t) => {
  const { master, slave } = openPty();
  play(t, (scope) => {
    const tty = scope.tty(slave);
    tty.setMode("raw");
    tty.readStart();
    closeFd(master);
    const ended = (): ReturnType<typeof done> => {
      throwsUv(() => tty.setMode("normal"), "EIO");
      return done();
    };
    return { end: ended, readFailed: ended };
  });
  run(t);
  closeFd(slave);
});

testLoop("Y2: what is no terminal is refused: EINVAL, and EBADF for what is closed", (t) => {
  const [readable, writable] = pipePair();
  const fds = [readable, writable, tcpSocket(), udpSocket(), openFile("/dev/null"), openFile("/")];
  once(t, (scope) => {
    for (const fd of fds) throwsUv(() => scope.tty(fd), "EINVAL");
    throwsUv(() => scope.tty(12345), "EBADF");
    for (const fd of [-1, 0.5, 2 ** 31, NaN]) assert.throws(() => scope.tty(fd), RangeError);
    for (const fd of ["0", undefined, null]) {
      assert.throws(() => scope.tty(fd as unknown as number), TypeError);
    }
  });
  for (const fd of fds) closeFd(fd);
});

testLoop("the master of a pty is not read into blocks that it could fill", (t) => {
  playPty(t, ({ master, slave }) => {
    throwsState(() => master.readStart());
    slave.readStart();
    master.write("typed\n");
    return {
      read: ({ handle }) => {
        assert.equal(handle, slave);
        return done();
      },
    };
  });
}, { blockBytes: 4096 });

testLoop("a pty passes on more than its buffers hold, in both directions", (t) => {
  const text = "0123456789abcdef".repeat(4096);
  playPty(t, ({ master, slave }) => {
    slave.setMode("io");
    master.readStart();
    slave.readStart();
    slave.write(text);
    let [shown, typed] = [0, 0];
    return {
      read({ handle, byteLength }) {
        if (handle === master) shown += byteLength;
        else typed += byteLength;
        // The master's writes wait, so no more is written than the other end takes at once.
        if (handle === master && shown === text.length) master.write(text.slice(0, 2000));
        if (typed === 2000) return done();
      },
      flushed: () => {},
    };
  });
});

testLoop("shutdown of a terminal is refused by the system, or done", (t) => {
  playPty(t, ({ slave }) => {
    slave.shutdown();
    return {
      shutdown: () => done(),
      shutdownFailed({ error }) {
        assert.equal(error.code, "ENOTSOCK");
        return done();
      },
    };
  });
});

testLoop("misuse of a terminal is refused", (t) => {
  playPty(t, ({ slave }, scope) => {
    for (const mode of ["", "RAW", "toString", "__proto__"]) {
      assert.throws(() => slave.setMode(mode as TtyMode), RangeError);
    }
    for (const mode of [1, undefined, null, {}]) {
      assert.throws(() => slave.setMode(mode as unknown as TtyMode), TypeError);
    }
    throwsState(() => slave.listen());
    throwsState(() => slave.acceptStart());
    assert.equal(slave.mode, "normal");
    slave.close();
    throwsClosed(() => slave.setMode("raw"));
    throwsClosed(() => slave.windowSize());
    throwsClosed(() => slave.listen());
    throwsClosed(() => slave.readStart());
    throwsClosed(() => slave.write("x"));
    scope.timer().start(0);
    return { timer: () => done(), closed: () => {} };
  });
});

test("guessHandle tells what a descriptor is", () => {
  const [readable, writable] = pipePair();
  const sockets = socketPair();
  const [tcp, udp, file, device] = [tcpSocket(), udpSocket(), openFile("/"), openFile("/dev/null")];
  withPty(({ master, slave }) => {
    const all = [readable, writable, ...sockets, tcp, udp, file, device, master, slave];
    const expected = ["pipe", "pipe", "pipe", "pipe", "tcp", "udp", "unknown", "file"];
    assert.deepEqual(all.map(guessHandle), [...expected, "tty", "tty"]);
  });
  for (const fd of [readable, writable, ...sockets, tcp, udp, file, device]) closeFd(fd);
  assert.equal(guessHandle(12345), "unknown");
  assert.throws(() => guessHandle(-1), RangeError);
  assert.throws(() => guessHandle("0" as unknown as number), TypeError);
});
