/** The threads of cluster_echo.ts: an echo server each. */
import { type CallScope, ok, spawn } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Stream, Tcp } from "../src/mod.ts";
import { EchoConnection } from "./echo_connection.ts";

let connections = 0;

/** One connection, counted. */
class Connection extends EchoConnection {
  constructor(stream: Tcp) {
    super();
    connections++;
    stream.nodelay(true);
    stream.readStart();
  }
}

/** A listener of this loop. */
class Server implements Machine<unknown, Stream> {
  create(stream: Stream, scope: Scope): Response {
    scope.register(stream);
    return ok(new Connection(stream as Tcp));
  }

  ready(event: IoEvent): Response<Stream> {
    return event.kind === "connection" ? spawn(event.stream) : ok();
  }

  spawnError(error: { seed: Stream }): Response<Stream> {
    error.seed.close();
    return ok();
  }
}

/** Listens on a port that other loops may share, and returns it: another one if it is 0. */
export function listen({ loop }: CallScope, port: number): number {
  let bound = port;
  loop.addMachine((scope) => {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", port, { reusePort: true });
    listener.listen(1024);
    bound = listener.localAddress().port;
    return ok(new Server());
  });
  return bound;
}

/** Takes a connection over that another loop has accepted. */
export function serve({ loop }: CallScope, fd: number): void {
  loop.addMachine((scope) => {
    const stream = scope.tcp();
    stream.open(fd); // works on a duplicate
    return ok(new Connection(stream));
  });
}

/** How many connections there have been. */
export function served(): number {
  return connections;
}
