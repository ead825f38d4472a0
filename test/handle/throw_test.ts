import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { done, type IoEvent, type Scope, type Stream } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { play } from "../fixtures/handle_machine.ts";
import {
  closeFd,
  forbidDescriptors,
  openFile,
  pipePair,
  socketPair,
  withoutDescriptors,
} from "../fixtures/handle_system.ts";
import { HOST, receiver } from "../fixtures/handle_udp.ts";
import {
  asTcp,
  connectPair,
  type End,
  handOver,
  localListener,
} from "../fixtures/handle_transport.ts";
import { passDescriptors } from "../fixtures/pass_descriptors.ts";
import { type Scene, testFailures } from "../fixtures/throwing.ts";
import { testLoop } from "../harness.ts";

/** An end that waits for the other one to go, in whatever way. */
const waitForEnd: End = (stream) => {
  stream.readStart();
  return { read: () => {}, end: () => done(), readFailed: () => done(), flushed: () => {} };
};

/** A machine that does this, and waits for what comes of it. */
function alone(body: (scope: Scope) => void): Scene {
  return (t, handlers) => {
    play(t, (scope) => {
      body(scope);
      return handlers;
    });
  };
}

/** A connection of which the client is the machine in question. */
function client(body: (stream: Stream) => void, server: End = waitForEnd): Scene {
  return (t, handlers) => {
    connectPair(t, {
      server,
      client: (stream) => {
        body(stream);
        return handlers;
      },
    });
  };
}

/** What a connected stream meets at once. */
const speak: End = (stream, scope) => {
  stream.write("hello");
  return waitForEnd(stream, scope);
};

/** Ends at once. */
const leave: End = (_stream, scope) => {
  scope.timer().start(0);
  return { timer: () => done() };
};

/** Resets at once. */
const reset: End = (stream, scope) => {
  scope.timer().start(0);
  return {
    timer: () => asTcp(stream).closeReset(),
    closed: () => done(),
  };
};

/** All of them happen to a handle; those of requests are in test/request/throw_test.ts. */
type HandleEventKind = Exclude<IoEvent, { readonly handle: undefined }>["kind"];

/** The two others: one has a test of its own below, and Linux has no cause for the second. */
const scenes: Readonly<
  Record<Exclude<HandleEventKind, "acceptFailed" | "fsEventFailed">, Scene>
> = {
  connection: (t, handlers) => {
    let port = 0;
    play(t, (scope) => {
      const listener = localListener(scope);
      ({ port } = listener.localAddress());
      return handlers;
    });
    play(t, (scope) => {
      const stream = scope.tcp();
      stream.connect("127.0.0.1", port);
      return {
        connected: () => stream.readStart(),
        end: () => done(),
        readFailed: () => done(),
        connectFailed: () => done(),
      };
    });
  },
  connected: (t, handlers) => {
    play(t, (scope) => {
      const [listener, stream] = [scope.tcp(), scope.tcp()];
      listener.bind("127.0.0.1", 0);
      listener.listen();
      stream.connect("127.0.0.1", listener.localAddress().port);
      return { connection: () => {}, ...handlers };
    });
  },
  connectFailed: alone((scope) => scope.pipe().connect("/no/such/socket")),
  read: client((stream) => stream.readStart(), speak),
  end: client((stream) => stream.readStart(), leave),
  readFailed: client((stream) => stream.readStart(), reset),
  exit: alone((scope) => scope.process({ file: "true" })),
  handle: alone((scope) => {
    const [left, right] = scope.socketPair({ ipc: true });
    left.sendHandle(right, "itself");
    right.readStart();
  }),
  handleFailed: (t, handlers) => {
    const [near, far] = socketPair();
    play(t, (scope) => {
      const pipe = scope.pipe({ ipc: true });
      pipe.open(near);
      const file = openFile("/dev/null");
      passDescriptors(far, [file]);
      for (const fd of [near, far, file]) closeFd(fd);
      pipe.readStart();
      return handlers;
    });
  },
  flushed: client((stream) => stream.write(new Uint8Array(10_000_000))),
  writeFailed: (t, handlers) => {
    const [readable, writable] = pipePair();
    play(t, (scope) => {
      const pipe = scope.pipe();
      pipe.open(readable);
      closeFd(readable);
      closeFd(writable);
      pipe.write("the wrong way");
      return handlers;
    });
  },
  shutdown: client((stream) => stream.shutdown()),
  shutdownFailed: (t, handlers) => {
    const [readable, writable] = pipePair();
    play(t, (scope) => {
      const pipe = scope.pipe();
      pipe.open(writable);
      closeFd(readable);
      closeFd(writable);
      pipe.shutdown();
      return handlers;
    });
  },
  timer: alone((scope) => scope.timer().start(0)),
  async: alone((scope) => scope.async().send()),
  signal: alone((scope) => {
    scope.signal().start("SIGUSR1");
    process.kill(process.pid, "SIGUSR1");
  }),
  prepare: alone((scope) => scope.prepare().start()),
  check: alone((scope) => scope.check().start()),
  idle: alone((scope) => scope.idle().start()),
  fsEvent: alone((scope) => {
    inFolder(({ path: directory }) => {
      scope.fsEvent().start(directory);
      mkdirSync(join(directory, "one"));
      mkdirSync(join(directory, "two"));
    });
  }),
  fsPoll: (t, handlers) => {
    play(t, (scope) => {
      const directory = mkdtempSync(join(tmpdir(), "rotor-uv-"));
      scope.fsPoll().start(join(directory, "one"), 1);
      return {
        fsPollFailed: () => mkdirSync(join(directory, "one")),
        ...handlers,
        dispose() {
          rmSync(directory, { recursive: true });
          handlers.dispose?.();
        },
      };
    });
  },
  fsPollFailed: alone((scope) => scope.fsPoll().start("/no/such/file", 1)),
  datagram: alone((scope) => {
    const { udp, port } = receiver(scope);
    for (const text of ["one", "two"]) udp.send(text, HOST, port);
  }),
  receiveFailed: (t, handlers) => {
    play(t, (scope) => {
      const [udp, gone] = [scope.udp(), scope.udp()];
      gone.bind(HOST, 0);
      udp.connect(HOST, gone.localAddress().port);
      gone.close();
      udp.receiveStart();
      scope.timer().start(1);
      return { timer: () => udp.send("to nobody"), ...handlers };
    });
  },
  sent: alone((scope) => scope.udp().requestSent()),
  sendFailed: alone((scope) => {
    const udp = scope.udp();
    for (let i = 0; i < 2; i++) udp.send(new Uint8Array(100_000), HOST, 7);
  }),
  poll: (t, handlers) => {
    const [one, other] = socketPair();
    play(t, (scope) => {
      for (let i = 0; i < 2; i++) scope.poll(one).start({ writable: true });
      closeFd(one);
      closeFd(other);
      return handlers;
    });
  },
  pollFailed: (t, handlers) => {
    const [readable, writable] = pipePair();
    play(t, (scope) => {
      scope.poll(writable).start({ writable: true });
      closeFd(writable);
      closeFd(readable);
      return handlers;
    });
  },
  closed: alone((scope) => scope.tcp().close()),
};

testFailures(scenes);

testLoop("a machine that throws at acceptFailed ends alone, with its listener", (t) => {
  let allow = (): void => {};
  play(t, (scope) => {
    const listener = withoutDescriptors(() => scope.tcp());
    listener.bind("127.0.0.1", 0);
    const { port } = listener.localAddress();
    withoutDescriptors(() => listener.listen());
    const caller = withoutDescriptors(() => scope.tcp());
    caller.connect("127.0.0.1", port);
    handOver(t, caller, () => ({
      connected: () => caller.readStart(),
      end: () => done(),
      readFailed: () => done(),
    }));
    allow = forbidDescriptors();
    return {
      acceptFailed({ error }) {
        assert.equal(error.code, "EMFILE");
        throw new RangeError("thrown on purpose");
      },
      dispose: () => allow(),
    };
  });
  t.loop.run();
  assert.match(String(t.takeError().error), /thrown on purpose/);
});
