import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { done, type Scope, type Stream } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { type Handlers, play, run } from "../fixtures/handle_machine.ts";
import { type PeerRole, startPeer } from "../fixtures/handle_system.ts";
import { handOver } from "../fixtures/handle_transport.ts";
import { type LoopTest, testLoop } from "../harness.ts";

// A runtime keeps the descriptors that it opens for its first child.
spawnSync("true", { stdio: "ignore" });

/** Listens, starts a peer in a process of its own, and serves it when it has said hello. */
function servePeer(
  t: LoopTest,
  role: PeerRole,
  serve: (stream: Stream, pid: number, scope: Scope) => Handlers,
): void {
  let pid = 0;
  play(t, (scope) => {
    const listener = scope.tcp();
    const reader = new TextReader();
    listener.bind("127.0.0.1", 0);
    listener.listen();
    pid = startPeer(role, listener.localAddress().port);
    return {
      connection: ({ stream }) => stream.readStart(),
      read({ handle, bytes }) {
        if (reader.take(bytes) !== "hello") return;
        handOver(t, handle, (stream, scope) => serve(stream, pid, scope));
        return done();
      },
    };
  });
  try {
    run(t);
  } finally {
    end(pid);
  }
}

/** Ends a peer, if it has not ended by itself. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

testLoop("a peer that is killed is told of once: the end, or a reset", (t) => {
  servePeer(t, "chat", (stream, pid, scope) => {
    stream.write("still there?");
    const gone = (): void => {
      t.events.push("gone");
      scope.timer().start(50);
    };
    return {
      read() {
        process.kill(pid, "SIGKILL");
      },
      end: gone,
      readFailed: gone,
      timer: () => done(),
    };
  });
  assert.deepEqual(t.events, ["gone"]);
});

testLoop("a peer that is killed with unread data resets: ECONNRESET once, then EPIPE", (t) => {
  servePeer(t, "silent", (stream, pid, scope) => {
    stream.write(new Uint8Array(100_000));
    const timer = scope.timer();
    timer.start(50); // the data has arrived by then
    let isKilled = false;
    return {
      flushed: () => {},
      timer() {
        if (isKilled) return done();
        isKilled = true;
        process.kill(pid, "SIGKILL");
      },
      readFailed({ error }) {
        t.events.push(error.code);
        stream.write("anybody?");
        timer.start(50);
      },
      writeFailed: ({ error }) => void t.events.push(error.code),
    };
  });
  assert.deepEqual(t.events, ["ECONNRESET", "EPIPE"]);
});

testLoop("a peer that is killed while writes wait for it ends them with one writeFailed", (t) => {
  servePeer(t, "silent", (stream, pid, scope) => {
    for (let i = 0; i < 5; i++) stream.write(new Uint8Array(4_000_000));
    stream.readStop();
    const timer = scope.timer();
    timer.start(50);
    let isKilled = false;
    return {
      timer() {
        if (isKilled) return done();
        isKilled = true;
        assert.ok(stream.writeQueueSize > 0);
        process.kill(pid, "SIGKILL");
      },
      writeFailed({ error }) {
        t.events.push(error.code);
        timer.start(50);
      },
    };
  });
  assert.equal(t.events.length, 1);
  assert.match(t.events[0] ?? "", /^(ECONNRESET|EPIPE)$/);
});

testLoop(
  "a peer that is stopped makes writes wait without a spin, and takes them when it goes on",
  (t) => {
    const total = 20_000_000;
    servePeer(t, "chat", (stream, pid, scope) => {
      process.kill(pid, "SIGSTOP");
      stream.write(new Uint8Array(total));
      const timer = scope.timer();
      timer.start(50);
      let turns = -1;
      let byteLength = 0;
      return {
        timer() {
          assert.ok(stream.writeQueueSize > 0);
          const { iterations } = t.loop.metrics();
          if (turns < 0) {
            turns = iterations;
            return timer.start(300);
          }
          assert.ok(iterations - turns < 20, `${iterations - turns} turns in 300 ms`);
          t.events.push("goes on");
          process.kill(pid, "SIGCONT");
        },
        flushed: () => void t.events.push("flushed"),
        read(event) {
          byteLength += event.byteLength;
          if (byteLength === total) return done();
        },
      };
    });
    assert.deepEqual(t.events, ["goes on", "flushed"]);
  },
);

testLoop("a machine's deadline sees to a peer that was stopped", (t) => {
  servePeer(t, "chat", (stream, pid, scope) => {
    process.kill(pid, "SIGSTOP");
    stream.write("answer me");
    scope.setDeadline("answer", scope.after(100));
    return {
      timeout(_scope, name) {
        assert.equal(name, "answer");
        t.events.push("no answer");
        return done();
      },
    };
  });
  assert.deepEqual(t.events, ["no answer"]);
});
