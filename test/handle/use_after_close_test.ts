import assert from "node:assert/strict";
import { ClosedError, done, type Handle, type Scope } from "../../src/mod.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { closeFd, tcpSocket } from "../fixtures/handle_system.ts";
import { abstractName, connectPair, transports } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

type Kind = "tcp" | "pipe" | "timer" | "async" | "signal";
type Call = readonly [method: string, ...values: unknown[]];

const stream: readonly Call[] = [
  ["listen"],
  ["readStart"],
  ["readStop"],
  ["write", "x"],
  ["shutdown"],
  ["close"],
];

/** Every method of every handle, with arguments that are right. */
const calls: Readonly<Record<Kind, (fd: number) => readonly Call[]>> = {
  tcp: (fd) => [
    ...stream,
    ["bind", "127.0.0.1", 0],
    ["bind", "::1", 0, { ipv6Only: true }],
    ["connect", "127.0.0.1", 80],
    ["open", fd],
    ["nodelay", true],
    ["keepalive", true, 60],
    ["simultaneousAccepts", true],
    ["localAddress"],
    ["remoteAddress"],
    ["closeReset"],
  ],
  pipe: (fd) => [
    ...stream,
    ["bind", "/tmp/never-bound.sock"],
    ["bind", abstractName()],
    ["connect", "/tmp/never-bound.sock"],
    ["connect", abstractName()],
    ["open", fd],
    ["chmod", "both"],
    ["localName"],
    ["remoteName"],
  ],
  timer: () => [["start", 1], ["start", 1, 1], ["stop"], ["close"]],
  async: () => [["send"], ["close"]],
  signal: () => [["start", "SIGUSR1"], ["start", 10], ["stop"], ["close"]],
};

/** Calls every method; each must say that the handle is closed. */
function assertAllRefused(handle: Handle, fd: number): void {
  for (const [method, ...values] of calls[handle.kind as Kind](fd)) {
    const call = (handle as unknown as Record<string, (...values: unknown[]) => unknown>)[method];
    assert.throws(
      () => call?.apply(handle, values),
      (error) => {
        assert.ok(error instanceof ClosedError, `${method}() threw ${error}`);
        assert.match(error.message, new RegExp(`^Cannot .+: the ${handle.kind} is closed$`));
        return true;
      },
      `${method}() of a ${handle.state} ${handle.kind}`,
    );
  }
}

/** What may be asked of a handle in any state. */
function assertReadable(handle: Handle, state: Handle["state"]): void {
  assert.equal(handle.state, state);
  const view = handle as unknown as Record<string, unknown>;
  for (const name of ["isActive", "isReadable", "isWritable"]) {
    if (name in handle) assert.equal(view[name], false, name);
  }
  if ("writeQueueSize" in handle) assert.equal(view["writeQueueSize"], 0);
}

for (const kind of ["tcp", "pipe", "timer", "async", "signal"] as const) {
  testLoop(`every method of a ${kind} that is closing or closed throws ClosedError`, (t) => {
    const fd = tcpSocket();
    play(t, (scope: Scope) => {
      const handle = scope[kind]();
      assert.equal(handle.state, "open");
      handle.close();
      assertReadable(handle, "closing");
      assertAllRefused(handle, fd);
      return {
        closed({ handle: closed }) {
          assert.equal(closed, handle);
          assertReadable(handle, "closed");
          assertAllRefused(handle, fd);
          return done();
        },
      };
    });
    run(t);
    closeFd(fd);
  });

  testLoop(`a ${kind} whose machine has ended is closed, and its methods say so`, (t) => {
    const fd = tcpSocket();
    let handle: Handle | undefined;
    play(t, (scope) => {
      handle = scope[kind]();
      scope.timer().start(0);
      return {
        timer: () => done(),
        dispose: () => assert.equal(handle?.state, "closing"),
      };
    });
    run(t);
    assertReadable(handle as Handle, "closed");
    assertAllRefused(handle as Handle, fd);
    t.loop.close();
    assertReadable(handle as Handle, "closed");
    assertAllRefused(handle as Handle, fd); // its memory is unmapped now
    closeFd(fd);
  });

  testLoop(`a closed ${kind} leaves its slot to others, which get none of its events`, (t) => {
    play(t, (scope) => {
      let rounds = 0;
      let present: Handle = scope[kind]();
      present.close();
      return {
        closed({ handle }) {
          assert.equal(handle, present);
          if (++rounds === 50) return done();
          present = scope[kind]();
          present.close();
        },
      };
    });
    run(t);
  });
}

for (const transport of transports) {
  testLoop(`every method of a connected stream that was closed throws: ${transport.name}`, (t) => {
    const fd = tcpSocket();
    connectPair(t, {
      transport,
      server: (stream) => {
        stream.readStart();
        return { end: () => done(), readFailed: () => done() };
      },
      client: (stream) => {
        stream.readStart();
        stream.close();
        assertReadable(stream, "closing");
        assertAllRefused(stream, fd);
        return {
          closed() {
            assertReadable(stream, "closed");
            assertAllRefused(stream, fd);
            return done();
          },
        };
      },
    });
    run(t);
    closeFd(fd);
  });
}
