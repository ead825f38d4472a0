/** What libuv answers with an error code: each is a typed error, or an event. */
import { closeSync, openSync } from "node:fs";
import { done, Loop, ok, type Pipe, type Scope } from "../../../src/mod.ts";
import { inFolder } from "../../fixtures/fs_folder.ts";
import { ending } from "../../fixtures/handle_ending.ts";
import { run } from "../../fixtures/handle_machine.ts";
import { closeFd, listeningSocket, openFile, socketPair } from "../../fixtures/handle_system.ts";
import { connectPair, waitForEnd } from "../../fixtures/handle_transport.ts";
import { passPoolQueue } from "../../request/thread_pool.ts";
import { act, type Acts, actsOn, live, refusal } from "../act.ts";

type Call = (scope: Scope) => void;

/** Calls that are refused at once, by what is thrown. */
const refusals: Readonly<Record<string, Call>> = {
  "StateError: a read of what is not connected": (scope) => scope.tcp().readStart(),
  "StateError: a write to what is not connected": (scope) => scope.pipe().write("x"),
  "StateError: a shutdown of what is not connected": (scope) => scope.tcp().shutdown(),
  "StateError: an accept of what does not listen": (scope) => scope.tcp().acceptStart(),
  "StateError: a detach of what is not connected": (scope) => void scope.tcp().detach(),
  "ClosedError: a read while closing": (scope) => closing(scope).readStart(),
  "ClosedError: a write while closing": (scope) => closing(scope).write("x"),
  "ClosedError: a shutdown while closing": (scope) => closing(scope).shutdown(),
  "StateError: a second connect": (scope) => {
    const { fd, port } = listeningSocket();
    const tcp = scope.tcp();
    tcp.connect("127.0.0.1", port);
    closeFd(fd);
    tcp.connect("127.0.0.1", port);
  },
  "EINVAL: a second bind": (scope) => {
    const tcp = scope.tcp();
    tcp.bind("127.0.0.1", 0);
    tcp.bind("127.0.0.1", 0);
  },
  "RangeError: signal 0": (scope) => scope.signal().start(0),
  "EINVAL: SIGKILL": (scope) => scope.signal().start(9),
  "EINVAL: SIGSTOP": (scope) => scope.signal().start("SIGSTOP"),
  "RangeError: signal 65": (scope) => scope.signal().start(65),
  "EBADF: a poll of no descriptor": (scope) => void scope.poll(999_999),
  "EPERM: a poll of a file": (scope) => {
    const fd = openFile("/proc/self/exe");
    try {
      scope.poll(fd);
    } finally {
      closeFd(fd);
    }
  },
  "RangeError: a poll for nothing": (scope) => {
    const [one, other] = socketPair();
    const poll = scope.poll(one);
    for (const fd of [one, other]) closeFd(fd);
    poll.start({});
  },
  "EINVAL: again of a timer that was never started": (scope) => scope.timer().again(),
};

function closing(scope: Scope): Pipe {
  const [pipe] = scope.socketPair();
  pipe.close();
  return pipe;
}

export const acts: Acts = {
  ...actsOn(refusals, (call, name) =>
    act([name.slice(0, name.indexOf(":"))], (t) => {
      live(t, (scope) => void t.events.push(refusal(() => call(scope))));
    })),

  "reading that is started twice": act(["allowed", "allowed", "allowed"], (t) => {
    connectPair(t, {
      server: waitForEnd,
      client(stream, scope) {
        for (let i = 0; i < 3; i++) t.events.push(refusal(() => stream.readStart()));
        return ending(scope);
      },
    });
    run(t);
  }),

  "a shutdown that is asked for twice": act(["allowed", "StateError", "StateError"], (t) => {
    connectPair(t, {
      server: waitForEnd,
      client(stream) {
        t.events.push(refusal(() => stream.shutdown()), refusal(() => stream.shutdown()));
        t.events.push(refusal(() => stream.write("x")));
        return { shutdown: () => done() };
      },
    });
    run(t);
  }),

  "a pool that is empty": act(["ENOBUFS"], (t) => {
    using loop = Loop.create({ blockBytes: 1024, largeBlockBytes: 0, poolBytesMax: 1024 })
      .instantiate(undefined);
    loop.addMachine((scope) => {
      const [pipe] = scope.socketPair();
      const blocks = [];
      for (;;) {
        const block = scope.leaseBlock();
        if (block === undefined) break;
        blocks.push(block);
      }
      t.events.push(refusal(() => pipe.write("x")));
      for (const block of blocks) block.release();
      return done();
    });
  }),

  "a request that a thread works on": act(["false", "open"], (t) =>
    inFolder(({ at }) => {
      t.loop.addMachine((scope) => {
        scope.process({ file: "mkfifo", args: [at("fifo")] });
        return ok({ ready: () => done() });
      });
      t.loop.run();
      t.loop.addMachine((scope) => {
        const request = scope.fs.open(at("fifo")); // a thread waits for the other end
        passPoolQueue();
        t.events.push(`${request.cancel()}`);
        const fd = openSync(at("fifo"), "r+");
        return ok({
          ready() {
            t.events.push(request.operation);
            closeSync(fd);
            return done();
          },
        });
      });
      t.loop.run();
    })),
};
