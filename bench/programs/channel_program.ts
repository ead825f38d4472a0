/**
 * What it costs to talk to a loop in another thread, beside `postMessage` in the same runtime:
 *
 *     bun channel_program.ts ROUNDTRIPS MESSAGES MEBIBYTES
 */
import process from "node:process";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { ByteRing, Channel } from "../../src/mod.ts";
import type { Partner } from "./partner.ts";
import { percentile, tell } from "./reading.mjs";

const [roundTrips, messages, mebibytes] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
];
const WARM_UP = 1000;
/** What is sent before the bandwidth is measured: until then the code is not compiled. */
const WARM_UP_MEBIBYTES = 32;
const CHUNK_BYTES = 64 * 1024;
const MEBIBYTE_CHUNKS = 2 ** 20 / CHUNK_BYTES;
const chunk = new Uint8Array(CHUNK_BYTES);

const runtime = "Bun" in globalThis ? "bun" : "deno";

function tellRate(contender: string, metric: "messages" | "bytes", perSecond: number): void {
  const unit = metric === "messages" ? "messages/s" : "MiB/s";
  tell({ contender: `${contender}-${runtime}`, metric, unit, value: perSecond, better: "more" });
}

/** Starts the other thread; resolves when it says so, or is listening. */
async function start(partner: Partner, transferList: readonly MessagePort[]) {
  const url = new URL("./channel_partner.ts", import.meta.url);
  const worker = new Worker(url, { workerData: partner, transferList: [...transferList] });
  const next = () => new Promise<void>((resolve) => worker.once("message", () => resolve()));
  await next();
  return { worker, next };
}

async function measureRoundTrips(name: string, once: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let i = -WARM_UP; i < roundTrips; i++) {
    const startMs = performance.now();
    await once();
    if (i >= 0) took.push((performance.now() - startMs) * 1000);
  }
  const contender = `${name}-${runtime}`;
  tell({ contender, metric: "round trip p50", unit: "µs", value: percentile(took, 0.5) });
  tell({ contender, metric: "round trip p99", unit: "µs", value: percentile(took, 0.99) });
}

async function portRoundTrips(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const { worker } = await start({ kind: "echoPort", port: port2 }, [port2]);
  await measureRoundTrips("postmessage", () => {
    const answer = new Promise((resolve) => port1.once("message", resolve));
    port1.postMessage(1);
    return answer;
  });
  port1.close();
  await worker.terminate();
}

async function channelRoundTrips(): Promise<void> {
  const there = new Channel<number>({ capacity: 16 });
  const back = new Channel<number>({ capacity: 16 });
  const receiver = there.receiver.address();
  const sender = back.sender.address();
  const partner = { kind: "echoMachine", receiver, sender } as const;
  const { next } = await start(partner, [...receiver.ports, ...sender.ports]);
  await measureRoundTrips("channel", () => {
    there.sender.trySend(1);
    return back.receiver.receive();
  });
  const ended = next();
  there.sender.close();
  await ended;
}

/** Posts a message so many times, and waits until all have come. Returns how many a second did. */
async function flood(message: unknown, count: number): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  const { worker } = await start({ kind: "countPort", port: port2, count }, [port2]);
  const all = new Promise((resolve) => port1.once("message", resolve));
  const startMs = performance.now();
  for (let i = 0; i < count; i++) port1.postMessage(message);
  await all;
  const perSecond = count / (performance.now() - startMs) * 1000;
  port1.close();
  await worker.terminate();
  return perSecond;
}

async function channelMessages(capacity: number): Promise<void> {
  const { sender, receiver } = new Channel<number>({ capacity });
  const address = receiver.address();
  const { next } = await start({ kind: "countMachine", receiver: address }, address.ports);
  const ended = next();
  const startMs = performance.now();
  for (let i = 0; i < messages; i++) {
    if (sender.trySend(i) === "full") await sender.send(i);
  }
  sender.close();
  await ended;
  const perSecond = messages / (performance.now() - startMs) * 1000;
  const name = capacity === Infinity ? "channel-unbounded" : "channel";
  tellRate(name, "messages", perSecond);
}

async function portBytes(mebibytes: number): Promise<number> {
  return await flood(chunk, mebibytes * MEBIBYTE_CHUNKS) / MEBIBYTE_CHUNKS;
}

async function ringBytes(mebibytes: number): Promise<number> {
  const { writer, reader } = new ByteRing(32 * CHUNK_BYTES);
  const address = reader.address();
  const { next } = await start({ kind: "bytesMachine", reader: address }, address.ports);
  const ended = next();
  const startMs = performance.now();
  for (let i = 0; i < mebibytes * MEBIBYTE_CHUNKS; i++) await writer.writeAll(chunk);
  writer.close();
  await ended;
  return mebibytes / (performance.now() - startMs) * 1000;
}

await portRoundTrips();
await channelRoundTrips();
tellRate("postmessage", "messages", await flood(1, messages));
await channelMessages(64);
await channelMessages(Infinity);
for (const [name, bytes] of [["postmessage", portBytes], ["byte-ring", ringBytes]] as const) {
  await bytes(WARM_UP_MEBIBYTES);
  tellRate(name, "bytes", await bytes(mebibytes));
}
