import assert from "node:assert/strict";
import process from "node:process";
import { done, type IoEventKind, type Machine, ok, type Stream } from "../../src/mod.ts";
import { type Handlers, play } from "../fixtures/handle_machine.ts";
import {
  closeFd,
  forbidDescriptors,
  pipePair,
  withoutDescriptors,
} from "../fixtures/handle_system.ts";
import { asTcp, connectPair, type End, handOver } from "../fixtures/handle_transport.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** Makes a machine meet an event, with the handlers that it is given for that. */
type Scene = (t: LoopTest, handlers: Handlers) => void;

/** An end that waits for the other one to go, in whatever way. */
const waitForEnd: End = (stream) => {
  stream.readStart();
  return { read: () => {}, end: () => done(), readFailed: () => done(), flushed: () => {} };
};

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

const scenes: Readonly<Record<Exclude<IoEventKind, "acceptFailed">, Scene>> = {
  connection: (t, handlers) => {
    let port = 0;
    play(t, (scope) => {
      const listener = scope.tcp();
      listener.bind("127.0.0.1", 0);
      listener.listen();
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
  connectFailed: (t, handlers) => {
    play(t, (scope) => {
      scope.pipe().connect("/no/such/socket");
      return handlers;
    });
  },
  read: client((stream) => stream.readStart(), speak),
  end: client((stream) => stream.readStart(), leave),
  readFailed: client((stream) => stream.readStart(), reset),
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
  timer: (t, handlers) => {
    play(t, (scope) => {
      scope.timer().start(0);
      return handlers;
    });
  },
  async: (t, handlers) => {
    play(t, (scope) => {
      scope.async().send();
      return handlers;
    });
  },
  signal: (t, handlers) => {
    play(t, (scope) => {
      scope.signal().start("SIGUSR1");
      process.kill(process.pid, "SIGUSR1");
      return handlers;
    });
  },
  resolved: (t, handlers) => {
    play(t, (scope) => {
      scope.resolve("127.0.0.1");
      return handlers;
    });
  },
  resolveFailed: (t, handlers) => {
    play(t, (scope) => {
      scope.resolve("no address", { numericHost: true });
      return handlers;
    });
  },
  closed: (t, handlers) => {
    play(t, (scope) => {
      scope.tcp().close();
      return handlers;
    });
  },
};

const failures = {
  throws: () => {
    throw new RangeError("thrown on purpose");
  },
  "returns a promise": () => Promise.resolve() as never,
  "returns an answer from before": () => stale as never,
} as const;

const stale = { ...ok() };

for (const [kind, scene] of Object.entries(scenes)) {
  for (const [how, fail] of Object.entries(failures)) {
    testLoop(`a machine that ${how} at ${kind} ends alone, with all it has open`, (t) => {
      let disposed = 0;
      // Another machine lives through it.
      play(t, (scope) => {
        const timer = scope.timer();
        timer.start(1, 1);
        let ticks = 0;
        return { timer: () => disposed > 0 && ++ticks > 5 ? done() : undefined };
      });
      scene(t, { [kind]: fail, dispose: () => void disposed++ });
      t.loop.run();
      const { error, handler, machine } = t.takeError();
      assert.equal(handler, "ready");
      if (how === "throws") assert.match(String(error), /thrown on purpose/);
      else assert.ok(error instanceof TypeError, `${error}`);
      assert.equal(typeof (machine as Machine).ready, "function");
      assert.equal(disposed, 1);
    });
  }
}

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
