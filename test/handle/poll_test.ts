import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { Region } from "../../ffi/memory/region.ts";
import { bindSystem } from "../../ffi/memory/system.ts";
import { done, ok, type Poll, type PollEvents } from "../../src/mod.ts";
import { once, play, run, throwsClosed, throwsUv } from "../fixtures/handle_machine.ts";
import {
  closeFd,
  connectedSocket,
  type Fd,
  listeningSocket,
  pipePair,
  socketPair,
  withoutDescriptors,
} from "../fixtures/handle_system.ts";
import { assertNothingLeft, openFds, testLoop } from "../harness.ts";

const MSG_OOB = 1;

const libc = bindSystem({
  accept: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  send: { parameters: ["i32", "pointer", "u64", "i32"], result: "i64" },
  recv: { parameters: ["i32", "pointer", "u64", "i32"], result: "i64" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  read: { parameters: ["i32", "pointer", "u64"], result: "i64" },
  write: { parameters: ["i32", "pointer", "u64"], result: "i64" },
});

const TEXT_BYTES = 100;

/** Reads what there is of a descriptor. Deno's own calls know only descriptors of its own. */
function readText(fd: Fd): string {
  const text = new Region(TEXT_BYTES);
  const byteLength = Number(libc.read(fd, text.pointer, TEXT_BYTES));
  const bytes = text.u8.slice(0, byteLength);
  text.free();
  return new TextDecoder().decode(bytes);
}

function writeText(fd: Fd, letters: string): void {
  const text = new Region(TEXT_BYTES);
  text.setText(0, letters);
  assert.equal(Number(libc.write(fd, text.pointer, letters.length)), letters.length);
  text.free();
}

/** What an event says, by its letters. */
function seen(
  event: {
    isReadable: boolean;
    isWritable: boolean;
    isDisconnected: boolean;
    isPrioritized: boolean;
  },
): string {
  const { isReadable, isWritable, isDisconnected, isPrioritized } = event;
  return (isReadable ? "r" : "") + (isWritable ? "w" : "") + (isDisconnected ? "d" : "") +
    (isPrioritized ? "p" : "");
}

testLoop(
  "a pipe is readable in each turn until it was read, and then only when there is more",
  (t) => {
    const [readable, writable] = pipePair();
    play(t, (scope) => {
      const poll = scope.poll(readable);
      assert.equal(poll.isActive, false);
      poll.start({ readable: true });
      assert.equal(poll.isActive, true);
      writeText(writable, "one");
      const timer = scope.timer();
      return {
        poll(event) {
          assert.equal(event.handle, poll);
          t.events.push(seen(event));
          if (t.events.length === 1) return; // it is not read yet
          const text = readText(readable);
          t.events.push(text);
          if (text === "two") return done();
          timer.start(10);
        },
        timer: () => writeText(writable, "two"),
      };
    });
    run(t);
    closeFd(readable);
    closeFd(writable);
    assert.deepEqual(t.events, ["r", "r", "one", "r", "two"]);
  },
);

testLoop("start() again watches for something else, stop() for nothing, in the same turn", (t) => {
  const [one, other] = socketPair();
  play(t, (scope) => {
    const poll = scope.poll(one);
    const spoiler = scope.poll(one);
    poll.start({ readable: true });
    poll.start({ writable: true });
    spoiler.start({ writable: true });
    writeText(other, "x");
    let isStopped = false;
    return {
      poll(event) {
        assert.equal(isStopped, false, "no event after stop()");
        t.events.push(seen(event));
        for (const watcher of [poll, spoiler]) {
          watcher.stop();
          watcher.stop();
          assert.equal(watcher.isActive, false);
        }
        isStopped = true;
        scope.timer().start(10);
      },
      timer: () => done(),
    };
  });
  run(t);
  for (const fd of [one, other]) closeFd(fd);
  assert.deepEqual(t.events, ["w"]);
});

testLoop("L2: what cannot be polled is EPERM, a closed descriptor EBADF, and none is kept", (t) => {
  const file = openSync(new URL(import.meta.url), "r");
  const directory = openSync(tmpdir(), "r");
  once(t, (scope) => {
    const before = openFds();
    for (const fd of [file, directory]) throwsUv(() => scope.poll(fd), "EPERM");
    throwsUv(() => scope.poll(9999), "EBADF");
    for (const fd of [-1, 0.5, 2 ** 31]) assert.throws(() => scope.poll(fd), RangeError);
    assert.throws(() => scope.poll("0" as unknown as number), TypeError);
    withoutDescriptors(() => throwsUv(() => scope.poll(0), "EMFILE"));
    assert.equal(openFds(), before);
    assert.equal(t.loop.metrics().handles, 0);
  });
  closeSync(file);
  closeSync(directory);
});

testLoop("L2: two polls of one descriptor both hear, since each has a duplicate", (t) => {
  const [one, other] = socketPair();
  play(t, (scope) => {
    const polls = [scope.poll(one), scope.poll(one)];
    for (const poll of polls) poll.start({ readable: true });
    writeText(other, "x");
    return {
      poll({ handle }) {
        t.events.push(polls[0] === handle ? "first" : "second");
        handle.close();
        if (t.events.length === 2) return done();
      },
    };
  });
  run(t);
  for (const fd of [one, other]) closeFd(fd);
  assert.deepEqual(t.events.toSorted(), ["first", "second"]);
});

testLoop(
  "HAZARDS §4: a descriptor that its owner closes does not abort: the watcher has its own",
  (t) => {
    const [one, other] = socketPair();
    play(t, (scope) => {
      const poll = scope.poll(one);
      closeFd(one);
      poll.start({ readable: true, disconnect: true });
      writeText(other, "x");
      return {
        poll(event) {
          t.events.push(seen(event));
          if (t.events.length === 1) closeFd(other);
          if (event.isDisconnected) return done();
        },
      };
    });
    run(t);
    assert.equal(t.events[0], "r");
    assert.ok(t.events.at(-1)?.includes("d"));
  },
);

testLoop("the peer's end of writing is `disconnect`, and readable too", (t) => {
  const [one, other] = socketPair();
  play(t, (scope) => {
    const poll = scope.poll(one);
    poll.start({ readable: true, disconnect: true });
    assert.equal(libc.shutdown(other, 1), 0);
    return {
      poll(event) {
        assert.equal(seen(event), "rd");
        return done();
      },
    };
  });
  run(t);
  for (const fd of [one, other]) closeFd(fd);
});

testLoop("L3: urgent data are `prioritized`, until they were read", (t) => {
  const { fd: listener, port } = listeningSocket();
  const sender = connectedSocket(port);
  const receiver = libc.accept(listener, null, null);
  const byte = new Region(1);
  play(t, (scope) => {
    const poll = scope.poll(receiver);
    poll.start({ readable: true, prioritized: true });
    assert.equal(Number(libc.send(sender, byte.pointer, 1, MSG_OOB)), 1);
    const timer = scope.timer();
    return {
      poll(event) {
        t.events.push(seen(event));
        if (event.isPrioritized) {
          assert.equal(Number(libc.recv(receiver, byte.pointer, 1, MSG_OOB)), 1);
          timer.start(10);
        }
      },
      timer: () => done(),
    };
  });
  run(t);
  byte.free();
  for (const fd of [listener, sender, receiver]) closeFd(fd);
  assert.equal(t.events.filter((event) => event.includes("p")).length, 1);
});

testLoop("a pipe that nobody reads any more is EBADF, and not watched further", (t) => {
  const [readable, writable] = pipePair();
  closeFd(readable);
  play(t, (scope) => {
    const poll = scope.poll(writable);
    poll.start({ writable: true });
    return {
      pollFailed({ error, handle }) {
        assert.equal(handle, poll);
        assert.equal(error.code, "EBADF");
        assert.equal(poll.isActive, false);
        return done();
      },
      poll: (event) => assert.fail(seen(event)),
    };
  });
  run(t);
  closeFd(writable);
});

testLoop(
  "L4: 64 polls that are started and closed in one turn are closed, and none is heard",
  (t) => {
    const [one, other] = socketPair();
    writeText(other, "x");
    play(t, (scope) => {
      const polls = Array.from({ length: 64 }, () => scope.poll(one));
      for (const poll of polls) poll.start({ readable: true, writable: true });
      for (const poll of polls) poll.close();
      return {
        closed() {
          t.events.push("closed");
          if (t.events.length === 64) return done();
        },
      };
    });
    run(t);
    for (const fd of [one, other]) closeFd(fd);
  },
);

testLoop("polls that close each other in the middle of a turn are not heard after it", (t) => {
  const [one, other] = socketPair();
  writeText(other, "x");
  play(t, (scope) => {
    const polls = Array.from({ length: 16 }, () => scope.poll(one));
    for (const poll of polls) poll.start({ readable: true, writable: true });
    return {
      poll() {
        t.events.push("poll");
        for (const poll of polls) poll.close();
      },
      closed() {
        t.events.push("closed");
        if (t.events.length === 17) return done();
      },
    };
  });
  run(t);
  for (const fd of [one, other]) closeFd(fd);
  assert.equal(t.events.filter((event) => event === "poll").length, 1);
});

testLoop("more descriptors than libuv looks at in one step lose no record", (t) => {
  const [one, other] = socketPair();
  const count = 1500; // libuv polls 1024 at a time, and again at once when all of them are ready
  play(t, (scope) => {
    const heard = new Set<Poll>();
    for (let i = 0; i < count; i++) scope.poll(one).start({ writable: true });
    return {
      poll({ handle }) {
        heard.add(handle);
        return heard.size === count ? done() : ok();
      },
    };
  });
  run(t);
  for (const fd of [one, other]) closeFd(fd);
  assertNothingLeft(t.loop);
});

testLoop("what start() is given is checked, and every call on a closed poll is refused", (t) => {
  const [one, other] = socketPair();
  play(t, (scope) => {
    const poll = scope.poll(one);
    for (const events of [null, 1, "readable", { readable: 1 }, { prioritized: "" }]) {
      assert.throws(() => poll.start(events as unknown as PollEvents), TypeError);
    }
    for (const events of [{}, { readable: false }]) {
      assert.throws(() => poll.start(events), RangeError);
    }
    poll.close();
    throwsClosed(() => poll.start({ readable: true }));
    throwsClosed(() => poll.stop());
    throwsClosed(() => poll.close());
    assert.equal(poll.isActive, false);
    return { closed: () => done() };
  });
  run(t);
  for (const fd of [one, other]) closeFd(fd);
});
