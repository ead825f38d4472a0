/**
 * An echo server on several threads, each with a loop of its own, that share a port.
 *
 *     bun samples/cluster_echo.ts 7000 4
 *     deno run --allow-ffi --allow-env --allow-read=. samples/cluster_echo.ts 7000 4
 *
 * Each loop has a listener, and the kernel spreads the connections over them (`SO_REUSEPORT`). With
 * `--hand-over` a loop on the main thread accepts them all, and hands the sockets to the others in
 * turn, by the number of their descriptor. Serves until SIGINT or SIGTERM, then tells how many
 * connections each loop has served.
 */
import process from "node:process";
import { closeFd, Loop, LoopThread, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Tcp } from "../src/mod.ts";

type EchoThread = LoopThread<typeof import("./cluster_echo_thread.ts")>;

/** Accepts connections, and hands them to the threads in turn. */
class Distributor implements Machine {
  readonly #threads: readonly EchoThread[];
  #next = 0;

  constructor(threads: readonly EchoThread[]) {
    this.#threads = threads;
  }

  ready(event: IoEvent): Response {
    if (event.kind !== "connection") return ok();
    const fd = (event.stream as Tcp).detach();
    const thread = this.#threads[this.#next++ % this.#threads.length] as EchoThread;
    thread.call("serve", [fd]).catch(console.error).finally(() => closeFd(fd)); // it has its own
    return ok();
  }
}

/** Serves until the signal, from a loop of this thread. */
async function distribute(threads: readonly EchoThread[], signal: AbortSignal): Promise<void> {
  using loop = Loop.create().instantiate(undefined);
  loop.addMachine((scope) => {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", port);
    listener.listen(1024);
    console.log(`listening on 127.0.0.1:${listener.localAddress().port}`);
    return ok(new Distributor(threads));
  });
  await loop.pump({ signal });
}

/** Serves until the signal, by a listener for each thread. */
async function share(threads: readonly EchoThread[], signal: AbortSignal): Promise<void> {
  let shared = port; // the first listener finds a port if it is 0
  for (const thread of threads) shared = await thread.call("listen", [shared]);
  console.log(`listening on 127.0.0.1:${shared}`);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const [port, loops] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"))
  .map(Number) as [number, number];
const end = new AbortController();
process.once("SIGINT", () => end.abort());
process.once("SIGTERM", () => end.abort());

const threads = await Promise.all(
  Array.from(
    { length: loops },
    (): Promise<EchoThread> =>
      LoopThread.start(new URL("./cluster_echo_thread.ts", import.meta.url)),
  ),
);
await (options.includes("--hand-over") ? distribute : share)(threads, end.signal);
for (const [i, thread] of threads.entries()) {
  console.log(`loop ${i + 1}: ${await thread.call("served")} connections`);
  await thread.stop();
}
