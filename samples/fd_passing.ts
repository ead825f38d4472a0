/**
 * A server whose connections are served by child processes: the parent listens, and passes the
 * listening socket over a pipe to each child, which accepts from it. The kernel spreads them.
 *
 *     bun samples/fd_passing.ts 7000 2
 *     deno run --allow-ffi --allow-env samples/fd_passing.ts 7000 2
 *
 * It ends with SIGINT or SIGTERM: the children end when their pipe does.
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { done, Loop, ok, spawn } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Stream, Tcp } from "../src/mod.ts";
import { EchoConnection } from "./echo_connection.ts";
import { Stopper } from "./stopper.ts";

/** The descriptor of the pipe that the child has to its parent. */
const PIPE_FD = 3;

/** Listens, starts the children, passes the listener to each, and lets go of it. */
class Parent implements Machine {
  constructor(scope: Scope, port: number, children: number) {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", port);
    listener.listen();
    for (let i = 0; i < children; i++) {
      const child = scope.process({
        ...serveCommand(),
        stdio: ["ignore", "inherit", "inherit", { pipe: "both", ipc: true }],
      });
      child.stdio[PIPE_FD]?.sendHandle(listener, "serve");
    }
    const { address, port: bound } = listener.localAddress();
    console.log(`listening on ${address}:${bound}`);
    listener.close(); // before the loop accepts of it; each child has its own
  }

  ready(event: IoEvent): Response {
    if (event.kind === "exit") console.error(`child ${event.handle.pid} has ended`);
    return ok();
  }
}

/** Accepts connections from the socket that it is passed. */
class Child implements Machine<unknown, Stream> {
  constructor(scope: Scope) {
    const pipe = scope.pipe({ ipc: true });
    pipe.open(PIPE_FD);
    pipe.readStart();
  }

  create(stream: Stream, scope: Scope): Response {
    scope.register(stream);
    stream.readStart();
    return ok(new EchoConnection());
  }

  spawnError(error: { seed: Stream }): Response<Stream> {
    error.seed.close(); // there is no room for another machine
    return ok();
  }

  ready(event: IoEvent, scope: Scope): Response<Stream> {
    if (event.kind === "handle") (event.received as Tcp).listen();
    if (event.kind === "connection") return spawn(event.stream);
    if (event.kind !== "end") return ok();
    scope.shutdownLoop(); // the parent has gone
    return done();
  }
}

/** How this file is run as a child. */
function serveCommand(): { file: string; args: string[] } {
  const script = fileURLToPath(import.meta.url);
  const run = "deno" in process.versions ? ["run", "--allow-ffi", "--allow-env", script] : [script];
  return { file: process.execPath, args: [...run, "--serve"] };
}

using loop = Loop.create({ slabCapacity: 4096 }).instantiate(undefined);
if (process.argv[2] === "--serve") loop.addMachine((scope) => ok(new Child(scope)));
else {
  const [port, children] = [process.argv[2] ?? 7000, process.argv[3] ?? 2].map(Number);
  loop.addMachine((scope) => ok(new Stopper(scope)));
  loop.addMachine((scope) => ok(new Parent(scope, port as number, children as number)));
}
loop.run();
