import assert from "node:assert/strict";
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { done, type Pipe } from "../../src/mod.ts";
import { once, play, run, throwsState, throwsUv } from "../fixtures/handle_machine.ts";
import { abstractName, socketPath } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

testLoop("P1: connecting to a missing name fails with ENOENT, once", (t) => {
  const path = socketPath();
  play(t, (scope) => {
    const pipe = scope.pipe();
    pipe.connect(path);
    scope.timer().start(20);
    return {
      connectFailed({ handle, error }) {
        assert.equal(handle, pipe);
        assert.match(error.message, new RegExp(`^Cannot connect to ${path}: ENOENT, `));
        t.events.push(error.code);
      },
      timer() {
        assert.equal(pipe.state, "open");
        throwsState(() => pipe.write("x"));
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["ENOENT"]);
});

testLoop("P1: connecting to a regular file fails with ENOTSOCK or ECONNREFUSED", (t) => {
  const path = socketPath();
  writeFileSync(path, "a regular file");
  play(t, (scope) => {
    scope.pipe().connect(path);
    return {
      connectFailed({ error }) {
        assert.match(error.code, /^(ENOTSOCK|ECONNREFUSED)$/);
        return done();
      },
    };
  });
  run(t);
  rmSync(path);
});

testLoop("connecting to an abstract name that nobody has fails with ECONNREFUSED, once", (t) => {
  play(t, (scope) => {
    const pipe = scope.pipe();
    pipe.connect(abstractName());
    scope.timer().start(20);
    return {
      connectFailed: ({ error }) => void t.events.push(error.code),
      timer() {
        throwsState(() => pipe.write("x"));
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["ECONNREFUSED"]);
});

testLoop("a pipe that has failed to connect to a path tries no second one: StateError", (t) => {
  // libuv would connect it, but it could neither be read nor written.
  play(t, (scope) => {
    const client = scope.pipe();
    const path = socketPath();
    client.connect(path);
    client.write("never sent");
    scope.timer().start(20);
    return {
      connectFailed: ({ error }) => void t.events.push(error.code),
      writeFailed: ({ error }) => void t.events.push(error.code),
      timer() {
        const listener = scope.pipe();
        listener.bind(path);
        listener.listen();
        throwsState(() => client.connect(path));
        throwsUv(() => client.bind(socketPath()), "EINVAL");
        throwsUv(() => client.listen(), "EINVAL");
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["ENOENT", "EPIPE"]);
});

testLoop("after a missing abstract name the same pipe can connect to one that is there", (t) => {
  const name = abstractName();
  play(t, (scope) => {
    const [listener, client] = [scope.pipe(), scope.pipe()];
    client.connect(name);
    return {
      connectFailed({ error }) {
        assert.equal(error.code, "ECONNREFUSED");
        listener.bind(name);
        listener.listen();
        client.connect(name);
      },
      connected: () => client.write("now"),
      connection: ({ stream }) => stream.readStart(),
      read({ bytes }) {
        assert.equal(new TextDecoder().decode(bytes), "now");
        return done();
      },
    };
  });
  run(t);
});

for (const kind of ["connect", "bind"] as const) {
  testLoop(
    `a pipe that is closed right after ${kind} to an abstract name tells of nothing`,
    (t) => {
      play(t, (scope) => {
        const pipe = scope.pipe();
        pipe[kind]("\0nobody has this name of ours");
        pipe.close();
        scope.timer().start(10);
        return { timer: () => done() };
      });
      run(t);
    },
  );
}

testLoop("P3: a busy name is EADDRINUSE at bind(), for paths and for abstract names", (t) => {
  once(t, (scope) => {
    for (const name of [socketPath(), abstractName()]) {
      scope.pipe().bind(name);
      const second = scope.pipe();
      throwsUv(() => second.bind(name), "EADDRINUSE");
      second.bind(socketPath()); // it is as it was
      second.listen();
    }
  });
});

testLoop("P3: a name where no socket can be made is EACCES or ENOENT", (t) => {
  once(t, (scope) => {
    throwsUv(() => scope.pipe().bind("/proc/self/no-socket"), "EACCES", "ENOENT", "EPERM");
    throwsUv(() => scope.pipe().bind("/no/such/folder/socket"), "EACCES", "ENOENT");
  });
});

testLoop("P3: a second bind and listening without a name are EINVAL", (t) => {
  once(t, (scope) => {
    const bound = scope.pipe();
    bound.bind(socketPath());
    throwsUv(() => bound.bind(socketPath()), "EINVAL");
    const abstract = scope.pipe();
    abstract.bind(abstractName());
    throwsUv(() => abstract.bind(abstractName()), "EINVAL", "EBUSY");
    throwsUv(() => scope.pipe().listen(), "EINVAL");
    bound.listen();
    abstract.listen();
    throwsState(() => bound.listen());
    throwsState(() => bound.bind(socketPath()));
    throwsState(() => bound.connect(socketPath()));
  });
});

testLoop("a closed listener takes its path away, so that it can be bound again", (t) => {
  const path = socketPath();
  play(t, (scope) => {
    const first = scope.pipe();
    first.bind(path);
    first.listen();
    assert.ok(statSync(path).isSocket());
    first.close();
    return {
      closed() {
        assert.ok(!existsSync(path));
        const second = scope.pipe();
        second.bind(path);
        second.listen();
        return done();
      },
    };
  });
  run(t);
  assert.ok(!existsSync(path));
});

testLoop("P5: chmod changes who may connect: readable, writable, both", (t) => {
  const path = socketPath();
  const mode = (): number => statSync(path).mode & 0o777;
  once(t, (scope) => {
    const pipe = scope.pipe();
    throwsUv(() => pipe.chmod("both"), "EBADF");
    pipe.bind(path);
    pipe.listen();
    const before = mode();
    pipe.chmod("readable");
    assert.equal(mode(), before | 0o444);
    pipe.chmod("writable");
    assert.equal(mode(), before | 0o666);
    pipe.chmod("both");
    assert.equal(mode(), before | 0o666);
  });
});

for (
  const [kind, makeName] of [["a path", socketPath], ["an abstract name", abstractName]] as const
) {
  testLoop(`both ends know ${kind}: the listener's is the client's remote name`, (t) => {
    const name = makeName();
    play(t, (scope) => {
      const [listener, client] = [scope.pipe(), scope.pipe()];
      throwsUv(() => listener.localName(), "EBADF");
      throwsUv(() => listener.remoteName(), "EBADF");
      listener.bind(name);
      assert.equal(listener.localName(), name);
      listener.listen();
      throwsUv(() => listener.remoteName(), "ENOTCONN");
      client.connect(name);
      let accepted: Pipe | undefined;
      const compare = (): ReturnType<typeof done> | void => {
        t.events.push("end");
        if (t.events.length < 2) return;
        assert.deepEqual([client.localName(), client.remoteName()], ["", name]);
        assert.deepEqual([accepted?.localName(), accepted?.remoteName()], [name, ""]);
        return done();
      };
      return {
        connected: compare,
        connection({ stream }) {
          accepted = stream as Pipe;
          return compare();
        },
      };
    });
    run(t);
  });

  for (const byteLength of [1, 107]) {
    testLoop(`${kind} of ${byteLength} bytes is kept whole`, (t) => {
      const start = makeName();
      const isPath = !start.startsWith("\0");
      const prefix = isPath ? start : "\0";
      const size = isPath ? 107 : byteLength;
      const name = isPath
        ? prefix.padEnd(size, "x")
        : `\0${"ä".repeat(size >> 1)}${size % 2 === 1 ? "y" : ""}`;
      play(t, (scope) => {
        const [listener, client] = [scope.pipe(), scope.pipe()];
        listener.bind(name);
        listener.listen();
        assert.equal(listener.localName(), name);
        client.connect(name);
        return { connected: () => {}, connection: () => done() };
      });
      run(t);
    });
  }
}

testLoop("abstract names may hold NULs, and are told apart by their length", (t) => {
  const name = abstractName();
  play(t, (scope) => {
    const listeners = [name, `${name}\0`, `${name}\0\0x`].map((name) => {
      const listener = scope.pipe();
      listener.bind(name);
      listener.listen();
      assert.equal(listener.localName(), name);
      return listener;
    });
    scope.pipe().connect(`${name}\0`);
    return {
      connected: () => {},
      connection({ handle }) {
        assert.equal(handle, listeners[1]);
        return done();
      },
    };
  });
  run(t);
});
