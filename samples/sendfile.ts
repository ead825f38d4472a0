/**
 * Sends a file to whoever connects, inside the system, until SIGINT or SIGTERM:
 *
 *     bun samples/sendfile.ts FILE 7000
 *     deno run --allow-ffi --allow-env samples/sendfile.ts FILE 7000
 */
import process from "node:process";
import { done, type IoEventOf, Loop, type Machine, ok, spawn } from "../src/mod.ts";
import type { File, IoEvent, Response, Scope, Stream } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

/** A part keeps a thread of libuv's pool until the client has taken it: all have their turn. */
const PART_BYTES = 1 << 20;

/** One connection: the file is opened, sent part by part, and closed. */
class Download implements Machine {
  readonly #stream: Stream;
  #file: File | undefined;
  #sent = 0;

  constructor(scope: Scope, stream: Stream, path: string) {
    this.#stream = stream;
    scope.register(stream);
    scope.fs.open(path);
  }

  ready(event: IoEvent): Response {
    if (event.kind === "fs") return this.#answered(event.request);
    if (event.kind === "fsFailed") console.error(event.error.message);
    return done(); // all is sent, or never will be: the file and the stream are closed
  }

  #answered(request: IoEventOf<"fs">["request"]): Response {
    if (request.operation === "open") this.#file = request.result;
    else if (request.operation === "sendfile") {
      this.#sent += request.result;
      if (request.result === 0) {
        this.#stream.shutdown();
        return ok();
      }
    }
    this.#file?.sendfile(this.#stream, { position: this.#sent, length: PART_BYTES });
    return ok();
  }
}

const [, , path, port = "7000"] = process.argv;
if (path === undefined) {
  console.error("usage: sendfile.ts FILE [PORT]");
  process.exit(2);
}
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.addMachine((scope) => {
  const listener = scope.tcp();
  listener.bind("127.0.0.1", Number(port));
  listener.listen();
  console.log(`listening on 127.0.0.1:${listener.localAddress().port}`);
  return ok({
    create: (stream: Stream, scope: Scope) => ok(new Download(scope, stream, path)),
    ready: (event: IoEvent) => event.kind === "connection" ? spawn(event.stream) : ok(),
    spawnError: ({ seed }: { seed: Stream }) => {
      seed.close(); // there is no room for another machine
      return ok();
    },
  });
});
loop.run();
