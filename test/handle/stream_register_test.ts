import assert from "node:assert/strict";
import process from "node:process";
import { done, type Handle, type Scope, type Stream } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { once, play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { connectPair, handOver, ipv4, type Listening } from "../fixtures/handle_transport.ts";
import { LoopTest, testLoop } from "../harness.ts";

testLoop("a stream that is registered by another machine brings its events there", (t) => {
  connectPair(t, {
    server: (stream) => {
      stream.readStart();
      return {
        read({ bytes }) {
          t.events.push(`first: ${new TextDecoder().decode(bytes)}`);
          stream.write("next");
          handOver(t, stream, () => ({
            read({ bytes }) {
              t.events.push(`second: ${new TextDecoder().decode(bytes)}`);
              return done();
            },
          }));
          return done(); // it ends without the stream
        },
      };
    },
    client: (stream) => {
      stream.write("one");
      stream.readStart();
      return { read: () => stream.write("two"), end: () => done() };
    },
  });
  run(t);
  assert.deepEqual(t.events, ["first: one", "second: two"]);
});

testLoop("events of this turn that are still to come reach the new owner", (t) => {
  const reader = new TextReader();
  connectPair(
    t,
    {
      server: (stream) => {
        stream.readStart();
        return {
          read({ bytes }) {
            reader.take(bytes);
            handOver(t, stream, () => ({
              read: ({ bytes }) => void reader.take(bytes),
              end: () => done(),
            }));
            return done();
          },
        };
      },
      client: (stream) => {
        stream.write("x".repeat(20_000));
        stream.shutdown();
        return { flushed: () => {}, shutdown: () => done() };
      },
    },
  );
  run(t);
  assert.equal(reader.text.length, 20_000);
}, { blockBytes: 1024 });

testLoop("a listener that is registered by another machine brings its connections there", (t) => {
  let connect: Listening["connect"] | undefined;
  play(t, (scope) => {
    const listening = ipv4.listen(scope);
    connect = listening.connect;
    handOver(t, listening.listener, () => ({
      connection() {
        t.events.push("connection");
        return done();
      },
    }));
    scope.timer().start(0);
    return { timer: () => done() };
  });
  play(t, (scope) => {
    const stream = (connect as Listening["connect"])(scope);
    return {
      connected: () => stream.readStart(),
      end: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events, ["connection"]);
});

testLoop("timers, asyncs and signals can be registered by another machine too", (t) => {
  const handles: Handle[] = [];
  play(t, (scope) => {
    const [timer, async, signal] = [scope.timer(), scope.async(), scope.signal()];
    handles.push(timer, async, signal);
    timer.start(1);
    async.send();
    signal.start("SIGUSR2");
    scope.setDeadline("end", scope.after(0));
    return { timeout: () => done() };
  });
  play(t, (scope) => {
    for (const handle of handles) scope.register(handle);
    return {
      async: () => void t.events.push("async"),
      timer() {
        t.events.push("timer");
        process.kill(process.pid, "SIGUSR2");
      },
      signal: () => done(),
    };
  });
  run(t);
  assert.deepEqual(t.events.toSorted(), ["async", "timer"]);
});

testLoop("registering again by its own machine changes nothing", (t) => {
  play(t, (scope) => {
    const timer = scope.timer();
    scope.register(timer);
    scope.register(timer);
    timer.start(0);
    return { timer: () => done() };
  });
  run(t);
});

testLoop("a handle that is closing or closed cannot be registered", (t) => {
  play(t, (scope) => {
    const timer = scope.timer();
    timer.close();
    throwsClosed(() => scope.register(timer));
    return {
      closed() {
        throwsClosed(() => scope.register(timer));
        return done();
      },
    };
  });
  run(t);
});

testLoop("what is no handle, or one of another loop, is refused with a TypeError", (t) => {
  const other = new LoopTest();
  let foreign: Handle | undefined;
  play(other, (scope) => {
    foreign = scope.timer();
    return {};
  });
  once(t, (scope) => {
    for (const value of [undefined, null, 1, "tcp", {}, { kind: "tcp", state: "open" }, scope]) {
      assert.throws(() => scope.register(value as Handle), TypeError);
    }
    assert.throws(() => scope.register(foreign as Handle), TypeError);
  });
  other.loop.close();
});

testLoop("the scope of a machine that has ended makes and registers nothing", (t) => {
  let ended: Scope | undefined;
  let stream: Stream | undefined;
  play(t, (scope) => {
    ended = scope;
    scope.timer().start(0);
    return { timer: () => done() };
  });
  play(t, (scope) => {
    stream = scope.tcp();
    scope.timer().start(10);
    return {
      timer() {
        const late = ended as Scope;
        for (const kind of ["tcp", "pipe", "timer", "async", "signal"] as const) {
          throwsClosed(() => late[kind]());
        }
        throwsClosed(() => late.register(stream as Stream));
        return done();
      },
    };
  });
  run(t);
});
