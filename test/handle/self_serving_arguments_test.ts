/** Arguments that run code while they are looked at: it may close what they are given to. */
import assert from "node:assert/strict";
import {
  ClosedError,
  done,
  fileSystem,
  type FsEvent,
  type Handle,
  type IoRequest,
  Loop,
  ok,
  type Poll,
  type Scope,
  type Signal,
  type Tcp,
  type Udp,
} from "../../src/mod.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { closeFd, socketPair } from "../fixtures/handle_system.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { test, testLoop } from "../harness.ts";

/** An object that does something whenever a property of it is read. */
function watched<T extends object>(value: T, act: () => void): T {
  return new Proxy(value, {
    get(target, key) {
      act();
      const property: unknown = Reflect.get(target, key, target);
      return typeof property === "function" ? property.bind(target) : property;
    },
  });
}

/** Options that close a handle when they are read, once. */
function closing<T extends object>(handle: Handle, options: T): T {
  return watched(options, () => {
    if (handle.state === "open") handle.close();
  });
}

type Call = (scope: Scope, fd: number) => void;

const calls: { readonly [name: string]: Call } = {
  "Tcp.bind()": (scope) => {
    const tcp: Tcp = scope.tcp();
    throwsClosed(() => tcp.bind("127.0.0.1", 0, closing(tcp, { reusePort: true })));
  },
  "Udp.bind()": (scope) => {
    const udp: Udp = scope.udp();
    throwsClosed(() => udp.bind("127.0.0.1", 0, closing(udp, { reusePort: true })));
  },
  "Udp.joinGroup()": (scope) => {
    const udp: Udp = scope.udp();
    udp.bind("127.0.0.1", 0);
    const interfaceAddress = "127.0.0.1";
    throwsClosed(() => udp.joinGroup("239.255.0.1", closing(udp, { interfaceAddress })));
  },
  "Signal.start()": (scope) => {
    const signal: Signal = scope.signal();
    throwsClosed(() => signal.start("SIGWINCH", closing(signal, { once: true })));
  },
  "FsEvent.start()": (scope) => {
    const watcher: FsEvent = scope.fsEvent();
    throwsClosed(() => watcher.start("/tmp", closing(watcher, { recursive: false })));
  },
  "Poll.start()": (scope, fd) => {
    const poll: Poll = scope.poll(fd);
    throwsClosed(() => poll.start(closing(poll, { readable: true })));
  },
  "Scope.process()": (scope, fd) => {
    const pipe = scope.pipe();
    pipe.open(fd);
    const closer = closing(pipe, { pipe: "both" } as const);
    throwsClosed(() => scope.process({ file: "true", stdio: [pipe, closer] }));
  },
};

for (const [name, call] of Object.entries(calls)) {
  testLoop(`${name} refuses when its options close the handle that they are for`, (t) => {
    const [one, other] = socketPair();
    play(t, (scope) => {
      call(scope, one);
      return { timeout: () => done() };
    });
    t.loop.close();
    closeFd(one);
    closeFd(other);
  });
}

testLoop("a handle or request is not made when its options close the loop", ({ loop }) => {
  const close = (): void => {
    if (loop.state !== "closed") loop.close();
  };
  const add = (): unknown =>
    loop.addMachine((scope) => {
      assert.throws(() => scope.udp(watched({ recvmmsg: true }, close)), ClosedError);
      return ok({});
    });
  assert.throws(add, ClosedError);
  assert.equal(loop.state, "closed");
});

testLoop("data that closes the socket while it is looked at is refused before", (t) => {
  const [one, other] = socketPair();
  play(t, (scope) => {
    const pipe = scope.pipe();
    pipe.open(one);
    const ipc = scope.pipe({ ipc: true });
    ipc.open(other);
    const block = scope.leaseBlock() ?? assert.fail("no block");
    block.length = 10;
    for (const honest of [new Uint8Array(10), block, {} as Uint8Array]) {
      for (const method of ["trySend", "send"] as const) {
        const udp = scope.udp();
        const data = closing(udp, honest);
        assert.throws(() => udp[method](data, "127.0.0.1", 9), TypeError);
      }
      const unread = watched(honest, () => assert.fail("code of the data has run"));
      assert.throws(() => ipc.sendHandle(pipe, unread), TypeError);
      const fresh = scope.pipe();
      fresh.open(one);
      assert.throws(() => fresh.write(closing(fresh, honest)), TypeError);
    }
    assert.throws(() => ipc.sendHandle(closing(pipe, pipe), "text"), TypeError);
    assert.throws(() => scope.register(watched(pipe, () => {})), TypeError);
    block.release();
    return { read: () => done() };
  });
  t.loop.close();
  closeFd(one);
  closeFd(other);
});

/** Bytes that tell another length than they have. */
class LyingBytes extends Uint8Array {
  override get length(): number {
    return 2 ** 30;
  }
}

testLoop("bytes are as long as they are, whatever they say", (t) => {
  const [one, other] = socketPair();
  play(t, (scope) => {
    const [writer, reader] = [scope.pipe(), scope.pipe()];
    writer.open(one);
    reader.open(other);
    writer.write(new LyingBytes([1, 2, 3]));
    const own = new Uint8Array([4]);
    Object.defineProperty(own, "length", { get: () => 2 ** 30 });
    writer.write(own);
    reader.readStart();
    return {
      read(event) {
        assert.deepEqual([...event.bytes], [1, 2, 3, 4]);
        return done();
      },
    };
  });
  run(t);
  closeFd(one);
  closeFd(other);
});

testLoop("File.read() and write() refuse when their arguments close the file", (t) => {
  inFolder((folder) => {
    play(t, (scope) => {
      scope.fs.open(folder.at("file"), { read: true, write: true, create: true });
      let closed: IoRequest | undefined;
      return {
        fs({ request }) {
          if (request === closed) return done();
          if (request.operation !== "open") return assert.fail(request.operation);
          const file = request.result;
          const close = (): void => void (closed ??= file.close());
          const options = watched({ position: 0 }, close);
          assert.throws(() => file.read(new Uint8Array(1), options), ClosedError);
        },
      };
    });
    run(t);
  });
});

test("a file that is used at once refuses when its arguments close it", () => {
  inFolder((folder) => {
    const file = fileSystem.open(folder.at("file"), { write: true, create: true });
    const options = watched({ position: 0 }, () => {
      if (file.state === "open") file.close();
    });
    assert.throws(() => file.write("text", options), ClosedError);
  });
});

testLoop("-0 is 0, in every runtime", (t) => {
  inFolder((folder) => {
    fileSystem.mkdir(folder.at("made"), -0);
    fileSystem.chmod(folder.at("made"), -0);
    play(t, (scope) => {
      scope.nameinfo("127.0.0.1", -0, { numericHost: true, numericService: true });
      return {
        named: ({ request }) => {
          assert.equal(request.result.service, "0");
          return done();
        },
      };
    });
    run(t);
  });
});

testLoop("a request is not made when its options close the loop", ({ loop }) => {
  for (const make of ["nameinfo", "resolve"] as const) {
    const other = Loop.create().instantiate(undefined);
    const close = (): void => {
      if (other.state !== "closed") other.close();
    };
    const add = (): unknown =>
      other.addMachine((scope) => {
        const options = watched({ numericHost: true }, close);
        const request = (): unknown =>
          make === "resolve"
            ? scope.resolve("127.0.0.1", options)
            : scope.nameinfo("127.0.0.1", 0, options);
        assert.throws(request, ClosedError);
        return ok({});
      });
    assert.throws(add, ClosedError);
  }
  assert.equal(loop.metrics().requests, 0);
});
