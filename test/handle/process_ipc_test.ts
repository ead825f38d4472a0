import assert from "node:assert/strict";
import process from "node:process";
import { done, type Pipe, type Process, type Scope, type Tcp } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { scriptCommand } from "../fixtures/process_script.ts";
import { testLoop } from "../harness.ts";

/** A child that is passed handles, and its pipe, which is read. */
function start(scope: Scope): { child: Process; pipe: Pipe } {
  const child = scope.process({
    ...scriptCommand("process_ipc.ts"),
    stdio: ["ignore", "ignore", "inherit", { pipe: "both", ipc: true }],
  });
  const pipe = child.stdio[3] as Pipe;
  assert.equal(pipe.ipc, true);
  pipe.readStart();
  return { child, pipe };
}

function listener(scope: Scope): Tcp {
  const tcp = scope.tcp();
  tcp.bind("127.0.0.1", 0);
  tcp.listen();
  return tcp;
}

testLoop("P7: a child serves a connection that it is passed, and passes it back", (t) => {
  play(t, (scope) => {
    const { child, pipe } = start(scope);
    const server = listener(scope);
    const client = scope.tcp();
    client.connect("127.0.0.1", server.localAddress().port);
    const text = new TextReader();
    return {
      connection({ stream }) {
        pipe.sendHandle(stream as Tcp, "connection");
        stream.close();
      },
      connected: () => client.readStart(),
      handle({ received }) {
        (received as Tcp).write(", then by us");
        t.events.push("handle");
      },
      read({ handle, bytes }) {
        if (handle === pipe) return;
        if (text.take(bytes) === `served by ${child.pid}, then by us`) pipe.close();
      },
      exit({ exitStatus }) {
        assert.equal(exitStatus, 0);
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual(t.events, ["handle"]);
});

testLoop("P7: a listener is accepted from by the child, and by us when it has gone", (t) => {
  play(t, (scope) => {
    const { child, pipe } = start(scope);
    const server = scope.tcp();
    server.bind("127.0.0.1", 0);
    const { port } = server.localAddress();
    pipe.sendHandle(server, "listener");
    const text = new TextReader();
    const connect = (): void => {
      const client = scope.tcp();
      client.connect("127.0.0.1", port);
    };
    return {
      handle: () => connect(),
      connected: ({ handle }) => handle.readStart(),
      read({ handle, bytes }) {
        if (handle === pipe) return;
        t.events.push(text.take(bytes));
        pipe.close();
      },
      exit() {
        assert.equal(text.text, `accepted by ${child.pid}`);
        server.listen();
        connect();
      },
      end: () => {},
      readFailed: () => {},
      connection({ handle }) {
        assert.equal(handle, server);
        assert.notEqual(process.pid, child.pid);
        return done();
      },
    };
  });
  run(t);
});
