/**
 * An echo server: what a client sends comes back.
 *
 *     bun samples/tcp_echo.ts 7000
 *     deno run --allow-ffi --allow-env samples/tcp_echo.ts 7000
 *
 * It serves until SIGINT or SIGTERM, then closes everything. Set `ECHO_METRICS=1` to see what the
 * loop counted, as JSON, at the end.
 */
import process from "node:process";
import { Loop, ok, spawn } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Stream, Tcp } from "../src/mod.ts";
import { EchoConnection } from "./echo_connection.ts";
import { Stopper } from "./stopper.ts";

/** The listener: each connection becomes a machine of its own. */
class Server implements Machine<unknown, Stream> {
  readonly #listener: Tcp;

  constructor(scope: Scope, port: number) {
    this.#listener = scope.tcp();
    this.#listener.bind("127.0.0.1", port);
    this.#listener.listen(1024);
    const { address, port: bound } = this.#listener.localAddress();
    console.log(`listening on ${address}:${bound}`);
  }

  create(stream: Stream, scope: Scope): Response {
    scope.register(stream);
    (stream as Tcp).nodelay(true);
    stream.readStart();
    return ok(new EchoConnection());
  }

  ready(event: IoEvent): Response<Stream> {
    return event.kind === "connection" ? spawn(event.stream) : ok();
  }

  spawnError(error: { seed: Stream }): Response<Stream> {
    error.seed.close();
    return ok();
  }
}

const port = Number(process.argv[2] ?? 7000);
using loop = Loop.create({ slabCapacity: 65536 }).instantiate(undefined);
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.addMachine((scope) => ok(new Server(scope, port)));
loop.run();
if (process.env["ECHO_METRICS"] !== undefined) console.log(JSON.stringify(loop.metrics()));
