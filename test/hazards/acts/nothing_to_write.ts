/** `nbufs` 0 in `uv_write` and `uv_udp_send`: SIGABRT. */
import {
  Chain,
  done,
  type File,
  PinnedMemory,
  type Scope,
  type Writable,
} from "../../../src/mod.ts";
import { inFolder } from "../../fixtures/fs_folder.ts";
import { once, play, run, throwsState } from "../../fixtures/handle_machine.ts";
import {
  abstract,
  connectPair,
  expectTextToEnd,
  ipv4,
  type Transport,
  unixPath,
} from "../../fixtures/handle_transport.ts";
import { HOST, receiver } from "../../fixtures/handle_udp.ts";
import { withPty } from "../../fixtures/terminals.ts";
import { type Act, act, type Acts, actsOn, refusal } from "../act.ts";

/** Everything that can be written and holds no byte. */
const nothings: Readonly<Record<string, (scope: Scope) => Writable>> = {
  text: () => "",
  bytes: () => new Uint8Array(0),
  "the end of bytes": () => new Uint8Array(8).subarray(8),
  "shared memory": () => new SharedArrayBuffer(0),
  "a chain": (scope) => new Chain(scope.blocks),
  "a chain that was consumed": (scope) => {
    const chain = new Chain(scope.blocks);
    chain.write("gone");
    chain.consume(4);
    return chain;
  },
  "a resizable buffer": () => new Uint8Array(new ArrayBuffer(0, { maxByteLength: 8 })),
};

/** Writes each of them, alone, behind each other, and between bytes. */
function writeNothing(transport: Transport): Act {
  return act(["shutdown"], (t) => {
    connectPair(t, {
      transport,
      server: expectTextToEnd("abc"),
      client(stream, scope) {
        const all = (): void => {
          for (const make of Object.values(nothings)) stream.write(make(scope));
        };
        all();
        stream.requestFlushed();
        let rounds = 0;
        return {
          flushed() {
            const letter = "abc"[rounds++];
            if (letter === undefined) return stream.shutdown();
            all();
            stream.write(letter);
            all();
            stream.requestFlushed();
          },
          shutdown({ kind }) {
            t.events.push(kind);
            return done();
          },
        };
      },
    });
    run(t);
  });
}

export const acts: Acts = {
  ...actsOn({ tcp: ipv4, pipe: unixPath, "abstract pipe": abstract }, writeNothing),

  "pinned memory": act(["shutdown"], (t) => {
    connectPair(t, {
      server: expectTextToEnd("x"),
      client(stream) {
        const memory = new PinnedMemory(new Uint8Array(new ArrayBuffer(16), 16, 0));
        stream.write(memory);
        memory.release();
        stream.write("x");
        stream.shutdown();
        return {
          shutdown({ kind }) {
            t.events.push(kind);
            return done();
          },
        };
      },
    });
    run(t);
  }),

  "a terminal": act(["flushed"], (t) =>
    withPty(({ slave }) => {
      play(t, (scope) => {
        const tty = scope.tty(slave);
        for (const make of Object.values(nothings)) tty.write(make(scope));
        tty.requestFlushed();
        return {
          flushed({ kind }) {
            t.events.push(kind);
            return done();
          },
        };
      });
      run(t);
    })),

  "the input of a child": act(["exit 0"], (t) => {
    play(t, (scope) => {
      const child = scope.process({ file: "cat", stdio: [{ pipe: "toChild" }] });
      const [input] = child.stdio;
      for (const make of Object.values(nothings)) input?.write(make(scope));
      input?.shutdown();
      return {
        shutdown: () => {},
        exit({ exitStatus }) {
          t.events.push(`exit ${exitStatus}`);
          return done();
        },
      };
    });
    run(t);
  }),

  "a handle that travels alone": act(
    ["RangeError", "RangeError", "RangeError"],
    (t) =>
      once(t, (scope) => {
        const [pipe] = scope.socketPair({ ipc: true });
        const tcp = scope.tcp();
        tcp.bind(HOST, 0);
        for (const nothing of ["", new Uint8Array(0), new Chain(scope.blocks)]) {
          t.events.push(refusal(() => pipe.sendHandle(tcp, nothing)));
        }
      }),
  ),

  "a stream that is not connected": act([], (t) =>
    once(t, (scope) => {
      for (const stream of [scope.tcp(), scope.pipe()]) throwsState(() => stream.write(""));
    })),

  ...actsOn(nothings, (make) =>
    act(["0 bytes", "0 bytes", "0 bytes", "0 bytes"], (t) => {
      play(t, (scope) => {
        const { udp, port } = receiver(scope);
        const sender = scope.udp();
        sender.send(make(scope), HOST, port);
        sender.trySend(make(scope), HOST, port); // false, when the other waits before it
        const connected = scope.udp();
        connected.connect(HOST, port);
        connected.send(make(scope));
        let received = 0;
        return {
          datagram({ byteLength }) {
            t.events.push(`${byteLength} bytes`);
            if (++received === 2) {
              sender.trySend(make(scope), HOST, port);
              connected.trySend(make(scope));
            }
            if (received === 4) return done();
            udp.receiveStart();
          },
        };
      });
      run(t);
    })),

  "an answer to a datagram": act(["1 byte", "0 bytes"], (t) => {
    play(t, (scope) => {
      const { udp, port } = receiver(scope);
      const asker = receiver(scope).udp;
      asker.send("?", HOST, port);
      return {
        datagram({ handle, byteLength }) {
          t.events.push(byteLength === 1 ? "1 byte" : `${byteLength} bytes`);
          if (handle !== udp) return done();
          udp.reply("");
        },
      };
    });
    run(t);
  }),

  "a file": act(["RangeError", "0", "0", "0"], (t) =>
    inFolder(({ at }) => {
      play(t, (scope) => {
        scope.fs.open(at("file"), { read: true, write: true, create: true });
        let file: File;
        return {
          fs({ request }) {
            if (request.operation === "open") {
              file = request.result;
              file.write("");
              file.write([new Uint8Array(0), new Uint8Array(0)]);
              file.read(new Uint8Array(0));
              return void t.events.push(refusal(() => file.write([])));
            }
            t.events.push(`${request.result}`);
            if (t.events.length === 4) return done();
          },
        };
      });
      run(t);
    })),
};
