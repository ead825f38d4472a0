/**
 * Two servers on one thread: the runtime's own for HTTP, and a machine on libuv that sends lines
 * back in upper case. `loop.pump()` lets each have its turn, so they can share plain variables.
 *
 *     bun samples/with_runtime.ts 80 7000
 *     deno run --allow-ffi --allow-env --allow-net --allow-read samples/with_runtime.ts 80 7000
 *
 * Ask `curl localhost` how many lines were served. Signals are the runtime's affair here, as its
 * server listens to them too. Deno wants `--allow-read` for the thread that waits for the loop.
 */
import process from "node:process";
import { Loop, type Transport } from "../src/mod.ts";
import { Lines } from "./lines.ts";
import { listen } from "./serve.ts";

let lines = 0;

/** Counts what it serves, where the HTTP server can see it. */
class CountedLines extends Lines {
  override bytesRead(transport: Transport, end: number): ReturnType<Lines["bytesRead"]> {
    lines++;
    return super.bytesRead(transport, end);
  }
}

const hostname = "127.0.0.1";
const answer = (): Response => Response.json({ lines });

/** Starts the runtime's HTTP server; a function that stops it comes back. */
function serveHttp(port: number): () => unknown {
  if ("Bun" in globalThis) {
    const server = Bun.serve({ port, hostname, fetch: answer });
    console.log(`http on ${hostname}:${server.port}`);
    return () => server.stop(true);
  }
  const onListen = (bound: { port: number }) => console.log(`http on ${hostname}:${bound.port}`);
  const server = Deno.serve({ port, hostname, onListen }, answer);
  return () => server.shutdown();
}

const [httpPort = 80, port = 7000] = process.argv.slice(2).map(Number);
using loop = Loop.create({ slabCapacity: 65536 }).instantiate(undefined);
const stopHttp = serveHttp(httpPort);
listen(loop, port, () => new CountedLines());
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => loop.stop());
await loop.pump();
await stopHttp();
