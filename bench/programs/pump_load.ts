/**
 * A pumped loop that echoes as much as it can, beside an interval of the runtime of 1 ms and an
 * HTTP server of the runtime, all on one thread:
 *
 *     bun pump_load.ts LOADPROGRAM SECONDS
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { clearInterval, setInterval } from "node:timers";
import { Worker } from "node:worker_threads";
import { Loop, ok } from "../../src/mod.ts";
import { EchoServer } from "../../test/fixtures/pump_echo.ts";
import { percentile, tell } from "./reading.mjs";

const INTERVAL_MS = 1;
const CONNECTIONS = 50;

const [loadProgram = "", secondsText = "5"] = process.argv.slice(2);

/** The server that a user of the runtime would start. */
function serveHttp(): { port: number; stop: () => void } {
  if ("Bun" in globalThis) {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("ok") });
    return { port: server.port as number, stop: () => void server.stop(true) };
  }
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  const server = Deno.serve(options, () => new Response("ok"));
  return { port: server.addr.port, stop: () => void server.shutdown() };
}

/** Gaps between the calls of an interval; ends it when it is told. */
class Interval {
  readonly lateMs: number[] = [];
  #lastMs = performance.now();
  readonly #timer = setInterval(() => {
    const nowMs = performance.now();
    this.lateMs.push(nowMs - this.#lastMs - INTERVAL_MS);
    this.#lastMs = nowMs;
  }, INTERVAL_MS);

  end(): void {
    clearInterval(this.#timer);
  }
}

/** Asks the HTTP server again and again, in a thread of its own. */
async function requests(port: number, seconds: number): Promise<readonly number[]> {
  const url = new URL("./pump_load_client.ts", import.meta.url);
  const worker = new Worker(url, { workerData: { port, seconds } });
  const [tookMs] = await once(worker, "message");
  return tookMs as readonly number[];
}

/** Echoes over many connections; resolves with messages a second. */
async function load(port: number, seconds: number): Promise<number> {
  const args = [
    "--port",
    port,
    "--connections",
    CONNECTIONS,
    "--seconds",
    seconds,
    "--warmup",
    0.2,
  ];
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(loadProgram, args.map(String), { stdio: [...stdio] });
  const report = JSON.parse(await text(child.stdout)) as { messages: number; seconds: number };
  return report.messages / report.seconds;
}

const loop = Loop.create().instantiate(undefined);
let echo!: EchoServer;
loop.addMachine((scope) => ok(echo = new EchoServer(scope)));
const pumped = loop.pump();
const http = serveHttp();

async function measure(kind: "idle" | "echoing", seconds: number): Promise<void> {
  const interval = new Interval();
  const [tookMs, perSecond] = await Promise.all([
    requests(http.port, seconds),
    kind === "idle" ? undefined : load(echo.port, seconds),
  ]);
  interval.end();
  const { lateMs } = interval;
  tell({ metric: `interval late p50, ${kind}`, unit: "ms", value: percentile(lateMs, 0.5) });
  tell({ metric: `interval late p99, ${kind}`, unit: "ms", value: percentile(lateMs, 0.99) });
  tell({ metric: `HTTP p50, ${kind}`, unit: "ms", value: percentile(tookMs, 0.5) });
  tell({ metric: `HTTP p99, ${kind}`, unit: "ms", value: percentile(tookMs, 0.99) });
  if (perSecond === undefined) return;
  tell({ metric: "echoed", unit: "messages/s", value: perSecond, better: "more" });
}

await measure("idle", Number(secondsText));
await measure("echoing", Number(secondsText));
loop.stop();
await pumped;
process.exit(0);
