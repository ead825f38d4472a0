import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { done, type IoEvent, ok, type Pipe, type Scope, type Tcp } from "../../src/mod.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { closeFd, forbidDescriptors, socketPair, tcpSocket } from "../fixtures/handle_system.ts";
import { passDescriptors } from "../fixtures/pass_descriptors.ts";
import { testLoop } from "../harness.ts";

/** A pipe that is read, after these messages with descriptors were sent to it. */
function receiver(scope: Scope, ...messages: (readonly number[])[]): Pipe {
  const [near, far] = socketPair();
  const pipe = scope.pipe({ ipc: true });
  pipe.open(near);
  for (const fds of messages) passDescriptors(far, fds);
  for (const fd of [near, far, ...messages.flat()]) closeFd(fd);
  pipe.readStart();
  return pipe;
}

testLoop("a file, a device and an odd socket are closed, and told as what cannot be taken", (t) => {
  const file = openSync(new URL(import.meta.url), "r");
  const device = openSync("/dev/null", "r");
  play(t, (scope) => {
    const pipe = receiver(scope, [file], [device, tcpSocket()]);
    return {
      handleFailed({ handle, error }) {
        assert.deepEqual([handle, error.code], [pipe, "ENOTSUP"]);
        t.events.push("failed");
      },
      handle({ received }) {
        assert.equal(received.kind, "tcp");
        t.events.push("tcp");
      },
      read: ({ byteLength }) => void t.events.push(`read ${byteLength}`),
      end: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["failed", "read 1", "failed", "tcp", "read 1"]);
});

testLoop("P6: descriptors of one message with one byte are as many handles, none leaks", (t) => {
  play(t, (scope) => {
    receiver(scope, Array.from({ length: 4 }, () => socketPair()).flat());
    return {
      handle({ received }) {
        assert.equal(received.kind, "pipe");
        t.events.push("handle");
      },
      read: ({ byteLength }) => void assert.equal(byteLength, 1),
      end: () => done(),
    };
  });
  run(t);
  assert.equal(t.events.length, 8);
});

testLoop("P6: a machine that knows nothing of handles leaks none", (t) => {
  t.loop.addMachine((scope) => {
    receiver(scope, [...socketPair(), tcpSocket()]);
    return ok({ ready: ({ kind }: IoEvent) => kind === "end" ? done() : ok() });
  });
  run(t);
});

testLoop("without a descriptor to spare a handle is lost or EMFILE; the next one is taken", (t) => {
  play(t, (scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    const send = (): void => {
      const tcp = scope.tcp();
      tcp.bind("127.0.0.1", 0);
      left.sendHandle(tcp, "x");
    };
    send();
    right.readStart();
    const restore = forbidDescriptors();
    let reads = 0;
    return {
      handle: ({ received }) => void t.events.push((received as Tcp).kind),
      handleFailed: ({ error }) => void t.events.push(error.code),
      read() {
        restore();
        return ++reads === 2 ? done() : send();
      },
      dispose: restore,
    };
  });
  run(t);
  assert.equal(t.events.pop(), "tcp");
  assert.ok(t.events.length === 0 || t.events[0] === "EMFILE"); // the kernel drops it, or we do
});
