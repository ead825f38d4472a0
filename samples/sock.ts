/**
 * A socket machine that accepts, reads, writes and ends; its client is on the same loop. This is
 * the sample that rotornet left unfinished.
 *
 * The server answers each line in capitals. The client says what it has to say and shuts its half
 * down; the server sees the end, says goodbye, and shuts down its own.
 *
 *     bun samples/sock.ts
 *     deno run --allow-ffi --allow-env samples/sock.ts
 */
import { done, error, type IoEvent, Loop, type Machine, ok, spawn } from "../src/mod.ts";
import type { Response, Scope, Stream } from "../src/mod.ts";

/** Cuts a stream of bytes into lines: a read may bring half a line, or three. */
class Lines {
  readonly #decoder = new TextDecoder();
  #rest = "";

  add(bytes: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }
}

/** The server's side of one connection. */
class Conversation implements Machine {
  readonly #lines = new Lines();

  ready(event: IoEvent): Response {
    switch (event.kind) {
      case "read":
        for (const line of this.#lines.add(event.bytes)) {
          console.log(`server: read ${line}`);
          event.handle.write(`${line.toUpperCase()}\n`);
        }
        return ok();
      case "end":
        console.log("server: the client has finished");
        event.handle.write("goodbye\n");
        event.handle.shutdown();
        return ok();
      case "shutdown":
        return done();
      case "readFailed":
      case "writeFailed":
        return error(event.error);
      default:
        return ok();
    }
  }

  dispose(): void {
    console.log("server: connection closed");
  }
}

/** Listens for one client. */
class Listener implements Machine<unknown, Stream> {
  ready(event: IoEvent): Response<Stream> {
    return event.kind === "connection" ? spawn(event.stream) : ok();
  }

  create(stream: Stream, scope: Scope): Response {
    scope.register(stream);
    stream.readStart();
    return ok(new Conversation());
  }

  spawned(): Response<Stream> {
    console.log("listener: accepted a client, that is enough");
    return done();
  }
}

class Client implements Machine {
  readonly #lines = new Lines();

  ready(event: IoEvent): Response {
    switch (event.kind) {
      case "connected":
        console.log("client: connected");
        event.handle.readStart();
        event.handle.write("hello\nhow are ");
        event.handle.write("you\n");
        event.handle.shutdown();
        return ok();
      case "read":
        for (const line of this.#lines.add(event.bytes)) console.log(`client: read ${line}`);
        return ok();
      case "end":
        return done();
      case "connectFailed":
      case "readFailed":
      case "writeFailed":
        return error(event.error);
      default:
        return ok();
    }
  }
}

using loop = Loop.create().instantiate(undefined);
let port = 0;
loop.addMachine((scope) => {
  const listener = scope.tcp();
  listener.bind("127.0.0.1", 0);
  listener.listen();
  port = listener.localAddress().port;
  return ok(new Listener());
});
loop.addMachine((scope) => {
  scope.tcp().connect("127.0.0.1", port);
  return ok(new Client());
});
loop.run();
console.log(`no machine is left: ${loop.machines}`);
