/**
 * A client that keeps 16 PINGs under way to a Redis server, and comes back when it loses it.
 *
 *     bun samples/redis_ping.ts 6379
 *     deno run --allow-ffi --allow-env samples/redis_ping.ts 6379
 *
 * The server is on 127.0.0.1, or the host that a second argument names. It pings until SIGINT or
 * SIGTERM, then takes its leave, and prints how many pongs came.
 */
import process from "node:process";
import { abort, expectDelimiter, Loop, ok, Persistent } from "../src/mod.ts";
import type { Intent, PersistentState, Protocol, Transport } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

/** Requests without an answer. */
const IN_FLIGHT = 16;

/** Redis' answers to what is asked here are lines; none is longer than an error's text. */
const ANSWER_BYTES_MAX = 512;

const pong = new TextEncoder().encode("+PONG\r\n");

/** One connection. */
export class Ping implements Protocol {
  /** Answers that came. */
  pongs = 0;

  connected({ output }: Transport): Intent {
    output.write("PING\r\n".repeat(IN_FLIGHT));
    return expectDelimiter("\r\n", ANSWER_BYTES_MAX);
  }

  bytesRead({ input, output }: Transport, end: number): Intent {
    if (!input.startsWith(pong)) return abort(); // it is loading its data: the next try may do
    this.pongs++;
    input.consume(end + 2);
    output.write("PING\r\n");
    return expectDelimiter("\r\n", ANSWER_BYTES_MAX);
  }
}

function main(port: number, host: string): void {
  using loop = Loop.create().instantiate(undefined);
  let ping = new Ping();
  let pongs = 0;
  const onState = (state: PersistentState<Ping>): void => {
    if (state.kind === "established") {
      ping = state.protocol;
      console.log(`connected to ${host}:${port}`);
    } else if (state.kind === "sleeping") {
      console.log(`not connected, next try in ${Math.round(state.untilMs - loop.now)} ms`);
    } else if (state.kind === "stopped") loop.stop();
    if (state.kind !== "sleeping" && state.kind !== "stopped") return;
    pongs += ping.pongs;
    ping = new Ping();
  };
  const client = new Persistent({ host, port }, () => new Ping(), {
    onState,
    readTimeoutMs: 5000, // a server that does not answer is as good as none
    lingerMs: 1000,
    backoff: { maxMs: 5000 },
  });
  loop.addMachine((scope) => ok(new Stopper(scope, () => client.stop())));
  loop.addMachine((scope) => client.start(scope));
  loop.run();
  console.log(`${pongs} pongs`);
}

if (import.meta.main) main(Number(process.argv[2] ?? 6379), process.argv[3] ?? "127.0.0.1");
