/** The listener that the servers on plain machines share. */

import { ok, spawn } from "../../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Stream } from "../../src/mod.ts";

/** Makes the machine of a connection, and registers the connection. */
export type MachineMaker = (stream: Stream, scope: Scope) => Machine;

/** Each connection becomes a machine of its own. Says where it listens, for the runner. */
export class Listener implements Machine<unknown, Stream> {
  readonly #makeMachine: MachineMaker;

  constructor(scope: Scope, port: number, makeMachine: MachineMaker) {
    this.#makeMachine = makeMachine;
    const listener = scope.tcp();
    listener.bind("127.0.0.1", port);
    listener.listen(1024);
    console.log(`listening on 127.0.0.1:${listener.localAddress().port}`);
  }

  create(stream: Stream, scope: Scope): Response {
    return ok(this.#makeMachine(stream, scope));
  }

  ready(event: IoEvent): Response<Stream> {
    return event.kind === "connection" ? spawn(event.stream) : ok();
  }
}
